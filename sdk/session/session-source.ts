export interface SessionToken {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** The host's way to its own server, which mints sessions with the secret key. */
export type GetSessionToken = () => Promise<SessionToken>;

/**
 * The bounds of the contract. A device whose clock is wrong would otherwise see every token as long expired and ask for one
 * with each request, or as eternal; a token that is really dead is found out by the 401.
 */
const SHORTEST_LIFE_MS = 30_000;
const LONGEST_LIFE_MS = 900_000;

/** Keeps one session alive: one request at a time, renewed at three quarters of its life. The token lives in memory only. */
export class SessionSource {
  readonly #get: GetSessionToken;
  #current: { readonly token: string; readonly renewAt: number } | undefined;
  #pending: Promise<string> | undefined;

  constructor(get: GetSessionToken) {
    this.#get = get;
  }

  /** A token with life left in it. @throws whatever the host's callback throws. */
  async token(): Promise<string> {
    if (this.#current && Date.now() < this.#current.renewAt) return this.#current.token;
    return this.renew();
  }

  /** A new token, even if the old one looks alive. Callers that come together share one request. */
  renew(): Promise<string> {
    this.#pending ??= this.#fetch().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #fetch(): Promise<string> {
    const asked = Date.now();
    const { token, expiresAt } = await this.#get();
    const lifeMs = Math.min(Math.max(Date.parse(expiresAt) - asked, SHORTEST_LIFE_MS), LONGEST_LIFE_MS);
    this.#current = { token, renewAt: asked + lifeMs * 0.75 };
    return token;
  }
}
