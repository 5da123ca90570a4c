import type { FrameIndex } from '../../domain/frames/frame-index.ts';

/** The little of a media element that finding a frame needs. */
export interface SeekPort {
  readonly currentSeconds: number;
  /** Of the loaded media; NaN while that is unknown. */
  readonly durationSeconds: number;
  readonly playing: boolean;
  seekTo(seconds: number): void;
  /** Calls back once after so many milliseconds. Returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export interface ShownFrame {
  readonly frame: number;
  /** The browser has said that this frame was painted. */
  readonly verified: boolean;
}

interface Flight {
  readonly frame: number;
  readonly cancelLimit: () => void;
}

/** A seek that has not painted its frame by then is tried once more, and then reported as not verified. */
const SEEK_LIMIT_MS = 2500;
const ATTEMPTS = 2;

/** While playing, the first picture after a seek may already be one of the next few. */
const PLAYING_SLACK_SECONDS = 0.25;

/**
 * Takes a media element to exact frames and knows which one it shows. One seek is in flight at a time and the newest wish
 * wins, because a browser that is given a new target before it has painted the last one paints nothing at all. What it says
 * is painted (`presented`) is placed in an interval of the frame index: some browsers tell the frame's own timestamp,
 * others the time that was sought.
 */
export class FrameSeeker {
  readonly #index: FrameIndex;
  readonly #port: SeekPort;
  readonly #onShown: () => void;
  #origin: number | undefined;
  #shown: ShownFrame = { frame: 0, verified: false };
  #requested = 0;
  #flight: Flight | undefined;
  readonly #waiting: (() => void)[] = [];
  #strays = 0;

  /** @param onShown called whenever `shown` has changed. */
  constructor(index: FrameIndex, port: SeekPort, onShown: () => void) {
    this.#index = index;
    this.#port = port;
    this.#onShown = onShown;
  }

  get shown(): ShownFrame {
    return this.#shown;
  }

  /** The frame that was last asked for, whether or not it is painted yet. Steps count from here. */
  get requested(): number {
    return this.#requested;
  }

  /** Resolves when this frame, or one asked for since, is on the screen or was given up. */
  seek(frame: number): Promise<void> {
    this.#requested = this.#index.clamp(frame);
    this.#strays = 0;
    const { shown } = this;
    if (!this.#flight && !this.#port.playing && shown.verified && shown.frame === this.#requested) return Promise.resolve();
    if (!this.#flight) this.#launch(1);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  step(frames: number): Promise<void> {
    return this.seek(this.#requested + frames);
  }

  /** After a pause: the number follows the picture, and a fresh seek proves that the two agree. */
  settle(): Promise<void> {
    this.#shown = { ...this.#shown, verified: false };
    return this.seek(this.#flight ? this.#requested : this.#shown.frame);
  }

  /**
   * A picture was painted. The first one after loading also tells where the media counts from: not every container
   * shows its first frame at the time that its packets carry.
   */
  presented(mediaSeconds: number): void {
    this.#origin ??= mediaSeconds - this.#index.ptsOf(0);
    const frame = this.#index.frameAt(mediaSeconds - this.#origin);
    if (this.#flight) {
      // Anything else is a late picture of a seek that was given up.
      if (this.#answers(frame, this.#flight.frame)) this.#land(frame, true);
    } else if (this.#port.playing) {
      this.#requested = frame;
      this.#show(frame, true);
    } else if (frame === this.#requested) {
      this.#show(frame, true);
    } else {
      this.#recover();
    }
  }

  /** How far into the media a time lies, in seconds of the frame index. */
  indexSeconds(mediaSeconds: number): number {
    return mediaSeconds - (this.#origin ?? 0);
  }

  dispose(): void {
    this.#flight?.cancelLimit();
    this.#flight = undefined;
    this.#release();
  }

  #answers(frame: number, asked: number): boolean {
    if (frame === asked) return true;
    return this.#port.playing && frame > asked && this.#index.ptsOf(frame) - this.#index.ptsOf(asked) < PLAYING_SLACK_SECONDS;
  }

  #launch(attempt: number): void {
    const frame = this.#requested;
    // After this the first picture tells where it was sent to, no longer where the media starts.
    this.#origin ??= 0;
    const cancelLimit = this.#port.after(SEEK_LIMIT_MS, () => {
      if (attempt < ATTEMPTS) this.#launch(attempt + 1);
      else this.#land(frame, false);
    });
    this.#flight = { frame, cancelLimit };
    this.#port.seekTo(this.#targetOf(frame));
  }

  #land(frame: number, verified: boolean): void {
    const asked = this.#flight?.frame;
    this.#flight?.cancelLimit();
    this.#flight = undefined;
    if (asked === this.#requested) {
      this.#requested = frame;
      this.#release();
    }
    this.#show(frame, verified);
    if (this.#requested !== frame && !this.#flight) this.#launch(1);
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #show(frame: number, verified: boolean): void {
    if (this.#shown.frame === frame && this.#shown.verified === verified) return;
    this.#shown = { frame, verified };
    this.#onShown();
  }

  /** At rest, yet something else was painted: say that the number is not proven and go back to what was asked for. */
  #recover(): void {
    this.#show(this.#requested, false);
    this.#strays += 1;
    if (this.#strays <= ATTEMPTS) this.#launch(1);
  }

  #targetOf(frame: number): number {
    const origin = this.#origin ?? 0;
    const start = this.#index.ptsOf(frame) + origin;
    const middle = this.#index.seekTimeOf(frame) + origin;
    const end = this.#port.durationSeconds;
    // A container may end before its last frame's stay does; a seek to the end shows no frame in some browsers.
    const target = middle < end || Number.isNaN(end) ? middle : Math.max(start, (start + end) / 2);
    // A browser that is already at the time it is sent to paints nothing and so confirms nothing.
    const alreadyThere = Math.abs(this.#port.currentSeconds - target) < 1e-6;
    return alreadyThere ? target + (middle - start) / 4 : target;
  }
}
