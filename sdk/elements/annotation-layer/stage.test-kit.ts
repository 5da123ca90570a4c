import { ContextProvider } from '@lit/context';
import { LitElement, css, html } from 'lit';
import { frameIndex } from '../../../domain/frames/frame-index.ts';
import type { AnnotationDocument, Shape } from '../../../domain/annotation/document.ts';
import type { Video, VideoAnalysisClient } from '../../client/client.ts';
import { clientContext } from '../../contexts/client.ts';
import { clockContext, type PlaybackClock, type Tick } from '../../contexts/clock.ts';
import { VIDEO_ID } from '../../client/annotation-server.test-kit.ts';

/** A player's clock without a player: it goes where it is told, at once. */
export class FakeClock implements PlaybackClock {
  now: Tick = { frame: 12, verified: true, playing: false, seconds: 0.4, rate: 1 };
  readonly index = frameIndex({ version: 1, timebase: { num: 30, den: 1 }, startTicks: 0, runs: [[300, 1]] });
  // Only what an element that draws may read of a video.
  video = { id: VIDEO_ID, width: 1600, height: 900, fps: { num: 30, den: 1 }, processingVersion: 3 } as Video | null;
  readonly asked: string[] = [];
  readonly #listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  show(tick: Partial<Tick>): void {
    this.now = { ...this.now, ...tick };
    for (const listener of [...this.#listeners]) listener();
  }

  seek(frame: number): Promise<void> {
    this.asked.push(`seek ${String(frame)}`);
    this.show({ frame });
    return Promise.resolve();
  }

  step(frames: number): Promise<void> {
    return this.seek(this.now.frame + frames);
  }

  play(): Promise<void> {
    this.show({ playing: true, verified: false });
    return Promise.resolve();
  }

  pause(): void {
    this.asked.push('pause');
    this.show({ playing: false, verified: true });
  }
}

/** Stands where a player stands: gives clock and client to what is inside it, over a picture of 640 × 360. */
export class TestStage extends LitElement {
  static override styles = css`
    :host {
      position: relative;
      display: block;
      width: 640px;
      height: 360px;
      background: #3b6b35;
    }
  `;

  readonly #clock = new ContextProvider(this, { context: clockContext });
  readonly #client = new ContextProvider(this, { context: clientContext });

  set clock(clock: PlaybackClock) {
    this.#clock.setValue(clock);
  }

  set client(client: VideoAnalysisClient) {
    this.#client.setValue(client);
  }

  override render() {
    return html`<slot></slot>`;
  }
}

customElements.define('test-stage', TestStage);

/** A drawing on frame 12. */
export const documentOf = (...shapes: readonly Shape[]): AnnotationDocument => ({
  schemaVersion: 1,
  coordinateSpace: 'normalized_0_1',
  reference: { width: 1600, height: 900, fps: { num: 30, den: 1 }, processingVersion: 3 },
  frame: 12,
  frameCount: 1,
  visibility: { profile: 'hold' },
  shapes,
});
