import { html, nothing, type TemplateResult } from 'lit';
import type { Video } from '../../client/client.ts';
import type { ApiProblem } from '../../client/problem.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { problemWords } from '../../locales/problem-words.ts';

export interface RemoveDialogState {
  readonly video: Video;
  readonly busy: boolean;
  readonly problem: ApiProblem | null;
}

/** Asks before a video is deleted. The harmless answer comes first, so that it has the focus. */
export const removeDialog = (
  state: RemoveDialogState | null,
  locale: LocaleController,
  on: { readonly remove: () => void; readonly close: () => void },
): TemplateResult => html`
  <dialog aria-labelledby="remove-title" aria-describedby="remove-text" @close=${on.close}>
    <h2 id="remove-title">${locale.t('library.removeTitle')}</h2>
    <p id="remove-text">${locale.t('library.removeText', { title: state?.video.title ?? '' })}</p>
    ${state?.problem ? html`<p class="trouble" role="alert">${problemWords(state.problem, locale)}</p>` : nothing}
    <form method="dialog">
      <button value="cancel">${locale.t('common.cancel')}</button>
      <button type="button" class="danger" ?disabled=${state?.busy} @click=${on.remove}>${locale.t('common.delete')}</button>
    </form>
  </dialog>
`;
