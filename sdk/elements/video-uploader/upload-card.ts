import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Video } from '../../client/client.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { problemWords, processingWords } from '../../locales/problem-words.ts';
import { icons } from '../../styles/icons.ts';
import type { UploadProgress } from '../../upload/upload.ts';
import { factWords, warningLines } from './clip-check.ts';
import type { Entry } from './upload-queue.ts';

export interface CardActions {
  remove(entry: Entry): void;
  rename(entry: Entry, title: string): void;
  open(video: Video): void;
  /** Opens the video that has the same content. */
  openExisting(videoId: string): void;
}

/** A person can do nothing about these by sending the same file again. */
const FINAL = /^(upload\.(type_not_allowed|empty|too_large)|access\.|file\.unreadable)/;

/** One file's card. */
export function uploadCard(entry: Entry, locale: LocaleController, actions: CardActions): TemplateResult {
  const { phase, file } = entry;
  const failed = phase === 'failed';
  return html`
    <li class="card" data-phase=${phase}>
      <span class="mark">${failed ? icons.triangleAlert : phase === 'ready' || phase === 'arrived' ? icons.check : icons.film}</span>
      <div class="words">
        ${phase === 'staged' ? titleField(entry, locale, actions) : html`<span class="name" title=${file.name}>${entry.title}</span>`}
        ${bar(entry, locale)}
        <span class="state figures">${stateWords(entry, locale)}</span>
        ${phase === 'staged' ? warningLines(entry, locale, (videoId) => actions.openExisting(videoId)) : nothing}
        ${failed ? code(entry, locale) : nothing}
      </div>
      <div class="actions">${buttons(entry, locale, actions)}</div>
    </li>
  `;
}

const titleField = (entry: Entry, locale: LocaleController, actions: CardActions): TemplateResult => html`
  <input
    class="title"
    type="text"
    maxlength="200"
    aria-label=${locale.t('uploader.titleOf', { name: entry.file.name })}
    .value=${live(entry.title)}
    @input=${(event: InputEvent) => actions.rename(entry, (event.target as HTMLInputElement).value)}
  />
`;

function bar(entry: Entry, locale: LocaleController): TemplateResult | typeof nothing {
  const progress = entry.upload?.progress;
  const name = locale.t('uploader.progressOf', { name: entry.title });
  if (!progress) return nothing;
  switch (entry.phase) {
    case 'starting':
    case 'uploading':
    case 'waiting':
    case 'paused':
    case 'completing':
      return html`<progress aria-label=${name} max=${progress.totalBytes} .value=${progress.loadedBytes}></progress>`;
    case 'processing':
      return html`<progress aria-label=${name} max="1" .value=${progress.video?.progress ?? 0}></progress>`;
    case 'staged':
    case 'queued':
    case 'arrived':
    case 'ready':
    case 'failed':
    case 'cancelled':
      return nothing;
  }
}

/** What is happening to a file, in one line. */
export function stateWords(entry: Entry, locale: LocaleController): string {
  const progress = entry.upload?.progress;
  const { t } = locale;
  switch (entry.phase) {
    case 'staged':
      return factWords(entry, locale);
    case 'cancelled':
      return locale.bytes(entry.file.size);
    case 'uploading':
      return progress ? transferWords(progress, locale) : '';
    case 'paused':
      return t('uploader.paused', { percent: percent(progress ? progress.loadedBytes / progress.totalBytes : 0, locale) });
    case 'processing':
      return processingState(progress?.video?.progress ?? null, locale);
    case 'failed':
      return failureWords(entry, locale);
    case 'queued':
    case 'starting':
    case 'waiting':
    case 'completing':
    case 'arrived':
    case 'ready':
      return t(`uploader.${entry.phase}`);
  }
}

const percent = (fraction: number, locale: LocaleController): string =>
  locale.number(fraction, { style: 'percent', maximumFractionDigits: 0 });

const processingState = (progress: number | null, locale: LocaleController): string => {
  const at =
    progress === null || progress === 0
      ? locale.t('uploader.processing')
      : locale.t('uploader.processingAt', { percent: percent(progress, locale) });
  return `${at} · ${locale.t('uploader.mayLeave')}`;
};

const transferWords = ({ loadedBytes, totalBytes, bytesPerSecond, secondsLeft }: UploadProgress, locale: LocaleController): string => {
  const parts = [locale.t('uploader.uploading', { loaded: locale.bytes(loadedBytes), total: locale.bytes(totalBytes) })];
  if (bytesPerSecond !== null) parts.push(locale.t('uploader.rate', { rate: locale.bytes(bytesPerSecond) }));
  if (secondsLeft !== null) parts.push(locale.t('uploader.left', { time: roughly(secondsLeft, locale) }));
  return parts.join(' · ');
};

/** Coarse on purpose: seconds that jump up and down tell nothing. */
const roughly = (seconds: number, locale: LocaleController): string => {
  const inMinutes = seconds >= 60;
  const value = inMinutes ? Math.ceil(seconds / 60) : Math.max(5, Math.ceil(seconds / 5) * 5);
  return locale.unit(value, { unit: inMinutes ? 'minute' : 'second', unitDisplay: 'short' });
};

const failureWords = ({ problem, upload }: Entry, locale: LocaleController): string => {
  const video = upload?.progress.video;
  if (problem) return problemWords(problem, locale);
  return video ? processingWords(video, locale) : locale.t('uploader.failed');
};

const code = ({ problem, upload }: Entry, locale: LocaleController): TemplateResult =>
  html`<span class="code">${locale.t('common.code', { code: problem?.code ?? upload?.progress.video?.errorCode ?? 'INTERNAL' })}</span>`;

function buttons(entry: Entry, locale: LocaleController, actions: CardActions): TemplateResult[] {
  const { upload, phase, problem } = entry;
  const { t } = locale;
  const named = { name: entry.title };
  const button = (label: string, picture: TemplateResult, act: () => void): TemplateResult =>
    html`<button type="button" class="icon" aria-label=${label} title=${label} @click=${act}>${picture}</button>`;
  const away = (label: string): TemplateResult => button(label, icons.x, () => actions.remove(entry));
  switch (phase) {
    case 'starting':
    case 'uploading':
    case 'waiting':
      return [button(t('uploader.pauseOf', named), icons.pause, () => upload?.pause()), away(t('uploader.cancelOf', named))];
    case 'paused':
      return [button(t('uploader.resumeOf', named), icons.play, () => upload?.resume()), away(t('uploader.cancelOf', named))];
    case 'completing':
    case 'processing':
      return [];
    case 'failed':
      return [
        ...(upload && problem && !FINAL.test(problem.code)
          ? [button(t('uploader.retryOf', named), icons.rotateCw, () => upload.retry())]
          : []),
        away(t('uploader.removeOf', named)),
      ];
    case 'ready': {
      const video = upload?.progress.video;
      const open = html`<button
        type="button"
        class="primary"
        aria-label=${t('uploader.openOf', named)}
        @click=${() => video && actions.open(video)}
      >
        ${t('uploader.open')}
      </button>`;
      return [open, away(t('uploader.removeOf', named))];
    }
    case 'staged':
    case 'queued':
    case 'arrived':
    case 'cancelled':
      return [away(t('uploader.removeOf', named))];
  }
}
