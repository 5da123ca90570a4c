import { html, nothing, type TemplateResult } from 'lit';
import { ApiProblem, unwrap, type Player, type Video, type VideoAnalysisClient } from 'video-analysis-platform';
import { detailsTemplate } from './details.ts';
import { drawingsTemplate, idsAt, labelOf, type Drawing } from './drawings.ts';
import { icon, notice } from './parts.ts';
import { language, t, type Person } from './site.ts';

type Tab = 'drawings' | 'details';

const POLL_MS = 1000;
const IN_MOTION: readonly Video['status'][] = ['created', 'uploading', 'uploaded', 'processing'];

/** One video with its tools, what is drawn on it, and what is known about it. */
export class Review {
  #videoId: string | null = null;
  #video: Video | null = null;
  #players: readonly Player[] = [];
  #problem: ApiProblem | null = null;
  #drawings: readonly Drawing[] = [];
  #markers: readonly { id: string; frame: number; frameCount: number; kind: 'drawing'; label: string }[] = [];
  #markersFor: readonly unknown[] = [];
  #shown = '';
  #chosen: string | null = null;
  #tab: Tab = 'drawings';
  #leaving = new AbortController();
  readonly #client: VideoAnalysisClient;
  readonly #person: Person;
  readonly #redraw: () => void;

  constructor(client: VideoAnalysisClient, person: Person, redraw: () => void) {
    this.#client = client;
    this.#person = person;
    this.#redraw = redraw;
  }

  get title(): string {
    return this.#video?.title ?? t(this.#problem ? 'brokenTitle' : 'loading');
  }

  /** There is a picture to work with. */
  get hasPlayer(): boolean {
    return this.#video?.isPlayable === true && !this.#problem;
  }

  /** @param videoId Null when another view is shown. */
  open(videoId: string | null): void {
    if (videoId === this.#videoId) return;
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#videoId = videoId;
    this.#video = null;
    this.#problem = null;
    this.#drawings = [];
    this.#shown = '';
    this.#chosen = null;
    if (videoId !== null) void this.#load(videoId, this.#leaving.signal);
  }

  renderHeading(): TemplateResult {
    const athlete = this.#players.find(({ id }) => id === this.#video?.playerId)?.displayName;
    return html`
      <a class="back" href="/" title=${t('backLong')}>${icon('arrow-left')}<span>${t('back')}</span></a>
      <div class="clip-title" data-view="review">
        <h1 tabindex="-1">${this.#video?.title ?? (this.#problem ? '' : t('loading'))}</h1>
        ${athlete === undefined ? nothing : html`<span class="soft">${athlete}</span>`}
      </div>
    `;
  }

  render(): TemplateResult {
    return html`<main class="review" tabindex="-1">${this.#renderContent()}</main>`;
  }

  #renderContent(): TemplateResult {
    if (this.#problem) return this.#renderProblem(this.#problem);
    const video = this.#video;
    if (!video) return html`<div class="stage-skeleton" aria-busy="true"></div>`;
    if (video.isPlayable) return html`${this.#renderPlayer(video)} ${this.#renderRail(video)}`;
    if (IN_MOTION.includes(video.status)) return preparing(video);
    return notice('circle-alert', t('failedTitle'), video.errorMessage ?? '', backLink());
  }

  #renderPlayer({ id }: Video): TemplateResult {
    return html`
      <video-player
        video-id=${id}
        .markers=${this.#currentMarkers()}
        .activeMarker=${this.#chosen}
        @va-frame-change=${this.#frameChanged}
        @va-marker-select=${(event: HTMLElementEventMap['va-marker-select']) => this.#choose(event.detail.id)}
        @va-annotations-change=${this.#drawingsChanged}
        @va-video-processed=${this.#processed}
      >
        <annotation-layer></annotation-layer>
        ${this.#mayDraw ? html`<annotation-canvas></annotation-canvas>` : nothing}
      </video-player>
    `;
  }

  #renderRail(video: Video): TemplateResult {
    const tab = (name: Tab, count: number | null): TemplateResult => html`
      <button
        type="button"
        role="tab"
        id=${`tab-${name}`}
        aria-controls="rail-panel"
        aria-selected=${this.#tab === name}
        tabindex=${this.#tab === name ? 0 : -1}
        @click=${() => this.#showTab(name)}
      >
        ${t(name)}${count === null ? nothing : html`<span class="count">${count}</span>`}
      </button>
    `;
    return html`
      <aside class="rail">
        <div class="tabs" role="tablist" @keydown=${this.#moveTab}>${tab('drawings', this.#drawings.length)} ${tab('details', null)}</div>
        <div id="rail-panel" role="tabpanel" tabindex="0" aria-labelledby=${`tab-${this.#tab}`}>
          ${
            this.#tab === 'drawings'
              ? drawingsTemplate(this.#drawings, this.#shown, this.#mayDraw, (drawing) => this.#goTo(drawing))
              : detailsTemplate(video, this.#players)
          }
        </div>
      </aside>
    `;
  }

  #renderProblem({ code, status }: ApiProblem): TemplateResult {
    const small = html`<p class="code">${t('code', { code })}</p>`;
    if (status === 404 || status === 410) return notice('video-off', t('goneTitle'), t('goneText'), html`${backLink()}${small}`);
    const why = t(code === 'access.consent_missing' ? 'consentText' : 'deniedText');
    if (status === 403) return notice('lock', t('deniedTitle'), why, html`${backLink()}${small}`);
    const again = html`<button class="primary" type="button" @click=${this.#retry}>${t('again')}</button>`;
    return notice(status === 0 ? 'wifi-off' : 'circle-alert', t('brokenTitle'), t('brokenText'), html`${again}${small}`);
  }

  /** A guardian looks; the athlete and everybody responsible may draw. The server decides. */
  get #mayDraw(): boolean {
    return this.#person.role !== 'guardian';
  }

  /** The same array for as long as nothing changed: the player draws its timeline anew only for another one. */
  #currentMarkers() {
    const now = [this.#drawings, language()];
    if (now.some((part, at) => part !== this.#markersFor[at])) {
      this.#markersFor = now;
      this.#markers = this.#drawings.map((drawing) => ({
        id: drawing.id,
        frame: drawing.document.frame,
        frameCount: drawing.document.frameCount,
        kind: 'drawing',
        label: labelOf(drawing),
      }));
    }
    return this.#markers;
  }

  /** Asks until there is something to look at, or never will be; from then on the player knows. */
  async #load(videoId: string, signal: AbortSignal): Promise<void> {
    try {
      if (this.#players.length === 0) this.#players = (await unwrap(this.#client.api.GET('/api/v1/players', { signal }))).items;
      for (;;) {
        this.#video = await unwrap(this.#client.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } }, signal }));
        this.#redraw();
        if (this.#video.isPlayable || !IN_MOTION.includes(this.#video.status)) return;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        signal.throwIfAborted();
      }
    } catch (reason) {
      if (signal.aborted) return;
      this.#problem = reason instanceof ApiProblem ? reason : new ApiProblem({ code: 'service.failed', status: 500 });
      this.#redraw();
    }
  }

  readonly #retry = (): void => {
    this.#problem = null;
    this.#redraw();
    if (this.#videoId !== null) void this.#load(this.#videoId, this.#leaving.signal);
  };

  readonly #frameChanged = ({ detail }: HTMLElementEventMap['va-frame-change']): void => {
    const shown = idsAt(this.#drawings, detail.frame);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#redraw();
  };

  readonly #drawingsChanged = ({ detail, target }: HTMLElementEventMap['va-annotations-change']): void => {
    this.#drawings = detail.annotations;
    const player = target instanceof Element ? target.closest('video-player') : null;
    if (player) this.#shown = idsAt(this.#drawings, player.frame);
    this.#redraw();
  };

  readonly #processed = ({ detail }: HTMLElementEventMap['va-video-processed']): void => {
    this.#video = detail.video;
    this.#redraw();
  };

  #goTo({ id, document: { frame } }: Drawing): void {
    const player = document.querySelector('video-player');
    player?.pause();
    void player?.seek(frame);
    this.#choose(id);
  }

  #choose(id: string): void {
    this.#chosen = id;
    this.#redraw();
  }

  #showTab(name: Tab): void {
    this.#tab = name;
    this.#redraw();
  }

  readonly #moveTab = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    this.#showTab(this.#tab === 'drawings' ? 'details' : 'drawings');
    document.getElementById(`tab-${this.#tab}`)?.focus();
  };
}

const backLink = (): TemplateResult => html`<a class="button" href="/">${icon('arrow-left')}${t('backLong')}</a>`;

function preparing({ progress }: Video): TemplateResult {
  const percent = progress === null ? null : new Intl.NumberFormat(language(), { style: 'percent' }).format(progress);
  const title = percent === null ? t('preparing') : t('preparingAt', { percent });
  const measure = html`<progress max="1" .value=${progress ?? 0} aria-label=${title}></progress>`;
  return notice('hourglass', title, t('preparingText'), html`${measure}${backLink()}`);
}
