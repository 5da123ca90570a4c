import { html, nothing, type TemplateResult } from 'lit';
import { ApiProblem } from 'video-analysis-platform';
import { clubProblemWords } from './club-api.ts';
import { t } from './site.ts';

export interface Confirmation {
  readonly title: string;
  readonly text: string;
  /** What the button says. */
  readonly action: string;
  readonly act: () => Promise<void>;
}

/** Asks before something is done that ends something else. The harmless answer comes first, so that it has the focus. */
export class Confirm {
  #asked: Confirmation | null = null;
  #busy = false;
  #problem: ApiProblem | null = null;
  readonly #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  ask(confirmation: Confirmation): void {
    this.#asked = confirmation;
    this.#problem = null;
    this.#redraw();
    this.#dialog?.showModal();
  }

  render(): TemplateResult {
    return html`
      <dialog class="ask confirm" aria-labelledby="confirm-title" aria-describedby="confirm-text" @close=${this.#closed}>
        <h2 id="confirm-title">${this.#asked?.title ?? ''}</h2>
        <p id="confirm-text">${this.#asked?.text ?? ''}</p>
        ${this.#problem ? html`<p class="refused" role="alert">${clubProblemWords(this.#problem)}</p>` : nothing}
        <form method="dialog" class="answers">
          <button>${t('cancel')}</button>
          <button type="button" class="danger" aria-disabled=${this.#busy} @click=${this.#act}>${this.#asked?.action ?? ''}</button>
        </form>
      </dialog>
    `;
  }

  get #dialog(): HTMLDialogElement | null {
    return document.querySelector('dialog.confirm');
  }

  readonly #closed = (): void => {
    this.#asked = null;
    this.#redraw();
  };

  readonly #act = async (): Promise<void> => {
    const asked = this.#asked;
    if (!asked || this.#busy) return;
    this.#busy = true;
    this.#redraw();
    try {
      await asked.act();
      this.#dialog?.close();
    } catch (thrown) {
      this.#problem = ApiProblem.of(thrown);
    }
    this.#busy = false;
    this.#redraw();
  };
}
