import { html, nothing, type TemplateResult } from 'lit';
import { cssVariables } from '../../controllers/css-variables.ts';
import { icons } from '../../icons.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { problemWords, processingWords } from '../../locales/problem-words.ts';
import type { LoadState } from './load-state.ts';

/** What stands on the stage instead of a picture. Nothing when there is one. */
export function noticeTemplate(state: LoadState, locale: LocaleController, retry: () => void): TemplateResult | typeof nothing {
  switch (state.kind) {
    case 'ready':
      return nothing;
    case 'empty':
      return html`<div class="notice" part="notice">
        ${icons.film}
        <strong>${locale.t('player.emptyTitle')}</strong>
        <p>${locale.t('player.emptyText')}</p>
      </div>`;
    case 'loading':
      return loading(state, locale);
    case 'failed':
    case 'noAccess':
      return problem(state, locale, retry);
    case 'unprepared':
      return html`<div class="notice" part="notice" role="alert">
        ${icons.alert}
        <strong>${locale.t('player.unpreparedTitle')}</strong>
        <p>${processingWords(state.video, locale)}</p>
        <small>${locale.t('common.code', { code: state.video.errorCode ?? 'INTERNAL' })}</small>
      </div>`;
  }
}

function loading({ progress, poster }: Extract<LoadState, { kind: 'loading' }>, locale: LocaleController): TemplateResult {
  const total = progress?.totalBytes ?? null;
  const share = progress && total !== null ? Math.min(1, progress.loadedBytes / total) : null;
  const words =
    progress && total !== null
      ? locale.t('player.loaded', { loaded: locale.bytes(progress.loadedBytes), total: locale.bytes(total) })
      : locale.t('common.loading');
  return html`${poster === null ? nothing : html`<img class="poster" part="poster" src=${poster} alt="" @error=${hide} />`}
    <div class="notice loading" part="notice">
      <div
        class="progress"
        part="progress"
        role="progressbar"
        aria-label=${locale.t('player.loading')}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${share === null ? nothing : Math.round(share * 100)}
        aria-valuetext=${words}
        ${cssVariables({ '--at': share ?? 0 })}
      ></div>
      <p class="figures" aria-hidden="true">${words}</p>
    </div>`;
}

function problem(
  { kind, problem: reason }: Extract<LoadState, { kind: 'failed' | 'noAccess' }>,
  locale: LocaleController,
  retry: () => void,
): TemplateResult {
  const title = locale.t(kind === 'noAccess' ? 'player.noAccessTitle' : 'player.failedTitle');
  return html`<div class="notice" part="notice" role="alert">
    ${kind === 'noAccess' ? icons.lock : icons.alert}
    <strong>${title}</strong>
    <p>${problemWords(reason, locale)}</p>
    <button @click=${retry}>${locale.t('common.retry')}</button>
    <small>${locale.t('common.code', { code: reason.code })}</small>
  </div>`;
}

/** A poster that does not come is no loss; a broken picture would look like one. */
const hide = (event: Event): void => {
  (event.target as HTMLElement).hidden = true;
};
