import { HlsEngine, type HlsOwner } from './hls-engine.ts';
import { holdPicture } from './held-picture.ts';
import type { Supply } from './media-clock.ts';

export interface WatchedAddresses {
  readonly hls: string;
  readonly analysis: string;
}

/**
 * One element, two sources of the same frames: what plays comes over HLS, as good as the line allows; who goes to another frame at
 * rest sees it in the analysis rendition. A pause alone changes nothing. The picture stays while the source changes.
 */
export class WatchedMedia implements Supply {
  readonly #media: HTMLVideoElement;
  readonly #engine: HlsEngine;
  #addresses: WatchedAddresses;
  #isStill = false;
  #changing: Promise<void> = Promise.resolve();

  private constructor(media: HTMLVideoElement, engine: HlsEngine, addresses: WatchedAddresses) {
    this.#media = media;
    this.#engine = engine;
    this.#addresses = addresses;
  }

  /** @returns null where the browser cannot play HLS this way. */
  static async open(media: HTMLVideoElement, addresses: WatchedAddresses, owner: HlsOwner): Promise<WatchedMedia | null> {
    const engine = await HlsEngine.open(media, owner);
    return engine && new WatchedMedia(media, engine, addresses);
  }

  /** Begins at frame 0, over HLS. */
  start(): void {
    this.#engine.load(this.#addresses.hls, 0);
    this.#engine.attach(0);
  }

  get isStill(): boolean {
    return this.#isStill;
  }

  still(): Promise<void> {
    return this.#change(true);
  }

  moving(): Promise<void> {
    return this.#change(false);
  }

  /** Another lease: the old addresses are dead. */
  async moved(addresses: WatchedAddresses): Promise<void> {
    await this.#changing;
    this.#addresses = addresses;
    const at = this.#media.currentTime;
    this.#engine.load(addresses.hls, at);
    if (this.#isStill) await this.#from(() => this.#showAnalysis(at), at);
  }

  destroy(): void {
    this.#engine.destroy();
  }

  /** One after another: the newest wish sees what the one before it has left. */
  #change(toStill: boolean): Promise<void> {
    this.#changing = this.#changing.then(async () => {
      if (this.#isStill === toStill) return;
      this.#isStill = toStill;
      const at = this.#media.currentTime;
      if (toStill) {
        await this.#from(() => {
          this.#engine.detach();
          this.#showAnalysis(at);
        }, at);
      } else await this.#from(() => this.#engine.attach(at), at);
    });
    return this.#changing;
  }

  #showAnalysis(at: number): void {
    // On a poor line nobody wants the whole clip because of one step.
    this.#media.preload = 'metadata';
    this.#media.src = `${this.#addresses.analysis}#t=${at.toFixed(6)}`;
  }

  /** Changes the source behind the picture that is there, until the new one can show the same place. */
  async #from(change: () => void, at: number): Promise<void> {
    const release = holdPicture(this.#media);
    const arrived = firstOf(this.#media, ['loadeddata', 'error']);
    change();
    await arrived;
    if (Math.abs(this.#media.currentTime - at) > 1e-3) this.#media.currentTime = at;
    this.#media.requestVideoFrameCallback(release);
    // A hidden page paints nothing.
    this.#media.addEventListener('seeked', release, { once: true });
  }
}

const firstOf = (target: EventTarget, names: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    for (const name of names) target.addEventListener(name, () => resolve(), { once: true });
  });
