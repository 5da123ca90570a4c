import { isInMotion } from '../../domain/video/status.ts';
import { unwrap, type Video, type VideoAnalysisClient } from '../client/client.ts';
import { ApiProblem } from '../client/problem.ts';

export interface PreviewOwner {
  /** The video is not processed any more, for better or worse. Resolves when the owner has done what it can; asked again unless it stops. */
  settled(video: Video): Promise<void>;
  /** The server would not say: what was open may be open no longer. */
  refused(): Promise<void>;
}

const FIRST_LOOK_MS = 2000;
const SLOWEST_LOOK_MS = 10_000;

/** Looks at a video while its preview is open, less and less often, and not while nobody sees the page. */
export class PreviewWatch {
  readonly #client: VideoAnalysisClient;
  readonly #videoId: string;
  readonly #owner: PreviewOwner;
  readonly #life = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delayMs = FIRST_LOOK_MS;
  #isLooking = false;

  constructor(client: VideoAnalysisClient, videoId: string, owner: PreviewOwner) {
    this.#client = client;
    this.#videoId = videoId;
    this.#owner = owner;
    document.addEventListener('visibilitychange', this.#seen, { signal: this.#life.signal });
    this.#plan();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#life.abort();
  }

  readonly #seen = (): void => {
    this.#delayMs = FIRST_LOOK_MS;
    this.#plan();
  };

  #plan(): void {
    clearTimeout(this.#timer);
    if (!this.#life.signal.aborted && !document.hidden && !this.#isLooking)
      this.#timer = setTimeout(() => void this.#look(), this.#delayMs);
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    await this.#ask();
    this.#isLooking = false;
    this.#delayMs = Math.min(this.#delayMs * 1.5, SLOWEST_LOOK_MS);
    this.#plan();
  }

  async #ask(): Promise<void> {
    const { signal } = this.#life;
    try {
      const ask = { params: { path: { videoId: this.#videoId } }, signal };
      const video = await unwrap(this.#client.api.GET('/api/v1/videos/{videoId}', ask));
      if (!signal.aborted && !isInMotion(video.status)) await this.#owner.settled(video);
    } catch (reason) {
      if (signal.aborted) return;
      if (!(reason instanceof ApiProblem)) throw reason;
      // Without an answer it is looked at again; a refusal is for the lease to judge.
      if (reason.status >= 400 && reason.status < 500) await this.#owner.refused();
    }
  }
}
