import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { Share, ShareLink, Sharing } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { problemWords } from '../../locales/problem-words.ts';
import type { ShareFeed } from './share-feed.ts';
import { trouble } from './share-fields.ts';
import { linkFacts, nameOfLink, recipientsOf, shareFacts } from './share-words.ts';

/** A share or a link, as the list shows it. */
interface Row {
  readonly kind: 'share' | 'link';
  readonly id: string;
  readonly name: string;
  readonly facts: string;
  readonly state: Share['state'] | ShareLink['state'];
  readonly isOpen: boolean;
  readonly message: string | null;
}

export type Stopped = Pick<Row, 'kind' | 'id' | 'name'>;

/** What is shared now and what was, with the way to stop it. */
export class SharedList {
  #asked: string | null = null;
  #isBusy = false;
  #problem: ApiProblem | null = null;
  readonly #host: LitElement;
  readonly #feed: ShareFeed;
  readonly #locale: LocaleController;
  readonly #onStopped: (stopped: Stopped) => void;

  constructor(host: LitElement, feed: ShareFeed, locale: LocaleController, onStopped: (stopped: Stopped) => void) {
    this.#host = host;
    this.#feed = feed;
    this.#locale = locale;
    this.#onStopped = onStopped;
  }

  reset(): void {
    this.#asked = null;
    this.#isBusy = false;
    this.#problem = null;
  }

  render(sharing: Sharing): TemplateResult {
    const { t } = this.#locale;
    const rows = rowsOf(sharing, this.#locale);
    const [open, ended] = [rows.filter(({ isOpen }) => isOpen), rows.filter(({ isOpen }) => !isOpen)];
    return html`
      <section class="shared" part="shared" aria-labelledby="now">
        <h3 id="now" tabindex="-1">${t('share.now')}</h3>
        ${
          open.length === 0
            ? html`<p class="soft">${t('share.nothing')}</p>`
            : html`<ul>
                ${open.map((row) => this.#renderRow(row))}
              </ul>`
        }
        ${
          ended.length === 0
            ? nothing
            : html`<details>
                <summary>${t('share.ended', { count: ended.length })}</summary>
                <ul>
                  ${ended.map((row) => this.#renderRow(row))}
                </ul>
              </details>`
        }
      </section>
    `;
  }

  #renderRow(row: Row): TemplateResult {
    const { t } = this.#locale;
    const isAsked = this.#asked === row.id;
    return html`<li class="entry" part="entry" data-state=${row.state}>
      <div class="entry-words">
        <strong>${row.name}</strong>
        <span class="badge" part="state">${t(`share.state_${row.state}`)}</span>
        <small>${row.facts}</small>
        ${row.message === null ? nothing : html`<q>${row.message}</q>`}
      </div>
      ${isAsked || !row.isOpen ? nothing : this.#renderStop(row)} ${isAsked ? this.#renderQuestion(row) : nothing}
    </li>`;
  }

  #renderStop({ id, name }: Row): TemplateResult {
    const { t } = this.#locale;
    return html`<button
      type="button"
      class="quiet danger"
      id=${`stop-${id}`}
      aria-label=${t('share.stopOf', { what: name })}
      @click=${() => this.#ask(id)}
    >
      ${t('share.stop')}
    </button>`;
  }

  #renderQuestion(row: Row): TemplateResult {
    const { t } = this.#locale;
    return html`<div class="question" role="group" aria-labelledby="stop-ask" aria-describedby="stop-text" @keydown=${this.#onKey}>
      <p id="stop-ask"><strong>${t('share.stopAsk', { what: row.name })}</strong></p>
      <p id="stop-text">${t('share.stopText')}</p>
      ${this.#problem ? trouble(problemWords(this.#problem, this.#locale)) : nothing}
      <div class="answers">
        <button type="button" id="stop-cancel" @click=${() => this.#ask(null)}>${t('common.cancel')}</button>
        <button type="button" class="danger" part="stop" aria-disabled=${this.#isBusy} @click=${() => void this.#stop(row)}>
          ${t('share.stop')}
        </button>
      </div>
    </div>`;
  }

  /** Escape takes the question back, and not the dialog with everything that was written into it. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.#ask(null);
  };

  #ask(id: string | null): void {
    const before = this.#asked;
    this.#asked = id;
    this.#problem = null;
    this.#focusNext(id === null ? `stop-${String(before)}` : 'stop-cancel');
  }

  /** Once it is drawn. */
  #focusNext(id: string): void {
    this.#host.requestUpdate();
    void this.#host.updateComplete.then(() => {
      const { renderRoot } = this.#host;
      (renderRoot.querySelector<HTMLElement>(`[id='${id}']`) ?? renderRoot.querySelector<HTMLElement>('#now'))?.focus();
    });
  }

  async #stop({ kind, id, name }: Row): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#problem = null;
    this.#host.requestUpdate();
    try {
      await (kind === 'share' ? this.#feed.stopShare(id) : this.#feed.stopLink(id));
      this.#asked = null;
      this.#focusNext('now');
      this.#onStopped({ kind, id, name });
    } catch (thrown) {
      this.#problem = ApiProblem.of(thrown);
    } finally {
      this.#isBusy = false;
      this.#host.requestUpdate();
    }
  }
}

function rowsOf({ shares, links }: Sharing, locale: LocaleController): readonly Row[] {
  return [
    ...shares.map((share): Row => {
      const { id, state, message } = share;
      const [name, facts] = [recipientsOf(share, locale), shareFacts(share, locale)];
      return { kind: 'share', id, state, message, name, facts, isOpen: state === 'in_force' };
    }),
    ...links.map((link): Row => {
      const { id, state } = link;
      // A link that consent has closed, or that was used up, can still be put away; who watches by it may be watching still.
      const isOpen = state === 'open' || state === 'used_up';
      return { kind: 'link', id, state, message: null, name: nameOfLink(link, locale), facts: linkFacts(link, locale), isOpen };
    }),
  ];
}
