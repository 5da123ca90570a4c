/** Keeps a phone's screen on: when it goes dark, the browser stops sending. Where a browser cannot, nothing happens. */
export class WakeLock {
  #sentinel: Promise<WakeLockSentinel | undefined> | undefined;

  hold(): void {
    if (this.#sentinel || !navigator.wakeLock) return;
    document.addEventListener('visibilitychange', this.#again);
    this.#request();
  }

  release(): void {
    document.removeEventListener('visibilitychange', this.#again);
    void this.#sentinel?.then((sentinel) => sentinel?.release());
    this.#sentinel = undefined;
  }

  /** The browser takes the lock away from a page that is hidden, and does not give it back by itself. */
  readonly #again = (): void => {
    if (document.visibilityState === 'visible') this.#request();
  };

  #request(): void {
    // A page may be said to be visible while it holds a lock: two of them would outlive the upload.
    void this.#sentinel?.then((sentinel) => sentinel?.release());
    // Refused while the battery is low or the page is hidden: then the screen behaves as ever.
    this.#sentinel = navigator.wakeLock.request('screen').catch(() => undefined);
  }
}
