import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ApiProblem } from '../../client/problem.ts';
import { clientContext } from '../../contexts/client.ts';
import { emit } from '../../events.ts';
import { LocaleController } from '../../locales/locale.ts';
import { problemWords } from '../../locales/problem-words.ts';
import { controls } from '../../styles/controls.ts';
import { icons } from '../../styles/icons.ts';
import { notices } from '../../styles/notices.ts';
import { tokens } from '../../styles/tokens.ts';
import { LinkPart } from './link-part.ts';
import { PeoplePart } from './people-part.ts';
import { ShareFeed, type Found } from './share-feed.ts';
import { recipientsOf } from './share-words.ts';
import { SharedList } from './shared-list.ts';
import { styles } from './styles.ts';

declare global {
  interface HTMLElementTagNameMap {
    'share-dialog': ShareDialog;
  }
}

type Way = 'people' | 'link';

/**
 * Shows one video to people of the club by name, or to anybody by a link, and stops that again. Opened by `show()`.
 *
 * Whom a share with a minor reaches besides is told before it is sent. A link is told once: the host says, by `linkAddress`, which
 * address of its own site it stands in.
 *
 * @summary Share a video, by name and by link.
 * @fires va-share-created - The video was shared with people.
 * @fires va-share-revoked - A share was stopped.
 * @fires va-link-created - A link was made. Its token is on the screen alone.
 * @fires va-link-revoked - A link was closed.
 * @csspart dialog - The window.
 * @csspart reach - Everybody who will be reached, before it is sent.
 * @csspart along - Somebody who comes along because a minor is reached.
 * @csspart send - The button that shares with people.
 * @csspart make-link - The button that makes the link.
 * @csspart made - The new link.
 * @csspart address - The field with its address.
 * @csspart copy - The button that copies it.
 * @csspart shared - What is shared now, and what was.
 * @csspart entry - One share or link.
 * @csspart state - The badge that says how it stands.
 * @csspart stop - The button that stops it for good.
 */
export class ShareDialog extends LitElement {
  static override styles = [tokens, controls, notices, styles];

  static override properties = {
    videoId: { attribute: 'video-id' },
    videoTitle: { attribute: 'video-title' },
    linkAddress: { attribute: 'link-address' },
    isOpen: { state: true },
    way: { state: true },
    said: { state: true },
  };

  readonly #locale = new LocaleController(this);
  readonly #feed = new ShareFeed(this);
  readonly #people = new PeoplePart(this, this.#feed, this.#locale, (share) => {
    this.#say(this.#locale.t('share.saidShared', { names: recipientsOf(share, this.#locale) }));
    emit(this, 'va-share-created', { videoId: this.#feed.videoId, share });
  });
  readonly #link = new LinkPart(this, this.#feed, this.#locale, ({ token: _token, ...link }) => {
    this.#say(this.#locale.t('share.saidLink'));
    emit(this, 'va-link-created', { videoId: this.#feed.videoId, link });
  });
  readonly #list = new SharedList(this, this.#feed, this.#locale, ({ kind, id, name }) => {
    this.#say(this.#locale.t('share.saidStopped', { what: name }));
    const { videoId } = this.#feed;
    if (kind === 'share') emit(this, 'va-share-revoked', { videoId, shareId: id });
    else emit(this, 'va-link-revoked', { videoId, linkId: id });
  });

  /** The video to share, by its id in the API. */
  declare videoId: string;
  /** Its title, for the heading; left out, there is none in it. */
  declare videoTitle: string | null;
  /**
   * The address of the host's own page for a link's token: a function, or as an attribute an address with `{token}` in it, best behind
   * the `#`, where no server sees it. Without it the token itself is shown.
   */
  declare linkAddress: string | ((token: string) => string) | null;
  declare protected isOpen: boolean;
  declare protected way: Way;
  declare protected said: string;

  constructor() {
    super();
    this.videoId = '';
    this.videoTitle = null;
    this.linkAddress = null;
    this.isOpen = false;
    this.way = 'people';
    this.said = '';
    new ContextConsumer(this, { context: clientContext, subscribe: true, callback: (client) => this.#feed.connect(client) });
  }

  /** Opens the dialog, with how things stand now. The focus goes back to where it was when it closes. */
  show(): void {
    this.#begin();
    this.isOpen = true;
  }

  close(): void {
    this.#dialog?.close();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.isOpen = false;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('videoId') && this.isOpen) this.#begin();
  }

  protected override updated(): void {
    const dialog = this.#dialog;
    if (this.isOpen && dialog && !dialog.open) dialog.showModal();
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.isOpen) return nothing;
    const { t } = this.#locale;
    const { problem, found } = this.#feed;
    return html`
      <dialog part="dialog" aria-labelledby="title" @close=${this.#closed}>
        <div class="head">
          <h2 id="title">${this.videoTitle === null ? t('share.title') : t('share.titleOf', { title: this.videoTitle })}</h2>
          <button type="button" class="icon" aria-label=${t('share.close')} title=${t('share.close')} @click=${() => this.close()}>
            ${icons.x}
          </button>
        </div>
        <div class="body" aria-busy=${!problem && !found}>
          ${problem && !found ? this.#renderProblem(problem) : found ? this.#renderFound(found) : this.#renderSkeleton()}
        </div>
        <p class="visually-hidden" role="status">${this.said}</p>
      </dialog>
    `;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  #begin(): void {
    for (const part of [this.#people, this.#link, this.#list]) part.reset();
    this.said = '';
    this.#feed.open(this.videoId);
  }

  readonly #closed = (): void => {
    this.isOpen = false;
    this.#feed.close();
    for (const part of [this.#people, this.#link, this.#list]) part.reset();
  };

  #say(words: string): void {
    this.said = words;
  }

  #renderFound(found: Found): TemplateResult {
    const { t } = this.#locale;
    const tab = (way: Way): TemplateResult => html`
      <button
        type="button"
        role="tab"
        id=${`tab-${way}`}
        aria-controls=${`panel-${way}`}
        aria-selected=${this.way === way}
        tabindex=${this.way === way ? 0 : -1}
        ?autofocus=${this.way === way}
        @click=${() => (this.way = way)}
      >
        ${t(`share.${way}`)}
      </button>
    `;
    return html`
      <div class="tabs" role="tablist" aria-label=${t('share.ways')} @keydown=${this.#moveTab}>${tab('people')} ${tab('link')}</div>
      <div id="panel-people" role="tabpanel" aria-labelledby="tab-people" ?hidden=${this.way !== 'people'}>
        ${this.#people.render(found.candidates)}
      </div>
      <div id="panel-link" role="tabpanel" aria-labelledby="tab-link" ?hidden=${this.way !== 'link'}>
        ${this.#link.render(found, (token) => this.#addressOf(token))}
      </div>
      ${this.#list.render(found.sharing)}
    `;
  }

  #addressOf(token: string): string {
    const { linkAddress } = this;
    if (typeof linkAddress === 'function') return linkAddress(token);
    return linkAddress === null ? token : linkAddress.replace('{token}', token);
  }

  readonly #moveTab = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    this.way = this.way === 'people' ? 'link' : 'people';
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${this.way}`)?.focus());
  };

  #renderSkeleton(): TemplateResult {
    return html`
      <div class="ghost" aria-hidden="true"><i></i><i></i><i></i><i></i></div>
      <p class="visually-hidden" role="status">${this.#locale.t('common.loading')}</p>
    `;
  }

  #renderProblem(problem: ApiProblem): TemplateResult {
    const { t } = this.#locale;
    const denied = problem.code.startsWith('access.');
    const offline = problem.code === 'network.unreachable';
    return html`<div class="notice" role="alert">
      <span class="mark">${denied ? icons.lock : offline ? icons.wifiOff : icons.circleAlert}</span>
      <strong>${t(denied ? 'share.noAccess' : offline ? 'share.offline' : 'share.loadFailed')}</strong>
      <p>${problemWords(problem, this.#locale)}</p>
      ${denied ? nothing : html`<button type="button" @click=${() => void this.#feed.refresh()}>${t('common.retry')}</button>`}
      <span class="code">${t('common.code', { code: problem.code })}</span>
    </div>`;
  }
}
