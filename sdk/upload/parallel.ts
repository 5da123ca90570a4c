/** Parts of one upload on their way at one time. More than six a browser would only queue: HTTP/1.1 has no more connections. */
const [FEWEST, MOST] = [1, 6];

/** A single part says little about a line. */
const SHORTEST_ROUND = 2;

/** Each part more must bring a tenth; one part fewer may cost a twentieth. */
const [GAIN, LOSS] = [0.1, 0.05];

/**
 * A line that is quick with one part is tried with several at once: as many as it would carry away in this time even if they were no
 * faster together, because so much is sent twice if it breaks just then.
 */
const LEAP_MS = 12_000;

/** What the first part must have shown for that. What it begins with says nothing: that has only filled the system's own buffers. */
const [PROOF_BYTES, PROOF_MS] = [512 * 1024, 100];

/** Rounds without a trial after both ways were tried in vain, or after trouble: a line does not change every second. */
const CALM_ROUNDS = 4;

/**
 * How many parts to send at a time, from what the line shows. The server decides how large a part is; how much is on its way is
 * decided here, by climbing: one part more is kept if the rate grows notably, one fewer if it hardly falls, because whatever is on
 * its way when a line breaks is sent twice. Every failure of the line halves it. The climb begins with a leap where the first part
 * shows a quick line: otherwise a short clip has arrived before its top.
 */
export class Parallel {
  #limit: number = FEWEST;
  #calm = 0;
  #next: 1 | -1 = 1;
  /** The trial that is running: which way, and the rate before it. */
  #trial: { readonly step: number; readonly before: number } | null = null;
  /** Where the first part's proof begins; over once it has proven something, or has arrived. */
  #proof: 'not begun' | 'over' | { readonly sinceMs: number; readonly bytes: number } = 'not begun';
  #round: { readonly startedMs: number; parts: number; bytes: number } | null = null;

  get limit(): number {
    return this.#limit;
  }

  /** Sending begins, or begins again after a wait. */
  begin(nowMs: number): void {
    if (this.#proof !== 'over') this.#proof = 'not begun';
    this.#trial = null;
    this.#round = { startedMs: nowMs, parts: 0, bytes: 0 };
  }

  /** So much of a part has left; says something as long as the first part travels alone. @returns whether more may travel now */
  left(bytes: number, partBytes: number, nowMs: number): boolean {
    if (this.#proof === 'over') return false;
    if (this.#proof === 'not begun' || bytes < this.#proof.bytes) this.#proof = { sinceMs: nowMs, bytes };
    const [moved, ms] = [bytes - this.#proof.bytes, nowMs - this.#proof.sinceMs];
    return moved >= PROOF_BYTES && ms >= PROOF_MS && this.#leap(moved / ms, partBytes, nowMs);
  }

  /** A part has arrived. A round is over when as many have arrived as may travel at once. */
  arrived(sizeBytes: number, nowMs: number): void {
    const round = (this.#round ??= { startedMs: nowMs, parts: 0, bytes: 0 });
    if (this.#proof !== 'over' && this.#leap(sizeBytes / Math.max(1, nowMs - round.startedMs), sizeBytes, nowMs)) return;
    round.parts += 1;
    round.bytes += sizeBytes;
    if (round.parts < Math.max(this.#limit, SHORTEST_ROUND)) return;
    const rate = round.bytes / Math.max(1, nowMs - round.startedMs);
    this.#round = { startedMs: nowMs, parts: 0, bytes: 0 };
    this.#judge(rate);
  }

  /** A part was lost on the way. */
  troubled(nowMs: number): void {
    this.#proof = 'over';
    this.#limit = Math.max(FEWEST, Math.floor(this.#limit / 2));
    this.#calm = CALM_ROUNDS;
    this.begin(nowMs);
  }

  /** @param before What the first part brings alone, in bytes a millisecond. */
  #leap(before: number, partBytes: number, nowMs: number): boolean {
    this.#proof = 'over';
    const limit = Math.min(MOST, Math.floor((before * LEAP_MS) / partBytes));
    if (limit <= this.#limit) return false;
    this.#trial = { step: limit - this.#limit, before };
    this.#round = { startedMs: nowMs, parts: 0, bytes: 0 };
    this.#limit = limit;
    return true;
  }

  #judge(rate: number): void {
    const trial = this.#trial;
    if (trial && rate < trial.before * worthOf(trial.step)) this.#takeBack(trial.step);
    else if (this.#calm > 0) this.#calm -= 1;
    else this.#try(trial ? oneMore(trial.step) : this.#next, rate);
  }

  #try(step: 1 | -1, before: number): void {
    const limit = Math.min(MOST, Math.max(FEWEST, this.#limit + step));
    this.#trial = limit === this.#limit ? null : { step, before };
    this.#limit = limit;
    if (this.#trial === null) [this.#next, this.#calm] = [step === 1 ? -1 : 1, CALM_ROUNDS];
  }

  /** Up in vain: down is tried next. Down in vain: this is the right number for a while. */
  #takeBack(step: number): void {
    this.#limit -= step;
    this.#trial = null;
    this.#next = step > 0 ? -1 : 1;
    this.#calm = step > 0 ? 0 : CALM_ROUNDS;
  }
}

/** What the rate must become, as a share of what it was, for a trial to be kept. */
const worthOf = (step: number): number => (step > 0 ? 1 + step * GAIN : 1 - LOSS);

const oneMore = (step: number): 1 | -1 => (step > 0 ? 1 : -1);
