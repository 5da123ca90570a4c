import { ContextConsumer, ContextProvider } from '@lit/context';
import { html, isServer, LitElement, nothing, type TemplateResult } from 'lit';
import { frameIndex } from '../../../domain/frames/frame-index.ts';
import { frameRate, framesPerSecond } from '../../../domain/frames/frame-rate.ts';
import { timecodeRate } from '../../../domain/frames/timecode.ts';
import type { Video } from '../../client/client.ts';
import type { ApiProblem } from '../../client/problem.ts';
import { MediaClock, type Loop } from '../../clock/media-clock.ts';
import { clientContext } from '../../contexts/client.ts';
import { clockContext, type PlaybackClock } from '../../contexts/clock.ts';
import { cssVariables } from '../../controllers/css-variables.ts';
import { emit } from '../../events.ts';
import { LocaleController } from '../../locales/locale.ts';
import { controls } from '../../styles/controls.ts';
import { tokens } from '../../styles/tokens.ts';
import { Attention } from './attention.ts';
import { Hands } from './hands.ts';
import { NO_LOOP } from './loop-points.ts';
import { MediaLoader } from './media-loader.ts';
import { noticeTemplate } from './notices.ts';
import { PlayerActions } from './player-actions.ts';
import { Shortcuts } from './shortcuts.ts';
import { playerStyles } from './styles.ts';
import { timelineTemplate } from './timeline.ts';
import { transportTemplate } from './transport.ts';
import type { PlayerView, TimelineMarker } from './view.ts';
import type { Delivery, PlayerSource } from './wish.ts';

declare global {
  interface HTMLElementTagNameMap {
    'video-player': VideoPlayer;
  }
}

const DEFAULT_MEMORY_LIMIT_BYTES = 200_000_000;

/** Holds the controls' place until the clip is known, so that nothing jumps when it comes. */
const ONE_FRAME = frameIndex({ version: 1, timebase: frameRate(25), startTicks: 0, runs: [[1, 1]] });

/**
 * Plays a video and steps through it frame by frame, each step confirmed by what the browser has painted.
 *
 * Keys, while the focus is inside and nobody types: space or K plays and pauses; arrows, comma and period go one frame, with
 * shift the arrows go ten; J steps back while held; L plays, and then plays faster; Home and End; I and O set the loop.
 *
 * @summary A video, frame by frame.
 * @slot - Lies exactly over the displayed picture. It lets the pointer through: what wants it sets `pointer-events` on itself.
 * @fires va-frame-change - Another frame is on the screen, or the shown one has been confirmed.
 * @fires va-video-ready - The first frame is painted. Only for videos of the API.
 * @fires va-video-processed - The preview it showed has been replaced by the finished clip, or the clip could not be prepared.
 * @fires va-play-state - It started, paused or changed its speed.
 * @fires va-marker-select - A marker on the timeline was chosen; the video goes there too.
 * @fires va-error - The video could not be opened or had to be closed.
 * @csspart base - Everything.
 * @csspart stage - The dark ground around the picture.
 * @csspart picture - The box of the displayed picture.
 * @csspart notice - What stands on the stage while there is no picture.
 * @csspart progress - How much of the clip has arrived.
 * @csspart poster - The still shown while the clip arrives.
 * @csspart panel - Timeline and transport.
 * @csspart timeline - Markers and range.
 * @csspart timeline-range - The slider over all frames.
 * @csspart markers - The lane of markers.
 * @csspart marker - One marker; also `marker-<kind>`.
 * @csspart loop - The part of the timeline that is looped.
 * @csspart peek - What a hand on the timeline points at: frame, time and a small picture.
 * @csspart peek-picture - That picture.
 * @csspart transport - Position, buttons, speed and loop.
 * @csspart position - Frame and time.
 * @csspart frame-field - The frame, to be typed.
 * @csspart proof - Whether the shown frame is confirmed.
 * @csspart timecode - The time of the shown frame.
 * @csspart button - Every button of the transport; each has a part of its own too, such as `play-button`.
 * @csspart speed - The speed slider and its value.
 * @csspart speed-range - The speed slider.
 * @cssproperty [--va-stage-max-height] - How high the stage may become where the element has no height of its own; unless set, so high that the controls stay on the screen.
 */
export class VideoPlayer extends LitElement {
  static override styles = [tokens, controls, ...playerStyles];

  static override properties = {
    videoId: { type: String, attribute: 'video-id' },
    source: { attribute: false },
    markers: { attribute: false },
    activeMarker: { type: String, attribute: 'active-marker' },
    delivery: { type: String },
    memoryLimitBytes: { type: Number, attribute: 'memory-limit-bytes' },
    expanded: { type: Boolean, reflect: true },
  };

  readonly #clock = new MediaClock();
  readonly #hands = new Hands(this);
  readonly #loader = new MediaLoader(this, this.#clock, this.#hands);
  readonly #actions = new PlayerActions(this, this.#clock, this.#hands, this.#loader.storyboard);
  readonly #locale = new LocaleController(this);
  readonly #attention = new Attention(this);
  readonly #client = new ContextConsumer(this, { context: clientContext, subscribe: true });
  #media: HTMLVideoElement | undefined;
  #unsubscribe: (() => void) | undefined;
  #told = this.#clock.now;

  /** The video to open, by its id in the API. Needs an `<analysis-provider>` around the player. */
  declare videoId: string;
  /** Media to play without the API: `{ url, frameIndex, width, height }`. Goes before `videoId`. */
  declare source: PlayerSource | null;
  /** What the timeline shows: `{ id, frame, frameCount?, kind, label }`. */
  declare markers: readonly TimelineMarker[];
  /** The id of the marker that is shown as chosen. */
  declare activeMarker: string | null;
  /**
   * How the media travels: `analysis`, the rendition that frames are counted in; `hls`, for watching over a poor line, where the video
   * has it; or `auto`, which is `analysis`. Steps are taken on the analysis rendition always.
   */
  declare delivery: Delivery;
  /** Clips up to this size are fetched whole and played from memory, larger ones over the network. 200 MB unless set. */
  declare memoryLimitBytes: number;
  /** Fills the window, where the browser has no full screen for elements. */
  declare expanded: boolean;

  constructor() {
    super();
    this.videoId = '';
    this.source = null;
    this.markers = [];
    this.activeMarker = null;
    this.delivery = 'auto';
    this.memoryLimitBytes = DEFAULT_MEMORY_LIMIT_BYTES;
    this.expanded = false;
    new ContextProvider(this, { context: clockContext, initialValue: this.#clock });
    new Shortcuts(this, this.#actions);
  }

  /** The media element. Its time is not for others: go by frames. */
  get media(): HTMLVideoElement {
    if (!this.#media) {
      this.#media = makeMedia();
      this.#media.addEventListener('error', () => void this.#loader.mediaFailed());
      // Only the picture itself: what lies over it hears its own clicks. Space does the same.
      this.#media.addEventListener('click', () => this.#actions.toggle());
    }
    return this.#media;
  }

  /** What other elements follow, also by `clockContext`. */
  get clock(): PlaybackClock {
    return this.#clock;
  }

  /** The frame on the screen. */
  get frame(): number {
    return this.#clock.now.frame;
  }

  /** The browser has confirmed that `frame` is what is painted. */
  get verified(): boolean {
    return this.#clock.now.verified;
  }

  get playing(): boolean {
    return this.#clock.now.playing;
  }

  /** Speed; 1 is the file's own. From 0.1 to 2. */
  get rate(): number {
    return this.#clock.rate;
  }

  set rate(rate: number) {
    this.#clock.rate = rate;
  }

  /** The part that is repeated, both ends included; null for the whole clip, once. */
  get loop(): Loop | null {
    return this.#clock.loop;
  }

  set loop(loop: Loop | null) {
    this.#actions.setLoop(loop ?? NO_LOOP);
  }

  async play(): Promise<void> {
    await this.#loader.checkLease();
    await this.#clock.play();
  }

  pause(): void {
    this.#clock.pause();
  }

  /** Resolves when this frame, or one asked for since, is on the screen or was given up; then look at `verified`. */
  seek(frame: number): Promise<void> {
    return this.#clock.seek(frame);
  }

  /** Goes so many frames on, or back, from the one asked for last. */
  step(frames: number): Promise<void> {
    return this.#clock.step(frames);
  }

  /** The loader has painted the first frame. @internal */
  ready(video: Video | null): void {
    this.#actions.clearLoop();
    if (video) emit(this, 'va-video-ready', { video });
  }

  /** The loader has given up. @internal */
  failed({ code, message }: ApiProblem): void {
    emit(this, 'va-error', { code, message });
  }

  /** What was shown before it was finished is so no longer. @internal */
  processed(video: Video): void {
    emit(this, 'va-video-processed', { video });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock.attach(this.media);
    this.#unsubscribe = this.#clock.subscribe(() => this.#clockMoved());
    this.ownerDocument.addEventListener('fullscreenchange', this.#redraw);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.ownerDocument.removeEventListener('fullscreenchange', this.#redraw);
    this.#unsubscribe?.();
    this.#clock.detach();
  }

  protected override willUpdate(): void {
    // Leaving the page closes the video, and the update that follows from that must not open it again.
    if (this.isConnected)
      this.#loader.want({ source: this.source, videoId: this.videoId, client: this.#client.value, delivery: this.delivery });
  }

  protected override render(): TemplateResult {
    const { state, size } = this.#loader;
    const isReady = state.kind === 'ready';
    const view = isReady || state.kind === 'loading' ? this.#view() : null;
    const idle = this.#attention.resting;
    return html`<div class="base" part="base" tabindex="-1" ?data-idle=${idle} ?data-resting=${idle && this.playing}>
      <div class="stage" part="stage" ${cssVariables(size ? { '--ratio': size.width / size.height } : {})}>
        <div class="picture" part="picture" ?hidden=${!isReady}>
          ${isServer ? nothing : this.media}
          <div class="overlay"><slot></slot></div>
        </div>
        ${noticeTemplate(state, this.#locale, () => this.#loader.retry())}
      </div>
      ${view ? html`<div class="panel" part="panel">${timelineTemplate(view, this.#actions)} ${transportTemplate(view, this.#actions)}</div>` : nothing}
    </div>`;
  }

  readonly #redraw = (): void => this.requestUpdate();

  #clockMoved(): void {
    const before = this.#told;
    const { frame, verified, playing, rate } = (this.#told = this.#clock.now);
    if (this.#clock.index && (frame !== before.frame || verified !== before.verified))
      emit(this, 'va-frame-change', { frame, verified, playing });
    if (playing !== before.playing || rate !== before.rate) emit(this, 'va-play-state', { playing, rate });
    this.requestUpdate();
  }

  #view(): PlayerView {
    const { now, requested, video } = this.#clock;
    const index = this.#clock.index ?? ONE_FRAME;
    const steadyRate = timecodeRate(index);
    const peekAt = this.#clock.index ? this.#actions.peek.frame : null;
    const played = steadyRate ? framesPerSecond(steadyRate) : index.count / index.durationSeconds;
    return {
      locale: this.#locale,
      tick: now,
      requested,
      index,
      timecodeRate: steadyRate,
      realSpeed: realSpeedOf(played, video?.captureFps ?? null),
      loopPoints: this.#actions.loopPoints,
      markers: this.markers,
      activeMarker: this.activeMarker,
      peek: peekAt === null ? null : { frame: peekAt, picture: this.#loader.storyboard.pictureAt(index.seekTimeOf(peekAt)) },
      muted: this.media.muted,
      expanded: this.expanded || this.matches(':fullscreen'),
    };
  }
}

/** Null when the file plays as fast as life; container rates are rounded, so a hundredth is no difference. */
const realSpeedOf = (playedFps: number, captureFps: number | null): number | null =>
  captureFps === null || Math.abs(playedFps / captureFps - 1) < 0.01 ? null : playedFps / captureFps;

function makeMedia(): HTMLVideoElement {
  const media = document.createElement('video');
  media.crossOrigin = 'anonymous';
  media.playsInline = true;
  media.preload = 'auto';
  media.disablePictureInPicture = true;
  media.tabIndex = -1;
  return media;
}
