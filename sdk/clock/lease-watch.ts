/** Asks whether an address is still answered: its status. Rejects without an answer. */
export type AskStatus = (url: string, signal: AbortSignal) => Promise<number>;

export interface WatchOwner {
  /** A file of the lease. Only asked about: nothing of it is sent. */
  readonly address: () => string;
  /** The server does not answer to the lease any more. Resolves when that has been seen to; watched on unless stopped. */
  readonly ended: () => Promise<void>;
}

/** The longest that a picture stays after its right has ended, but for the way there and back. */
const EVERY_MS = 2000;
/** While the server is in trouble, or there is no line, it is asked less and less often. */
const SLOWEST_MS = 16_000;
/** A question that nobody answers must not keep the next one waiting. */
const PATIENCE_MS = 8000;

/** What is answered at an address whose right has ended: to the caller's credential, to the lease, or because it is erased. */
const ENDED: ReadonlySet<number> = new Set([401, 403, 404, 410]);

/** No header of ours, so that no browser asks for permission first; the address is the credential. */
const askByHead: AskStatus = async (url, signal) =>
  (await fetch(url, { method: 'HEAD', cache: 'no-store', credentials: 'omit', signal })).status;

/**
 * Notices within seconds that a lease has ended: what plays may lie in memory, so nothing would be asked of the server otherwise until
 * the next renewal. Not while nobody can see the page, and at once when somebody can again.
 */
export class LeaseWatch {
  readonly #owner: WatchOwner;
  readonly #ask: AskStatus;
  readonly #life = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delayMs = EVERY_MS;
  #isLooking = false;

  constructor(owner: WatchOwner, ask: AskStatus = askByHead) {
    this.#owner = owner;
    this.#ask = ask;
    document.addEventListener('visibilitychange', this.#seen, { signal: this.#life.signal });
    this.#plan();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#life.abort();
  }

  readonly #seen = (): void => {
    clearTimeout(this.#timer);
    if (!document.hidden && !this.#isLooking) void this.#look();
  };

  #plan(): void {
    clearTimeout(this.#timer);
    if (!this.#life.signal.aborted && !document.hidden) this.#timer = setTimeout(() => void this.#look(), this.#delayMs);
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    const status = await this.#status();
    if (ENDED.has(status) && !this.#life.signal.aborted) await this.#owner.ended();
    this.#isLooking = false;
    const isInTrouble = status === 0 || status === 429 || status >= 500;
    this.#delayMs = isInTrouble ? Math.min(this.#delayMs * 2, SLOWEST_MS) : EVERY_MS;
    this.#plan();
  }

  /** 0 without an answer. */
  async #status(): Promise<number> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      return await this.#ask(this.#owner.address(), AbortSignal.any([patience.signal, this.#life.signal]));
    } catch {
      return 0;
    } finally {
      clearTimeout(timer);
    }
  }
}
