import type Hls from 'hls.js';
import type { ErrorData } from 'hls.js';

export interface HlsOwner {
  /** The addresses were refused: asks whether they may live on. Resolves either way; when they may not, the engine is ended. */
  renew(): Promise<void>;
  /** It cannot go on. */
  failed(cause: unknown): void;
}

/** What a gateway says of a lease that has lapsed. */
const REFUSED: ReadonlySet<number | undefined> = new Set([401, 403, 410]);

/** So often in a row something is tried again with nothing loaded in between. */
const MOST_TRIES = 3;

/** Without an answer it is tried again this soon. */
const RETRY_MS = 5000;

/** Seconds kept behind and fetched ahead of what is shown. */
const [BEHIND, AHEAD] = [30, 30];

/**
 * Plays a ladder in a media element. The playlists are loaded once: whatever happens to lease, line or element, it goes on with them.
 * The library comes with the first one that is opened.
 */
export class HlsEngine {
  readonly #library: typeof Hls;
  readonly #hls: Hls;
  readonly #owner: HlsOwner;
  readonly #media: HTMLVideoElement;
  #tries = 0;
  #isResuming = false;
  #isEnded = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  private constructor(Library: typeof Hls, media: HTMLVideoElement, owner: HlsOwner) {
    this.#library = Library;
    this.#media = media;
    this.#owner = owner;
    this.#hls = new Library({
      // segments are MP4 already: there is nothing for a worker to do, and a strict content policy forbids one from a blob
      enableWorker: false,
      capLevelToPlayerSize: true,
      // left to itself it fetches ten minutes of a clip with few bits, whoever pays for them
      ...{ backBufferLength: BEHIND, maxBufferLength: AHEAD, maxMaxBufferLength: AHEAD },
    });
    this.#hls.on(Library.Events.ERROR, (_event, data) => this.#onError(data));
    this.#hls.on(Library.Events.FRAG_LOADED, () => {
      this.#tries = 0;
    });
  }

  /** @returns null where the browser has no means for it. */
  static async open(media: HTMLVideoElement, owner: HlsOwner): Promise<HlsEngine | null> {
    const { default: Library } = await import('hls.js');
    return Library.isSupported() ? new HlsEngine(Library, media, owner) : null;
  }

  /** Loads the playlists at this address, to begin there, in seconds. */
  load(url: string, seconds: number): void {
    this.#hls.config.startPosition = seconds;
    this.#hls.loadSource(url);
  }

  /** Takes the element over, and goes on there. */
  attach(seconds: number): void {
    // The second time: left to itself it would begin where it stood when it gave the element up.
    if (this.#hls.levels.length > 0) this.#hls.once(this.#library.Events.MEDIA_ATTACHED, () => this.#hls.startLoad(seconds));
    this.#hls.attachMedia(this.#media);
  }

  /** Gives the element up, and keeps the playlists for the next time. */
  detach(): void {
    this.#hls.stopLoad();
    this.#hls.detachMedia();
  }

  destroy(): void {
    this.#isEnded = true;
    clearTimeout(this.#retry);
    this.#hls.destroy();
  }

  #onError(data: ErrorData): void {
    const { ErrorTypes, ErrorDetails } = this.#library;
    const isOpening = data.details === ErrorDetails.MANIFEST_LOAD_ERROR || data.details === ErrorDetails.MANIFEST_PARSING_ERROR;
    if (REFUSED.has(data.response?.code) && !isOpening) void this.#resume(data);
    else if (data.fatal) this.#recover(data, isOpening, data.type === ErrorTypes.MEDIA_ERROR);
  }

  /** From where it stands: what is buffered stays, and the playlists are not asked for again. */
  async #resume(data: ErrorData): Promise<void> {
    if (this.#isResuming) return;
    if ((this.#tries += 1) > MOST_TRIES) return this.#owner.failed(data.error);
    this.#isResuming = true;
    this.#hls.stopLoad();
    await this.#owner.renew();
    this.#isResuming = false;
    this.#goOn();
  }

  #recover(data: ErrorData, isOpening: boolean, isMediaError: boolean): void {
    // The line may come back whenever it does; media that cannot be decoded will not change.
    if (isOpening || (isMediaError && (this.#tries += 1) > MOST_TRIES)) this.#owner.failed(data.error);
    else if (isMediaError) this.#hls.recoverMediaError();
    else this.#retry = setTimeout(() => this.#goOn(), RETRY_MS);
  }

  #goOn(): void {
    if (!this.#isEnded && this.#hls.media !== null) this.#hls.startLoad(this.#media.currentTime);
  }
}
