import { html, nothing, type TemplateResult } from 'lit';
import { framesPerSecond } from '../../../domain/frames/frame-rate.ts';
import { isInMotion } from '../../../domain/video/status.ts';
import type { Video } from '../../client/client.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { processingWords } from '../../locales/problem-words.ts';
import { icons } from '../../styles/icons.ts';

export interface CardContext {
  readonly locale: LocaleController;
  readonly athlete: string | undefined;
  readonly mayRemove: boolean;
  readonly select: (video: Video) => void;
  readonly askToRemove: (video: Video) => void;
}

/** One video. The whole card opens it once it can be played, which may be before it is ready. */
export function libraryCard(video: Video, context: CardContext): TemplateResult {
  const { locale } = context;
  const { title, status } = video;
  return html`
    <li class="card" data-status=${status} ?data-playable=${video.isPlayable}>
      <div class="mat" part="mat">
        <span class="sign">${status === 'failed' || status === 'quarantined' ? icons.triangleAlert : icons.film}</span>
        ${video.hasPoster ? html`<img data-poster=${video.id} alt="" decoding="async" />` : nothing} ${badges(video, locale)}
      </div>
      <div class="words">
        <h3>
          ${
            video.isPlayable
              ? html`<button type="button" class="open" title=${title} @click=${() => context.select(video)}>${title}</button>`
              : html`<span class="name" title=${title}>${title}</span>`
          }
        </h3>
        ${facts(video, context)} ${trouble(video, locale)}
      </div>
      ${
        context.mayRemove
          ? html`<button
              type="button"
              class="icon remove"
              aria-label=${locale.t('library.removeOf', { title })}
              title=${locale.t('library.remove')}
              @click=${() => context.askToRemove(video)}
            >
              ${icons.trash}
            </button>`
          : nothing
      }
    </li>
  `;
}

const badges = (video: Video, locale: LocaleController): TemplateResult => {
  const rate = rateOf(video);
  const { durationMs, status } = video;
  return html`
    ${
      status === 'ready'
        ? nothing
        : html`<span class="badge state" data-tone=${isInMotion(status) ? 'motion' : 'trouble'}>${statusWords(video, locale)}</span>`
    }
    ${
      isInMotion(status) && video.progress !== null
        ? html`<progress aria-label=${statusWords(video, locale)} max="1" .value=${video.progress}></progress>`
        : nothing
    }
    ${
      rate !== null && rate >= 50
        ? html`<span class="badge rate figures" role="img" aria-label=${locale.t('library.rateSaid', { fps: rate })}
            >${locale.t('library.rate', { fps: rate })}</span
          >`
        : nothing
    }
    ${
      durationMs === null
        ? nothing
        : html`<span class="badge length figures" role="img" aria-label=${locale.t('library.duration', { duration: clock(durationMs) })}
            >${clock(durationMs)}</span
          >`
    }
  `;
};

const facts = (video: Video, { locale, athlete }: CardContext): TemplateResult => {
  const when = new Date(video.capturedAt ?? video.createdAt);
  return html`
    <p class="facts">
      <span class="who">${athlete ?? locale.t('library.unnamed')}</span>
      ${
        // In the date's place, which is today's: a line of its own would make the card jump when it is ready.
        video.isPlayable && isInMotion(video.status)
          ? html`<span class="already">${locale.t('library.already')}</span>`
          : html`<span class="when"><time datetime=${when.toISOString()}>${locale.date(when)}</time></span>`
      }
      ${
        video.annotationCount > 0
          ? html`<span class="drawings figures" title=${locale.t('library.drawings', { count: video.annotationCount })}
              >${icons.pencilLine}<span aria-hidden="true">${locale.number(video.annotationCount)}</span
              ><span class="visually-hidden">${locale.t('library.drawings', { count: video.annotationCount })}</span></span
            >`
          : nothing
      }
    </p>
  `;
};

const trouble = (video: Video, locale: LocaleController): TemplateResult | typeof nothing =>
  video.status === 'failed' || video.status === 'quarantined'
    ? html`<p class="trouble">
        ${processingWords(video, locale)} <span class="code">${locale.t('common.code', { code: video.errorCode ?? 'INTERNAL' })}</span>
      </p>`
    : nothing;

const statusWords = ({ status, progress }: Video, locale: LocaleController): string => {
  if (status === 'deleted') return '';
  if (status !== 'processing' || progress === null || progress === 0) return locale.t(`library.${status}`);
  return locale.t('library.processingAt', { percent: locale.number(progress, { style: 'percent', maximumFractionDigits: 0 }) });
};

/** What the camera filmed at, as one says it: 59.94 is called 60. */
export const rateOf = ({ captureFps, fps }: Video): number | null => {
  const rate = captureFps ?? (fps ? framesPerSecond(fps) : null);
  return rate === null ? null : Math.round(rate);
};

/** Minutes and seconds, to the nearest second and never 0:00. */
export const clock = (durationMs: number): string => {
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
