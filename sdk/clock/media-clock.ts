import type { FrameIndex } from '../../domain/frames/frame-index.ts';
import type { Video } from '../client/client.ts';
import type { PlaybackClock, Tick } from '../contexts/clock.ts';
import { exchangeOf, type Exchange } from './exchange.ts';
import { FrameSeeker } from './frame-seeker.ts';
import { holdPicture } from './held-picture.ts';
import { portOf } from './seek-port.ts';

/** Both frames belong to the loop. */
export interface Loop {
  readonly from: number;
  readonly to: number;
}

/** Where the element's media comes from, asked before it is needed: a source may be good for one thing and not for the other. */
export interface Supply {
  /** Before another frame is sought at rest. */
  still(): Promise<void>;
  /** Before it plays. */
  moving(): Promise<void>;
}

export const SLOWEST = 0.1;
export const FASTEST = 2;

/** A hidden page paints nothing, so a video may be usable long before its first picture is proven. */
const FIRST_PICTURE_LIMIT_MS = 1500;

/** One refresh of a 60 Hz screen and the time a timer may be late: a loop must turn before its end is passed. */
const TURN_MARGIN_MS = 20;

/** The clock of one media element. Only what the element paints moves it. */
export class MediaClock implements PlaybackClock {
  readonly #listeners = new Set<() => void>();
  #element: HTMLVideoElement | undefined;
  #attached: AbortController | undefined;
  #seeker: FrameSeeker | undefined;
  #index: FrameIndex | null = null;
  #video: Video | null = null;
  #callback = 0;
  #playing = false;
  #rate = 1;
  #loop: Loop | null = null;
  #turn: ReturnType<typeof setTimeout> | undefined;
  #exchange: Exchange | null = null;
  /** Null: the element has all it needs. */
  supply: Supply | null = null;

  get now(): Tick {
    if (this.#exchange) return { ...this.#exchange.told, playing: this.#exchange.goesOn, rate: this.#rate };
    const { frame, verified } = this.#seeker?.shown ?? { frame: 0, verified: false };
    const element = this.#element;
    return { frame, verified, playing: element !== undefined && !element.paused, seconds: element?.currentTime ?? 0, rate: this.#rate };
  }

  get index(): FrameIndex | null {
    return this.#index;
  }

  get video(): Video | null {
    return this.#video;
  }

  /** The frame asked for last: where a timeline's thumb belongs while the picture is still on its way. */
  get requested(): number {
    return this.#exchange?.goal ?? this.#seeker?.requested ?? 0;
  }

  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    this.#rate = Math.min(FASTEST, Math.max(SLOWEST, rate));
    if (this.#element) this.#element.playbackRate = this.#element.defaultPlaybackRate = this.#rate;
    this.#notify();
  }

  get loop(): Loop | null {
    return this.#loop;
  }

  set loop(loop: Loop | null) {
    this.#loop = loop;
    clearTimeout(this.#turn);
    this.#notify();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows a media element until `detach`. */
  attach(element: HTMLVideoElement): void {
    this.detach();
    this.#element = element;
    const attached = new AbortController();
    this.#attached = attached;
    const { signal } = attached;
    element.addEventListener('play', () => this.#started(), { signal });
    element.addEventListener('pause', () => this.#paused(), { signal });
    element.addEventListener('ended', () => this.#ended(), { signal });
    // A page in the background paints nothing: what was asked for there is proven on return.
    element.ownerDocument.addEventListener('visibilitychange', () => this.#reprove(), { signal });
    this.rate = this.#rate;
  }

  detach(): void {
    this.unload();
    this.#attached?.abort();
    this.#element = undefined;
  }

  /**
   * Waits for the media with this frame index. Call it before the element gets its source: the first painted picture
   * tells where the media counts from. Resolves when it is painted, or when a hidden page has the data without painting.
   */
  load(index: FrameIndex, video: Video | null): Promise<void> {
    this.unload();
    const element = this.#element;
    if (!element) return Promise.reject(new Error('the clock has no media element'));
    const loaded = this.#follow(element, index, video);
    this.#notify();
    return loaded;
  }

  /**
   * Another file of the same frames takes the element over behind the picture that is there. Frame, speed, loop and whether it plays stay
   * as they are; nothing is told of what the element goes through meanwhile, and what is asked for waits.
   * @param change gives the element its new source.
   */
  async exchange(index: FrameIndex, video: Video | null, change: () => void): Promise<void> {
    const [element, seeker, before] = [this.#element, this.#seeker, this.#index];
    if (!element || !seeker || !before || this.#exchange) throw new Error('there is nothing to go on from');
    // The picture that is held must be the one that was asked for.
    if (!this.#playing) await seeker.seek(seeker.requested);
    if (this.#seeker !== seeker) return;
    const goal = index.frameAt(before.seekTimeOf(this.#playing ? seeker.shown.frame : seeker.requested));
    const exchange = exchangeOf({ told: this.now, goal, goesOn: this.#playing }, holdPicture(element));
    this.#exchange = exchange;
    this.#leave(element, seeker);
    const painted = this.#follow(element, index, video);
    change();
    await painted;
    await this.#arrive(element, exchange);
  }

  #leave(element: HTMLVideoElement, seeker: FrameSeeker): void {
    clearTimeout(this.#turn);
    element.cancelVideoFrameCallback(this.#callback);
    seeker.dispose();
    this.#playing = false;
    element.pause();
  }

  async #arrive(element: HTMLVideoElement, exchange: Exchange): Promise<void> {
    while (this.#exchange === exchange && this.#seeker?.requested !== exchange.goal) await this.#seeker?.seek(exchange.goal);
    if (this.#exchange !== exchange) return;
    this.#exchange = null;
    this.#playing = exchange.goesOn;
    // Rejected when a hand stops it in the same moment: that is no failure.
    if (exchange.goesOn) element.play().catch(() => undefined);
    this.#notify();
    exchange.end();
  }

  #follow(element: HTMLVideoElement, index: FrameIndex, video: Video | null): Promise<void> {
    const seeker = new FrameSeeker(
      index,
      portOf(element, () => this.#playing),
      () => this.#notify(),
    );
    this.#seeker = seeker;
    this.#index = index;
    this.#video = video;
    return new Promise<void>((resolve) => {
      const watch = (mediaSeconds: number) => {
        if (this.#seeker !== seeker) return;
        this.#watch(watch);
        this.#presented(seeker, mediaSeconds);
        resolve();
      };
      this.#watch(watch);
      element.addEventListener('loadeddata', () => setTimeout(resolve, FIRST_PICTURE_LIMIT_MS), { once: true });
    });
  }

  unload(): void {
    clearTimeout(this.#turn);
    this.#element?.cancelVideoFrameCallback(this.#callback);
    this.#exchange?.end();
    this.#exchange = null;
    this.#element?.pause();
    this.#seeker?.dispose();
    this.#seeker = undefined;
    this.#index = null;
    this.#video = null;
    this.#playing = false;
    this.#loop = null;
    this.supply = null;
    this.#notify();
  }

  async seek(frame: number): Promise<void> {
    if (this.#exchange) return this.#ask(this.#exchange, frame, this.#exchange.goesOn);
    if (this.supply && !this.#playing) await this.supply.still();
    await this.#seeker?.seek(frame);
  }

  /** Stops playing, and goes so many frames from the one asked for last. */
  async step(frames: number): Promise<void> {
    if (this.#exchange) return this.#ask(this.#exchange, this.#exchange.goal + frames, false);
    this.#playing = false;
    this.#element?.pause();
    if (this.supply) await this.supply.still();
    await this.#seeker?.step(frames);
  }

  /** From the start again when it stands on the last frame, and from the loop's start when it stands outside the loop. */
  async play(): Promise<void> {
    if (this.#exchange) return this.#ask(this.#exchange, this.#exchange.goal, true);
    const { from, to } = this.#loop ?? { from: 0, to: (this.#index?.count ?? 1) - 1 };
    const seeker = this.#seeker;
    if (!seeker || !this.#element) return;
    if (this.supply) await this.supply.moving();
    if (seeker.requested < from || seeker.requested >= to) await seeker.seek(from);
    await this.#element.play();
  }

  pause(): void {
    if (this.#exchange) void this.#ask(this.#exchange, this.#exchange.goal, false);
    else this.#element?.pause();
  }

  #ask(exchange: Exchange, frame: number, goesOn: boolean): Promise<void> {
    exchange.goal = this.#index?.clamp(frame) ?? 0;
    exchange.goesOn = goesOn;
    this.#notify();
    return exchange.done;
  }

  #watch(callback: (mediaSeconds: number) => void): void {
    this.#callback = this.#element?.requestVideoFrameCallback((_now, { mediaTime }) => callback(mediaTime)) ?? 0;
  }

  #presented(seeker: FrameSeeker, mediaSeconds: number): void {
    seeker.presented(mediaSeconds);
    if (this.#playing) this.#keepInLoop(seeker, mediaSeconds);
  }

  /** Turns while the loop's last frame is still on the screen, so that no frame outside the loop is ever painted. */
  #keepInLoop(seeker: FrameSeeker, mediaSeconds: number): void {
    clearTimeout(this.#turn);
    if (!this.#loop || !this.#index) return;
    const { from, to } = this.#loop;
    const leftMs = ((this.#index.ptsOf(to + 1) - seeker.indexSeconds(mediaSeconds)) * 1000) / this.#rate;
    if (leftMs <= TURN_MARGIN_MS) void seeker.seek(from);
    else this.#turn = setTimeout(() => void seeker.seek(from), leftMs - TURN_MARGIN_MS);
  }

  #started(): void {
    if (this.#exchange) return;
    this.#playing = true;
    this.#notify();
  }

  #paused(): void {
    if (this.#exchange) return;
    this.#playing = false;
    clearTimeout(this.#turn);
    void this.#seeker?.settle();
    this.#notify();
  }

  #ended(): void {
    if (this.#exchange) return;
    if (this.#loop) void this.play();
    else if (this.#index) void this.#seeker?.seek(this.#index.count - 1);
  }

  #reprove(): void {
    if (this.#exchange) return;
    if (this.#element?.ownerDocument.visibilityState === 'visible' && !this.#playing && this.#seeker?.shown.verified === false)
      void this.#seeker.settle();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
