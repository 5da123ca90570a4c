/** Parts of one upload on their way at one time. More than six a browser would only queue: HTTP/1.1 has no more connections. */
const [FEWEST, MOST, FIRST] = [1, 6, 3];

/** A change of the rate that is more than the noise of a line. */
const NOTABLE = 1.1;

/** Rounds without a trial after one that brought nothing, or after trouble: a line does not change every second. */
const CALM_ROUNDS = 4;

/**
 * How many parts to send at a time, from what the line shows. The server decides how large a part is; how much is on its way is
 * decided here, by climbing: one more part at a time is kept only if the rate grows notably, otherwise fewer are as good and
 * cost less to repeat. Every failure of the line halves it.
 */
export class Parallel {
  #limit = FIRST;
  #calm = 0;
  /** The rate of the round before the trial that is running; null when none is. */
  #before: number | null = null;
  #round: { readonly startedMs: number; parts: number; bytes: number } | null = null;

  get limit(): number {
    return this.#limit;
  }

  /** Sending begins, or begins again after a wait. */
  begin(nowMs: number): void {
    this.#before = null;
    this.#round = { startedMs: nowMs, parts: 0, bytes: 0 };
  }

  /** A part has arrived. A round is over when as many have arrived as may travel at once. */
  arrived(sizeBytes: number, nowMs: number): void {
    const round = (this.#round ??= { startedMs: nowMs, parts: 0, bytes: 0 });
    round.parts += 1;
    round.bytes += sizeBytes;
    if (round.parts < this.#limit) return;
    const rate = round.bytes / Math.max(1, nowMs - round.startedMs);
    this.#round = { startedMs: nowMs, parts: 0, bytes: 0 };
    this.#judge(rate);
  }

  /** A part was lost on the way. */
  troubled(nowMs: number): void {
    this.#limit = Math.max(FEWEST, Math.floor(this.#limit / 2));
    this.#calm = CALM_ROUNDS;
    this.begin(nowMs);
  }

  #judge(rate: number): void {
    if (this.#before !== null && rate < this.#before * NOTABLE) {
      this.#limit = Math.max(FEWEST, this.#limit - 1);
      this.#calm = CALM_ROUNDS;
      this.#before = null;
    } else if (this.#calm > 0) this.#calm -= 1;
    else if (this.#limit < MOST) {
      this.#before = rate;
      this.#limit += 1;
    }
  }
}
