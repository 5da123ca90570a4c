import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Video } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import { clientContext } from '../../contexts/client.ts';
import { emit } from '../../events.ts';
import { LocaleController } from '../../locales/locale.ts';
import { problemWords } from '../../locales/problem-words.ts';
import { controls } from '../../styles/controls.ts';
import { icons } from '../../styles/icons.ts';
import { notices } from '../../styles/notices.ts';
import { tokens } from '../../styles/tokens.ts';
import { libraryCard } from './library-card.ts';
import { LibraryFeed, type Filters } from './library-feed.ts';
import { libraryFilters } from './library-filters.ts';
import { Posters } from './posters.ts';
import { removeDialog, type RemoveDialogState } from './remove-dialog.ts';
import { styles } from './styles.ts';

declare global {
  interface HTMLElementTagNameMap {
    'video-library': VideoLibrary;
  }
}

/** As many as fill the first screen, so that nothing moves when the cards arrive. */
const SKELETONS = 8;

/**
 * The videos a person may see, newest first, with what is happening to those that are not ready yet.
 *
 * @summary Cards with poster, state and filters.
 * @fires va-video-select - A video that can be played was chosen.
 * @slot empty - What to do when there is no video at all.
 * @csspart grid - The list of cards.
 * @csspart mat - The dark ground a poster lies on.
 */
export class VideoLibrary extends LitElement {
  static override styles = [tokens, controls, notices, styles];

  static override properties = {
    removing: { state: true },
    said: { state: true },
  };

  readonly #locale = new LocaleController(this);
  readonly #feed = new LibraryFeed(this);
  readonly #client = new ContextConsumer(this, {
    context: clientContext,
    subscribe: true,
    callback: (client) => this.#feed.connect(client),
  });
  readonly #categories = new Set<string>();
  #sentinel: IntersectionObserver | undefined;
  declare protected removing: RemoveDialogState | null;
  declare protected said: string;

  constructor() {
    super();
    this.removing = null;
    this.said = '';
    new Posters(this, () => this.#client.value);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sentinel = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting) && !this.#feed.problem) void this.#feed.more();
      },
      { rootMargin: '600px' },
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sentinel?.disconnect();
  }

  protected override willUpdate(): void {
    for (const { category } of this.#feed.items ?? []) if (category !== null) this.#categories.add(category);
  }

  protected override updated(changed: PropertyValues): void {
    // Observed anew after each drawing: an observer reports only changes, and a short page leaves the end in sight.
    this.#sentinel?.disconnect();
    const end = this.renderRoot.querySelector('.more');
    if (end) this.#sentinel?.observe(end);
    const dialog = this.renderRoot.querySelector('dialog');
    if (!changed.has('removing') || !dialog) return;
    if (this.removing && !dialog.open) dialog.showModal();
    if (!this.removing && dialog.open) dialog.close();
  }

  /** Looks for new and changed videos now, as after an upload. */
  refresh(): Promise<void> {
    return this.#feed.refresh();
  }

  override render() {
    const { items, problem } = this.#feed;
    return html`
      <section aria-label=${this.#locale.t('library.region')} aria-busy=${items === null && !problem}>
        ${this.#renderFilters()}
        ${items === null ? (problem ? this.#renderProblem(problem) : this.#renderSkeleton()) : this.#renderItems(items)}
        <p class="visually-hidden" role="status">${this.said}</p>
        ${removeDialog(this.removing, this.#locale, { remove: () => void this.#remove(), close: () => (this.removing = null) })}
      </section>
    `;
  }

  async #remove(): Promise<void> {
    const state = this.removing;
    if (!state || state.busy) return;
    this.removing = { ...state, busy: true, problem: null };
    try {
      await this.#feed.remove(state.video.id);
      this.removing = null;
      this.said = this.#locale.t('library.removed', { title: state.video.title });
    } catch (thrown) {
      this.removing = { ...state, busy: false, problem: ApiProblem.of(thrown) };
    }
  }

  /** The server decides; this only spares people a button that would be refused. */
  #mayRemove({ uploadedById, playerId }: Video): boolean {
    const { viewer } = this.#feed;
    if (!viewer?.session.scopes.includes('videos:write')) return false;
    const { id, role } = viewer.session.actor;
    const isChild = role === 'guardian' && viewer.players.some((player) => player.id === playerId);
    return role === 'admin' || isChild || id === uploadedById || id === playerId;
  }

  #renderFilters(): TemplateResult | typeof nothing {
    const { viewer, filters, items } = this.#feed;
    if (!viewer || (items?.length === 0 && Object.keys(filters).length === 0)) return nothing;
    return libraryFilters({
      filters,
      players: viewer.players,
      categories: [...this.#categories].sort((a, b) => a.localeCompare(b, this.#locale.language)),
      locale: this.#locale,
      choose: (chosen: Filters) => this.#feed.filter(chosen),
    });
  }

  #renderItems(items: readonly Video[]): TemplateResult {
    if (items.length === 0) return this.#renderEmpty();
    const names = new Map(this.#feed.viewer?.players.map(({ id, displayName }) => [id, displayName]));
    return html`
      <ul class="grid" part="grid">
        ${repeat(
          items,
          ({ id, processingVersion }) => `${id}/${processingVersion}`,
          (video) =>
            libraryCard(video, {
              locale: this.#locale,
              athlete: names.get(video.playerId ?? ''),
              mayRemove: this.#mayRemove(video),
              select: (chosen) => emit(this, 'va-video-select', { video: chosen }),
              askToRemove: (chosen) => (this.removing = { video: chosen, busy: false, problem: null }),
            }),
        )}
      </ul>
      ${this.#feed.problem ? this.#renderProblem(this.#feed.problem) : this.#renderMore()}
    `;
  }

  #renderMore(): TemplateResult | typeof nothing {
    if (!this.#feed.hasMore) return nothing;
    const { loadingMore } = this.#feed;
    return html`
      <div class="more">
        <button type="button" aria-disabled=${loadingMore} @click=${() => void this.#feed.more()}>
          ${this.#locale.t(loadingMore ? 'common.loading' : 'library.more')}
        </button>
      </div>
    `;
  }

  #renderSkeleton(): TemplateResult {
    return html`
      <ul class="grid" aria-hidden="true">
        ${Array.from(
          { length: SKELETONS },
          () =>
            html`<li class="card ghost">
              <div class="mat"></div>
              <div class="words"><i></i><i></i></div>
            </li>`,
        )}
      </ul>
      <p class="visually-hidden" role="status">${this.#locale.t('common.loading')}</p>
    `;
  }

  #renderEmpty(): TemplateResult {
    const { t } = this.#locale;
    if (Object.keys(this.#feed.filters).length === 0)
      return html`
        <div class="notice">
          <span class="mark">${icons.film}</span>
          <strong>${t('library.empty')}</strong>
          <p>${t('library.emptyHint')}</p>
          <slot name="empty"></slot>
        </div>
      `;
    return html`
      <div class="notice">
        <span class="mark">${icons.folderSearch}</span>
        <strong>${t('library.nothing')}</strong>
        <p>${t('library.nothingHint')}</p>
        <button type="button" @click=${() => this.#feed.filter({})}>${t('library.clear')}</button>
      </div>
    `;
  }

  #renderProblem(problem: ApiProblem): TemplateResult {
    const { t } = this.#locale;
    const denied = problem.code.startsWith('access.');
    const offline = problem.code === 'network.unreachable';
    return html`
      <div class="notice" role="alert">
        <span class="mark">${denied ? icons.lock : offline ? icons.wifiOff : icons.circleAlert}</span>
        <strong>${t(denied ? 'library.noAccess' : offline ? 'library.offline' : 'library.failedToLoad')}</strong>
        <p>${problemWords(problem, this.#locale)}</p>
        ${denied ? nothing : html`<button type="button" @click=${() => this.#feed.retry()}>${t('common.retry')}</button>`}
        <span class="code">${t('common.code', { code: problem.code })}</span>
      </div>
    `;
  }
}
