import { html, nothing, type TemplateResult } from 'lit';
import type { LocaleController } from '../../locales/locale.ts';
import { fullWords, takenOf } from '../../locales/quota-words.ts';
import { icons } from '../../styles/icons.ts';
import type { ClipFacts, ClipWarning } from '../../upload/clip-facts.ts';
import type { Entry } from './upload-queue.ts';

/** What is known of a file before it is sent, in one line. */
export function factWords({ file, check }: Entry, locale: LocaleController): string {
  const { t } = locale;
  const size = locale.bytes(file.size);
  if (check === null) return `${size} · ${t('uploader.checking')}`;
  return [size, ...(check.facts ? wordsOf(check.facts, locale) : [])].join(' · ');
}

function wordsOf({ durationMs, picture, fps, captureFps }: ClipFacts, locale: LocaleController): string[] {
  const { t } = locale;
  const rate = captureFps ?? fps;
  return [
    durationMs === null ? '' : durationWords(durationMs, locale),
    picture === null ? '' : t('uploader.picture', { width: String(picture.width), height: String(picture.height) }),
    rate === null ? '' : t('uploader.fps', { fps: Math.round(rate) }),
    picture?.isHdr === true ? t('uploader.hdr') : '',
    picture !== null && picture.rotation !== 0 ? t('uploader.turned', { degrees: picture.rotation }) : '',
  ].filter((words) => words !== '');
}

/** Minutes and seconds as a clock shows them: 0:08, 12:30. */
const durationWords = (durationMs: number, locale: LocaleController): string => {
  const seconds = Math.round(durationMs / 1000);
  const two = locale.number(seconds % 60, { minimumIntegerDigits: 2 });
  return `${locale.number(Math.floor(seconds / 60))}:${two}`;
};

/** Every warning about a file that waits to be sent. */
export function warningWords({ check, sameAs }: Entry, locale: LocaleController): readonly string[] {
  const { t } = locale;
  const words = (check?.warnings ?? []).map((warning) => wordsOfWarning(warning, locale));
  if (sameAs !== null) words.push(t('uploader.warnSame', { name: sameAs }));
  else if (check && check.duplicateOf !== null) words.push(t('uploader.warnDuplicate'));
  return words;
}

function wordsOfWarning(warning: ClipWarning, locale: LocaleController): string {
  const { t } = locale;
  switch (warning.kind) {
    case 'unreadable':
      return t('uploader.warnUnreadable');
    case 'noPicture':
      return t('uploader.warnNoPicture');
    case 'tooLong': {
      const { durationMs, maxDurationMs } = warning;
      return t('uploader.warnTooLong', { duration: durationWords(durationMs, locale), limit: durationWords(maxDurationMs, locale) });
    }
    case 'slowed':
      return t('uploader.warnSlowed', { capture: Math.round(warning.captureFps), fps: Math.round(warning.fps) });
    case 'noRoom':
      return fullWords(takenOf(warning.quota), warning.sizeBytes, locale);
  }
}

/** The warnings under a file's title, and the way to the video that is here already. */
export function warningLines(
  entry: Entry,
  locale: LocaleController,
  openExisting: (videoId: string) => void,
): TemplateResult | typeof nothing {
  const words = warningWords(entry, locale);
  const existing = entry.sameAs === null ? (entry.check?.duplicateOf ?? null) : null;
  if (words.length === 0) return nothing;
  return html`
    ${words.map((line) => html`<span class="warning">${icons.triangleAlert}<span>${line}</span></span>`)}
    ${
      existing === null
        ? nothing
        : html`<button
            type="button"
            class="existing"
            aria-label=${locale.t('uploader.openExistingOf', { name: entry.title })}
            @click=${() => openExisting(existing)}
          >
            ${locale.t('uploader.openExisting')}
          </button>`
    }
  `;
}
