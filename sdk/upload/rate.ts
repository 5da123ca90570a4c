/** Rates are taken over this much of the past: long enough to be calm, short enough to notice a tunnel. */
const WINDOW_MS = 6000;

/** How fast bytes leave, from what has been seen lately. */
export class RateMeter {
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  /** @param bytes How many have left in all. */
  note(bytes: number, atMs: number): void {
    this.#samples.push({ atMs, bytes });
    const firstKept = this.#samples.findIndex((sample) => sample.atMs >= atMs - WINDOW_MS);
    this.#samples.splice(0, firstKept);
  }

  /** Begins anew, as after a pause: time that was spent waiting says nothing about the line. */
  reset(): void {
    this.#samples = [];
  }

  /** Null until there is half a second to judge by. */
  get bytesPerSecond(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.atMs - first.atMs < 500) return null;
    return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs));
  }
}
