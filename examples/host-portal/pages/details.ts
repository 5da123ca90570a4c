import { html, type TemplateResult } from 'lit';
import type { Player, Video } from 'video-analysis-platform';
import { language, t } from './site.ts';
import { sayCode } from './words.ts';

const SEEN_BY = { private: 'seenPrivate', coach_only: 'seenCoach', tenant: 'seenTenant', link: 'seenLink' } as const satisfies Record<
  Video['visibility'],
  string
>;

const number = (value: number, digits = 2): string => new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
const moment = (text: string): string =>
  new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(text));

function rateOf({ fps, captureFps, timing }: Video): string | null {
  if (!fps) return null;
  const played = fps.num / fps.den;
  const words = t('rateFile', { fps: number(played) });
  if (timing === 'variable') return t('rateVariable', { fps: words });
  const isSlowed = captureFps !== null && Math.abs(captureFps / played - 1) > 0.01;
  return isSlowed ? t('rateCamera', { fps: words, capture: number(captureFps) }) : words;
}

/** What is known about a clip, in the reader's words. */
export function detailsTemplate(video: Video, players: readonly Player[]): TemplateResult {
  const athlete = players.find(({ id }) => id === video.playerId)?.displayName ?? t('nobody');
  const code = (value: string | null): string | null => (value === null ? null : sayCode(language(), value));
  const rows: readonly (readonly [string, string | null])[] = [
    [t('athlete'), athlete],
    [t('club'), code(video.clubType)],
    [t('angle'), code(video.viewAngle)],
    [t('category'), code(video.category)],
    [
      t('length'),
      video.durationMs && video.frameCount
        ? t('seconds', { seconds: number(video.durationMs / 1000), frames: number(video.frameCount) })
        : null,
    ],
    [t('rate'), rateOf(video)],
    [t('picture'), video.width && video.height ? `${String(video.width)} × ${String(video.height)}` : null],
    [t('captured'), video.capturedAt && moment(video.capturedAt)],
    [t('uploaded'), moment(video.createdAt)],
    [t('seenBy'), t(SEEN_BY[video.visibility])],
  ];
  return html`<dl class="facts">
    ${rows.map(([name, value]) =>
      value === null
        ? null
        : html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
    )}
  </dl>`;
}
