/** Keeps a phone's screen on: when it goes dark, the browser stops sending. Where a browser cannot, nothing happens. */
export class WakeLock {
  #sentinel: Promise<WakeLockSentinel | undefined> | undefined;

  hold(): void {
    if (this.#sentinel || !('wakeLock' in navigator)) return;
    // Refused while the battery is low or the page is hidden: then the screen behaves as ever.
    this.#sentinel = navigator.wakeLock.request('screen').catch(() => undefined);
  }

  release(): void {
    void this.#sentinel?.then((sentinel) => sentinel?.release());
    this.#sentinel = undefined;
  }
}
