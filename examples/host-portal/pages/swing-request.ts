import { html, nothing, type TemplateResult } from 'lit';
import { ApiProblem, unwrap, type Player, type ShareLink, type VideoAnalysisClient } from 'video-analysis-platform';
import { dayOf, g } from './guest-words.ts';
import { icon } from './parts.ts';
import { t } from './site.ts';

/** The dialog by which a coach makes a link for sending clips of one athlete, and closes it again. */
export class SwingRequest {
  #players: readonly Player[] = [];
  #links: readonly ShareLink[] = [];
  /** Shown once. */
  #address: string | null = null;
  #isCopied = false;
  #isBusy = false;
  #problem: ApiProblem | null = null;
  readonly #client: VideoAnalysisClient;
  readonly #redraw: () => void;

  constructor(client: VideoAnalysisClient, redraw: () => void) {
    this.#client = client;
    this.#redraw = redraw;
  }

  readonly open = (): void => {
    this.#address = null;
    this.#problem = null;
    this.#dialog?.showModal();
    void this.#load();
  };

  render(): TemplateResult {
    return html`
      <dialog class="ask swing-request" aria-labelledby="swing-request-title" @close=${this.#closed}>
        <div class="dialog-head">
          <h2 id="swing-request-title">${g('askTitle')}</h2>
          <form method="dialog"><button class="quiet" aria-label=${t('close')} title=${t('close')}>${icon('x')}</button></form>
        </div>
        <p class="soft">${g('askText')}</p>
        ${this.#address === null ? this.#renderForm() : this.#renderMade(this.#address)}
        ${this.#problem ? html`<p class="refused" role="alert">${whyNot(this.#problem)}</p>` : nothing}
        <h3>${g('askOpen')}</h3>
        ${this.#renderLinks()}
      </dialog>
    `;
  }

  get #dialog(): HTMLDialogElement | null {
    return document.querySelector('dialog.swing-request');
  }

  #renderForm(): TemplateResult {
    if (this.#players.length === 0) return html`<p>${g('askNobody')}</p>`;
    return html`
      <form @submit=${this.#make}>
        <label>
          ${g('askAthlete')}
          <select name="playerId">
            ${this.#players.map(({ id, displayName }) => html`<option value=${id}>${displayName}</option>`)}
          </select>
        </label>
        <label>${g('askPassword')}<input name="password" type="text" minlength="8" maxlength="128" autocomplete="off" /></label>
        <label>${g('askUses')}<input name="maxUploads" type="number" min="1" max="100" inputmode="numeric" /></label>
        <button class="primary" aria-disabled=${this.#isBusy}>${g('askMake')}</button>
      </form>
    `;
  }

  #renderMade(address: string): TemplateResult {
    return html`
      <div class="made">
        <h3 tabindex="-1">${g('askReady')}</h3>
        <p class="soft">${g('askOnce')}</p>
        <div class="secret">
          <input readonly aria-label=${g('askLink')} .value=${address} />
          <button class="primary" type="button" @click=${() => void this.#copy(address)}>
            ${g(this.#isCopied ? 'askCopied' : 'askCopy')}
          </button>
        </div>
        <button type="button" @click=${this.#again}>${g('askAnother')}</button>
      </div>
    `;
  }

  #renderLinks(): TemplateResult {
    const open = this.#links.filter(({ state }) => state === 'open');
    if (open.length === 0) return html`<p class="soft">${g('askNone')}</p>`;
    return html`<ul class="open-links">
      ${open.map((link) => {
        const name = this.#players.find(({ id }) => id === link.playerId)?.displayName ?? t('nobody');
        const facts = { used: link.useCount, limit: link.maxUses ?? 0, date: dayOf(link.expiresAt) };
        return html`<li>
          <span><strong>${name}</strong><small class="soft">${g(link.maxUses === null ? 'askUsed' : 'askUsedOf', facts)}</small></span>
          <button type="button" class="quiet" aria-label=${g('askStopFor', { name })} @click=${() => void this.#stop(link.id)}>
            ${g('askStop')}
          </button>
        </li>`;
      })}
    </ul>`;
  }

  readonly #closed = (): void => {
    this.#address = null;
    this.#redraw();
  };

  readonly #again = (): void => {
    this.#address = null;
    this.#redraw();
  };

  readonly #make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.#isBusy) return;
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const [playerId, password, uses] = ['playerId', 'password', 'maxUploads'].map((name) => fields.get(name));
    const body = {
      playerId: typeof playerId === 'string' ? playerId : '',
      ...(typeof password === 'string' && password !== '' && { password }),
      ...(typeof uses === 'string' && uses !== '' && { maxUploads: Number(uses) }),
    };
    this.#isBusy = true;
    await this.#attempt(async () => {
      const { token } = await unwrap(this.#client.api.POST('/api/v1/upload-links', { body }));
      this.#address = `${location.origin}/send#${token}`;
      this.#isCopied = false;
    });
    this.#isBusy = false;
    this.#redraw();
    this.#dialog?.querySelector<HTMLElement>('.made h3')?.focus();
  };

  #stop(linkId: string): Promise<void> {
    return this.#attempt(async () => {
      await this.#client.api.DELETE('/api/v1/upload-links/{linkId}', { params: { path: { linkId } } });
    });
  }

  #load(): Promise<void> {
    return this.#attempt(async () => {
      this.#players = (await unwrap(this.#client.api.GET('/api/v1/players'))).items;
    });
  }

  /** Does it, and then looks at what is open now. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    this.#problem = null;
    try {
      await work();
      this.#links = (await unwrap(this.#client.api.GET('/api/v1/upload-links'))).items;
    } catch (thrown) {
      this.#problem = ApiProblem.of(thrown);
    }
    this.#redraw();
  }

  async #copy(address: string): Promise<void> {
    this.#isCopied = await navigator.clipboard.writeText(address).then(
      () => true,
      () => false,
    );
    this.#redraw();
  }
}

function whyNot({ code, status }: ApiProblem): string {
  if (code === 'access.consent_missing') return t('consentText');
  return t(status === 403 ? 'deniedText' : 'brokenText');
}
