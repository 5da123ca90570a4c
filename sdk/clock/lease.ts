import { unwrap, type Playback, type VideoAnalysisClient } from '../client/client.ts';
import { ApiProblem } from '../client/problem.ts';
import { LeaseWatch, type AskStatus } from './lease-watch.ts';

export interface LeaseOwner {
  /** The old addresses are dead and these live. */
  reopened(playback: Playback): void;
  /** Playback has ended for good: everything of the video must leave the screen. */
  lost(problem: ApiProblem): void;
}

/** Opens a lease. @throws ApiProblem */
export async function openPlayback(client: VideoAnalysisClient, videoId: string): Promise<Playback> {
  const answer = await unwrap(client.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } }));
  // The client's types take the pairs of the frame index for lists of any length.
  return answer as Playback;
}

/** Without an answer a renewal is tried again this soon. */
const RETRY_MS = 5000;

/**
 * Keeps the right to play alive: prolongs the lease in time, opens another one when it has run out, and tells its owner when
 * the answer is no. Without an answer (offline, a server restarting) what is loaded stays, and it goes on asking. Once the server has
 * said that the lease has ended, only a new yes lets it stay.
 */
export class PlaybackLease {
  readonly #client: VideoAnalysisClient;
  readonly #owner: LeaseOwner;
  readonly #watch: LeaseWatch;
  #playback: Playback;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewAt = 0;
  #pending: Promise<void> | undefined;
  #stopped = false;
  /** The server has said that the addresses are dead, and not yet that there may be others. */
  #isEnded = false;

  /** @param ask how it is found out, between renewals, that the lease has ended. */
  constructor(client: VideoAnalysisClient, playback: Playback, owner: LeaseOwner, ask?: AskStatus) {
    this.#client = client;
    this.#owner = owner;
    this.#playback = playback;
    const address = (): string => new URL(this.#playback.poster, `${client.endpoint}/`).href;
    this.#watch = new LeaseWatch({ address, ended: () => this.#ended() }, ask);
    this.#plan(playback.renewAfterSeconds * 1000);
  }

  /**
   * Makes sure that the lease lives, before playing after a long rest: timers stand still while a machine sleeps. Goes by the time for
   * renewal, counted here: the server's end of the lease is in the server's time, and this machine's clock may be another.
   */
  async check(): Promise<void> {
    if (!this.#stopped && Date.now() >= this.#renewAt) await this.renew();
  }

  /** Asks now. Callers that come together share one request. Never rejects: the owner is told. */
  renew(): Promise<void> {
    this.#pending ??= this.#renew(() => this.#prolong()).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** Opens another lease now, because there may be something else to play. The owner is told, as after a lapse; never rejects. */
  async reopen(): Promise<void> {
    await this.#pending;
    if (this.#stopped) return;
    this.#pending = this.#renew(() => this.#reopen()).finally(() => {
      this.#pending = undefined;
    });
    await this.#pending;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#watch.stop();
  }

  /** Whoever may still look gets other addresses without noticing; whoever may not, or cannot ask, sees nothing any more. */
  async #ended(): Promise<void> {
    await this.#pending;
    if (this.#stopped) return;
    this.#isEnded = true;
    await this.renew();
  }

  async #renew(ask: () => Promise<{ renewAfterSeconds: number }>): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const { renewAfterSeconds } = await ask();
      this.#isEnded = false;
      this.#plan(renewAfterSeconds * 1000);
    } catch (reason) {
      if (isFinal(reason) || this.#isEnded) this.#lose(ApiProblem.of(reason));
      else this.#plan(RETRY_MS);
    }
  }

  async #prolong(): Promise<{ renewAfterSeconds: number }> {
    try {
      const { pathname, search } = new URL(this.#playback.renewUrl, `${this.#client.endpoint}/`);
      const response = await this.#client.fetch(`${pathname}${search}`, { method: 'POST' });
      return (await response.json()) as { renewAfterSeconds: number };
    } catch (reason) {
      // A lease has an absolute limit, and a revoked one looks the same: a new one tells which.
      if (!(reason instanceof ApiProblem) || (reason.status !== 404 && reason.status !== 410)) throw reason;
      return this.#reopen();
    }
  }

  async #reopen(): Promise<Playback> {
    const playback = await openPlayback(this.#client, this.#playback.video.id);
    this.#playback = playback;
    if (!this.#stopped) this.#owner.reopened(playback);
    return playback;
  }

  #lose(problem: ApiProblem): void {
    if (this.#stopped) return;
    this.stop();
    this.#owner.lost(problem);
  }

  #plan(delayMs: number): void {
    if (this.#stopped) return;
    this.#renewAt = Date.now() + delayMs;
    this.#timer = setTimeout(() => void this.renew(), delayMs);
  }
}

/** The server has looked and said no. Anything else may be better in a moment. */
const isFinal = (reason: unknown): reason is ApiProblem =>
  reason instanceof ApiProblem && reason.status >= 400 && reason.status < 500 && reason.status !== 408 && reason.status !== 429;
