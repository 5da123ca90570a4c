import { ContextConsumer, createContext } from '@lit/context';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { FrameIndex } from '../../domain/frames/frame-index.ts';
import type { Video } from '../client/client.ts';

/** What is on the screen. */
export interface Tick {
  /** The frame of the video's frame index. */
  readonly frame: number;
  /** The browser has confirmed that this very frame is painted. */
  readonly verified: boolean;
  readonly playing: boolean;
  /** Media time in seconds: only for what stands next to the media element. */
  readonly seconds: number;
  /** 1 is the file's own speed. */
  readonly rate: number;
}

/**
 * Where the video is, and how to ask it to go elsewhere. Elements ask; only the video moves the clock, so `now` changes
 * when a frame has been painted and not when it was asked for.
 */
export interface PlaybackClock {
  readonly now: Tick;
  /** Null until something is loaded. */
  readonly index: FrameIndex | null;
  readonly video: Video | null;
  /** Calls the listener after every change of `now`, `index` or `video`. Returns what ends it. */
  subscribe(listener: () => void): () => void;
  seek(frame: number): Promise<void>;
  step(frames: number): Promise<void>;
  play(): Promise<void>;
  pause(): void;
}

export const clockContext = createContext<PlaybackClock | undefined>(Symbol.for('va-clock'));

const AT_REST: Tick = { frame: 0, verified: false, playing: false, seconds: 0, rate: 1 };

/** Redraws its host whenever the nearest player above it shows another frame. */
export class ClockController implements ReactiveController {
  #clock: PlaybackClock | undefined;
  #stop: (() => void) | undefined;
  readonly #host: ReactiveControllerHost & HTMLElement;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
    new ContextConsumer(host, { context: clockContext, subscribe: true, callback: (clock) => this.#follow(clock) });
  }

  get clock(): PlaybackClock | undefined {
    return this.#clock;
  }

  get now(): Tick {
    return this.#clock?.now ?? AT_REST;
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #follow(clock: PlaybackClock | undefined): void {
    this.#stop?.();
    this.#clock = clock;
    this.#stop = clock?.subscribe(() => this.#host.requestUpdate());
    this.#host.requestUpdate();
  }
}
