import type { Loop, MediaClock } from '../../clock/media-clock.ts';
import { emit } from '../../events.ts';
import type { Hands } from './hands.ts';
import { loopOf, NO_LOOP, withEnd, withStart, type LoopPoints } from './loop-points.ts';
import { Peek } from './peek.ts';
import type { ShortcutTarget } from './shortcuts.ts';
import { detentOf, speedAt } from './speeds.ts';
import type { Storyboard } from './storyboard.ts';
import type { TimelineActions } from './timeline.ts';
import type { TransportActions } from './transport.ts';
import type { TimelineMarker } from './view.ts';

export interface ActionHost extends HTMLElement {
  readonly media: HTMLVideoElement;
  expanded: boolean;
  play(): Promise<void>;
  requestUpdate(): void;
}

/** What buttons, keys and the timeline do. They ask the clock; what is shown follows when the picture has changed. */
export class PlayerActions implements TransportActions, TimelineActions, ShortcutTarget {
  loopPoints: LoopPoints = NO_LOOP;
  readonly #host: ActionHost;
  readonly #clock: MediaClock;
  readonly #hands: Hands;
  readonly peek: Peek;
  #playAfterScrub = false;

  constructor(host: ActionHost, clock: MediaClock, hands: Hands, storyboard: Storyboard) {
    this.#host = host;
    this.#clock = clock;
    this.#hands = hands;
    this.peek = new Peek(hands, storyboard, () => this.#host.requestUpdate());
  }

  get lastFrame(): number {
    return (this.#clock.index?.count ?? 1) - 1;
  }

  toggle(): void {
    if (this.#clock.now.playing) this.#clock.pause();
    else void this.#host.play();
  }

  step(frames: number): void {
    void this.#clock.step(frames);
  }

  seek(frame: number): void {
    void this.#clock.seek(frame);
  }

  faster(): void {
    if (this.#clock.now.playing) this.setRate(speedAt(detentOf(this.#clock.rate) + 1));
    else this.toggle();
  }

  setRate(rate: number): void {
    this.#clock.rate = rate;
  }

  /** While a finger holds the timeline the picture follows it; playing goes on from where it lets go. */
  scrubStart(): void {
    this.#playAfterScrub ||= this.#clock.now.playing;
    this.#clock.pause();
    void this.#hands.off().then(() => this.#scrubEnd());
  }

  #scrubEnd(): void {
    if (this.#playAfterScrub) void this.#host.play();
    this.#playAfterScrub = false;
  }

  chooseMarker({ id, frame, kind }: TimelineMarker): void {
    this.#clock.pause();
    this.seek(frame);
    emit(this.#host, 'va-marker-select', { id, frame, kind });
  }

  setLoopStart(): void {
    this.setLoop(withStart(this.loopPoints, this.#clock.now.frame));
  }

  setLoopEnd(): void {
    this.setLoop(withEnd(this.loopPoints, this.#clock.now.frame));
  }

  clearLoop(): void {
    this.setLoop(NO_LOOP);
  }

  setLoop(points: LoopPoints | Loop): void {
    this.loopPoints = points;
    this.#clock.loop = loopOf(points, this.lastFrame);
    this.#host.requestUpdate();
  }

  toggleMuted(): void {
    this.#host.media.muted = !this.#host.media.muted;
    this.#host.requestUpdate();
  }

  toggleExpanded(): void {
    const { ownerDocument } = this.#host;
    if (!ownerDocument.fullscreenEnabled) this.#host.expanded = !this.#host.expanded;
    else if (this.#host.matches(':fullscreen')) void ownerDocument.exitFullscreen();
    else void this.#host.requestFullscreen();
  }
}
