import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { unwrap, type Player } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import { clientContext } from '../../contexts/client.ts';
import { emit } from '../../events.ts';
import { LocaleController } from '../../locales/locale.ts';
import { problemWords } from '../../locales/problem-words.ts';
import { controls } from '../../styles/controls.ts';
import { icons } from '../../styles/icons.ts';
import { tokens } from '../../styles/tokens.ts';
import { PICKER_ACCEPT } from '../../upload/file-check.ts';
import { styles } from './styles.ts';
import { QuotaNotice } from './quota-notice.ts';
import { saidOf } from './said.ts';
import { Unfinished, unfinishedList } from './unfinished.ts';
import { uploadCard, type CardActions } from './upload-card.ts';
import { UploadQueue, type Entry } from './upload-queue.ts';
import { athleteField, NOBODY, problemNotice } from './uploader-parts.ts';

declare global {
  interface HTMLElementTagNameMap {
    'video-uploader': VideoUploader;
  }
}

/**
 * Takes clips in by drop, picker or camera, uploads them in parts that survive lost connections and reloads, and follows each
 * until it can be played.
 *
 * @summary Upload with progress, pause, resume and clear errors.
 * @fires va-upload-start - The server knows of the video.
 * @fires va-upload-complete - The whole file has arrived.
 * @fires va-video-processed - The video can be played, or never will be.
 * @fires va-video-select - The person wants to open an uploaded video.
 * @csspart drop - The drop target.
 */
export class VideoUploader extends LitElement {
  static override styles = [tokens, controls, styles];

  static override properties = {
    playerId: { attribute: 'player-id' },
    category: {},
    players: { state: true },
    problem: { state: true },
    chosenPlayer: { state: true },
    athleteMissing: { state: true },
    over: { state: true },
  };

  readonly #locale = new LocaleController(this);
  readonly #quota = new QuotaNotice(this, this.#locale);
  readonly #queue = new UploadQueue(this, { onPhase: (entry) => this.#say(entry), onQuota: (quota) => this.#quota.note(quota) });
  readonly #client = new ContextConsumer(this, { context: clientContext, subscribe: true, callback: () => void this.#load() });
  readonly #unfinished = new Unfinished(this);
  readonly #picker = createRef<HTMLInputElement>();
  readonly #camera = createRef<HTMLInputElement>();
  #said = '';

  /** The athlete in every clip; hides the choice. */
  declare playerId: string | null;
  /** The category every clip gets. */
  declare category: string | null;
  declare protected players: readonly Player[] | null;
  declare protected problem: ApiProblem | null;
  declare protected chosenPlayer: string;
  declare protected athleteMissing: boolean;
  declare protected over: boolean;

  readonly #actions: CardActions = {
    remove: (entry) => this.#queue.remove(entry),
    rename: (entry, title) => (entry.title = title),
    open: (video) => emit(this, 'va-video-select', { video }),
    openExisting: (videoId) => void this.#openExisting(videoId),
  };

  constructor() {
    super();
    this.playerId = null;
    this.category = null;
    this.players = null;
    this.problem = null;
    this.chosenPlayer = '';
    this.athleteMissing = false;
    this.over = false;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.get('athleteMissing') === false && this.athleteMissing) this.renderRoot.querySelector('select')?.focus();
  }

  /** Takes files in as if they had been dropped here: for a host whose whole page is a drop target. */
  addFiles(files: Iterable<File>): void {
    this.#queue.add(files, this.#client.value);
  }

  override render() {
    if (this.problem) return problemNotice(this.problem, this.#locale, () => void this.#load());
    const { entries } = this.#queue;
    return html`
      <section
        aria-label=${this.#locale.t('uploader.region')}
        @dragover=${this.#onDragOver}
        @dragleave=${this.#onDragLeave}
        @drop=${this.#onDrop}
      >
        ${this.#renderDrop()} ${this.#quota.render()} ${this.#queue.staged.length > 0 ? this.#renderDetails() : nothing}
        ${
          entries.length > 0
            ? html`<ul aria-label=${this.#locale.t('uploader.clips')}>
                ${repeat(
                  entries,
                  (entry) => entry,
                  (entry) => uploadCard(entry, this.#locale, this.#actions),
                )}
              </ul>`
            : nothing
        }
        ${unfinishedList(this.#unfinished.items(this.#known()), this.#locale, (item) => this.#discard(item))}
        <p class="visually-hidden" id="said" role="status">${this.#said}</p>
      </section>
    `;
  }

  readonly #load = async (): Promise<void> => {
    const client = this.#client.value;
    if (!client) return;
    this.problem = null;
    void this.#unfinished.load(client).then((quota) => this.#quota.note(quota));
    // Whoever sends for one athlete, as by a link, need not be told of others.
    if (this.playerId !== null) {
      this.players = [];
      return;
    }
    try {
      this.players = (await unwrap(client.api.GET('/api/v1/players'))).items;
    } catch (thrown) {
      this.problem = ApiProblem.of(thrown);
    }
  };

  async #openExisting(videoId: string): Promise<void> {
    const client = this.#client.value;
    if (!client) return;
    try {
      emit(this, 'va-video-select', { video: await unwrap(client.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } })) });
    } catch (thrown) {
      this.#said = problemWords(ApiProblem.of(thrown), this.#locale);
      this.requestUpdate();
    }
  }

  #discard(item: Parameters<Unfinished['discard']>[1]): void {
    if (this.#client.value) void this.#unfinished.discard(this.#client.value, item);
  }

  #onDragOver(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.over = true;
  }

  #onDragLeave(event: DragEvent): void {
    // Moving onto a child fires it too.
    const { currentTarget, relatedTarget } = event;
    if (!(relatedTarget instanceof Node) || !(currentTarget as Node).contains(relatedTarget)) this.over = false;
  }

  #onDrop(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    this.addFiles(event.dataTransfer?.files ?? []);
  }

  #onPick(event: Event): void {
    const input = event.target as HTMLInputElement;
    this.addFiles(input.files ?? []);
    // Otherwise choosing the same file again would not be a change.
    input.value = '';
  }

  readonly #onAthlete = (event: Event): void => {
    this.chosenPlayer = (event.target as HTMLSelectElement).value;
    this.athleteMissing = false;
  };

  #onStart(): void {
    const client = this.#client.value;
    if (!client) return;
    const playerId = this.#athlete();
    if (playerId === undefined) {
      this.athleteMissing = true;
      return;
    }
    const details = { ...(playerId === null ? {} : { playerId }), ...(this.category === null ? {} : { category: this.category }) };
    this.#queue.startStaged(client, details);
  }

  /** The athlete of the staged clips: null for nobody yet, undefined while that has not been said. */
  #athlete(): string | null | undefined {
    if (this.playerId !== null) return this.playerId;
    const players = this.players ?? [];
    if (players.length <= 1) return players[0]?.id ?? null;
    if (this.chosenPlayer === NOBODY) return null;
    return this.chosenPlayer === '' ? undefined : this.chosenPlayer;
  }

  #known(): ReadonlySet<string> {
    return new Set(this.#queue.entries.flatMap(({ upload }) => upload?.progress.videoId ?? []));
  }

  #say(entry: Entry): void {
    this.#said = saidOf(entry, this.#locale) ?? this.#said;
    this.requestUpdate();
  }

  #renderDrop() {
    const { t } = this.#locale;
    return html`
      <div class="drop" part="drop" ?data-over=${this.over}>
        <span class="mark">${icons.upload}</span>
        <span class="lead">${t('uploader.drop')}</span>
        <div class="choices">
          <button type="button" class="primary" @click=${() => this.#picker.value?.click()}>${t('uploader.choose')}</button>
          <button type="button" class="film" @click=${() => this.#camera.value?.click()}>${icons.video}${t('uploader.film')}</button>
        </div>
        <span class="hint">${t('uploader.dropHint')}</span>
        <input ${ref(this.#picker)} id="picker" type="file" hidden multiple accept=${PICKER_ACCEPT} @change=${this.#onPick} />
        <input ${ref(this.#camera)} type="file" hidden accept="video/*" capture="environment" @change=${this.#onPick} />
      </div>
    `;
  }

  #renderDetails() {
    const { t } = this.#locale;
    const players = this.players ?? [];
    return html`
      <div class="details">
        ${
          this.playerId === null && players.length > 1
            ? athleteField(players, { chosen: this.chosenPlayer, isMissing: this.athleteMissing }, this.#locale, this.#onAthlete)
            : nothing
        }
        <button type="button" class="primary" ?disabled=${!this.#client.value || this.players === null} @click=${this.#onStart}>
          ${icons.upload}${t('uploader.start', { count: this.#queue.staged.length })}
        </button>
      </div>
    `;
  }
}
