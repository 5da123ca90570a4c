/** Parts of one upload on their way at one time. More than six a browser would only queue: HTTP/1.1 has no more connections. */
const [FEWEST, MOST] = [1, 6];

/** A single part says little about a line. */
const SHORTEST_ROUND = 2;

/** Each part more must bring a tenth; one part fewer may cost a twentieth. */
const [GAIN, LOSS] = [0.1, 0.05];

/** Rounds without a trial after both ways were tried in vain, or after trouble: a line does not change every second. */
const CALM_ROUNDS = 4;

/**
 * How many parts to send at a time, from what the line shows. The server decides how large a part is; how much is on its way is
 * decided here, by climbing: one part more is kept if the rate grows notably, one fewer if it hardly falls, because whatever is on
 * its way when a line breaks is sent twice. In the beginning it is doubled instead, as long as that pays: a clip has few parts. Every
 * failure of the line halves it.
 */
export class Parallel {
  #limit: number = FEWEST;
  #calm = 0;
  #next: 1 | -1 = 1;
  /** The trial that is running: which way, and the rate before it. */
  #trial: { readonly step: number; readonly before: number } | null = null;
  /** Until the first trial in vain, or the first trouble. */
  #isBeginning = true;
  #round: { readonly startedMs: number; parts: number; bytes: number } | null = null;

  get limit(): number {
    return this.#limit;
  }

  /** Sending begins, or begins again after a wait. */
  begin(nowMs: number): void {
    this.#trial = null;
    this.#round = { startedMs: nowMs, parts: 0, bytes: 0 };
  }

  /** A part has arrived. A round is over when as many have arrived as may travel at once. */
  arrived(sizeBytes: number, nowMs: number): void {
    const round = (this.#round ??= { startedMs: nowMs, parts: 0, bytes: 0 });
    round.parts += 1;
    round.bytes += sizeBytes;
    if (round.parts < Math.max(this.#limit, SHORTEST_ROUND)) return;
    const rate = round.bytes / Math.max(1, nowMs - round.startedMs);
    this.#round = { startedMs: nowMs, parts: 0, bytes: 0 };
    this.#judge(rate);
  }

  /** A part was lost on the way. */
  troubled(nowMs: number): void {
    this.#isBeginning = false;
    this.#limit = Math.max(FEWEST, Math.floor(this.#limit / 2));
    this.#calm = CALM_ROUNDS;
    this.begin(nowMs);
  }

  #judge(rate: number): void {
    const trial = this.#trial;
    if (trial && rate < trial.before * (trial.step > 0 ? 1 + trial.step * GAIN : 1 - LOSS)) this.#takeBack(trial.step);
    else if (this.#calm > 0) this.#calm -= 1;
    else this.#try(trial ? oneWay(trial.step) : this.#next, rate);
  }

  #try(way: 1 | -1, before: number): void {
    const wanted = this.#isBeginning ? this.#limit * 2 : this.#limit + way;
    const limit = Math.min(MOST, Math.max(FEWEST, wanted));
    this.#trial = limit === this.#limit ? null : { step: limit - this.#limit, before };
    this.#limit = limit;
    if (this.#trial !== null) return;
    this.#isBeginning = false;
    [this.#next, this.#calm] = [way === 1 ? -1 : 1, CALM_ROUNDS];
  }

  /** Up in vain: down is tried next. Down in vain: this is the right number for a while. */
  #takeBack(step: number): void {
    this.#isBeginning = false;
    this.#limit -= step;
    this.#trial = null;
    this.#next = step > 0 ? -1 : 1;
    this.#calm = step > 0 ? 0 : CALM_ROUNDS;
  }
}

const oneWay = (step: number): 1 | -1 => (step > 0 ? 1 : -1);
