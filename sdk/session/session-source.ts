export interface SessionToken {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** The host's way to its own server, which mints sessions with the secret key. */
export type GetSessionToken = () => Promise<SessionToken>;

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
    this.#current = { token, renewAt: asked + (Date.parse(expiresAt) - asked) * 0.75 };
    return token;
  }
}
