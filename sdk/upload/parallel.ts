/** Parts of one upload on their way at one time. More than six a browser would only queue: HTTP/1.1 has no more connections. */
const [FEWEST, MOST] = [1, 6];

/**
 * A line that takes eight megabits a second, in bytes a millisecond. What has left may still lie in the device: it is believed after a
 * while, or when it is more than a device keeps for itself.
 */
const QUICK = { bytesPerMs: 1000, watchedMs: 250, keptBytes: 4 * 1024 * 1024 };

/** So long a quick line is given all it may take. A short clip is there by then; a longer one is worth finding out what it needs. */
const WIDE_MS = 7000;

/** The numbers a quick line is then tried with, one after the other, as long as fewer do as well. */
const NARROWER: Readonly<Record<number, number>> = { 6: 2, 2: 1 };

/** A single part says little about a line. */
const SHORTEST_ROUND = 2;

/** Each part more must bring a tenth; fewer may cost a twentieth. */
const [GAIN, LOSS] = [0.1, 0.05];

/** Rounds without a trial after both ways were tried in vain, or after trouble: a line does not change every second. */
const CALM_ROUNDS = 4;

/** One part on its way: how many were allowed when it left, and when that was. */
export interface Departure {
  readonly limit: number;
  readonly atMs: number;
}

/**
 * How many parts to send at a time, from what the line shows. The server decides how large a part is; how much is on its way is
 * decided here. Whatever is on its way when a line breaks is sent twice, and on a slow line the first part would arrive late; so it
 * begins with one. A line that proves quick gets six at once, and after a while only as many as it is faster with. Any other is
 * climbed: one part more is kept if the rate grows notably, one fewer if it hardly falls. Every failure of the line halves the number.
 */
export class Parallel {
  #limit: number = FEWEST;
  #phase: 'proving' | 'wide' | 'climbing' = 'proving';
  #wideSinceMs = 0;
  /** What the number before this one brought in all, in bytes a millisecond. */
  #wider: { readonly limit: number; readonly bytesPerMs: number } | null = null;
  #sample = { parts: 0, bytes: 0, ms: 0 };
  #calm = 0;
  #next: 1 | -1 = 1;
  /** The trial that is running: which way, and the rate before it. */
  #trial: { readonly step: 1 | -1; readonly before: number } | null = null;
  #round: { readonly startedMs: number; parts: number; bytes: number } | null = null;

  get limit(): number {
    return this.#limit;
  }

  /** Sending begins, or begins again after a wait. */
  begin(nowMs: number): void {
    this.#trial = null;
    this.#round = { startedMs: nowMs, parts: 0, bytes: 0 };
  }

  leaves(nowMs: number): Departure {
    return { limit: this.#limit, atMs: nowMs };
  }

  /** So much of a part has left. @returns whether more parts may leave now */
  moved({ atMs }: Departure, bytes: number, nowMs: number): boolean {
    if (this.#phase !== 'proving') return false;
    const watchedMs = nowMs - atMs;
    const isBelieved = watchedMs >= QUICK.watchedMs || bytes > QUICK.keptBytes;
    if (isBelieved && bytes >= watchedMs * QUICK.bytesPerMs) this.#widen(nowMs);
    return this.#limit === MOST;
  }

  /** A part has arrived. */
  arrived(departure: Departure, sizeBytes: number, nowMs: number): void {
    const tookMs = Math.max(1, nowMs - departure.atMs);
    if (this.#phase === 'proving' && sizeBytes >= tookMs * QUICK.bytesPerMs) this.#widen(nowMs);
    else if (this.#phase === 'wide') this.#narrow(departure, sizeBytes, tookMs, nowMs);
    else this.#climb(sizeBytes, nowMs);
  }

  /** A part was lost on the way. */
  troubled(nowMs: number): void {
    this.#limit = Math.max(FEWEST, Math.floor(this.#limit / 2));
    this.#climbFrom(nowMs, 1);
  }

  #widen(nowMs: number): void {
    [this.#phase, this.#limit, this.#wideSinceMs] = ['wide', MOST, nowMs];
  }

  /** Judges by parts that left under the present number: before those, others were still on their way beside them. */
  #narrow({ limit }: Departure, sizeBytes: number, tookMs: number, nowMs: number): void {
    if (limit !== this.#limit || nowMs - this.#wideSinceMs < WIDE_MS) return;
    const { parts, bytes, ms } = this.#sample;
    this.#sample = { parts: parts + 1, bytes: bytes + sizeBytes, ms: ms + tookMs };
    if (parts + 1 < limit / 2) return;
    const bytesPerMs = (limit * this.#sample.bytes) / this.#sample.ms;
    this.#sample = { parts: 0, bytes: 0, ms: 0 };
    const fewer = NARROWER[limit];
    if (this.#wider !== null && bytesPerMs < this.#wider.bytesPerMs * (1 - LOSS)) {
      this.#limit = this.#wider.limit;
      this.#climbFrom(nowMs, -1);
    } else if (fewer === undefined) this.#climbFrom(nowMs, 1);
    else [this.#wider, this.#limit] = [{ limit, bytesPerMs }, fewer];
  }

  #climbFrom(nowMs: number, next: 1 | -1): void {
    [this.#phase, this.#calm, this.#next] = ['climbing', CALM_ROUNDS, next];
    this.begin(nowMs);
  }

  /** A round is over when as many have arrived as may travel at once. */
  #climb(sizeBytes: number, nowMs: number): void {
    this.#phase = 'climbing';
    const round = (this.#round ??= { startedMs: nowMs, parts: 0, bytes: 0 });
    round.parts += 1;
    round.bytes += sizeBytes;
    if (round.parts < Math.max(this.#limit, SHORTEST_ROUND)) return;
    const rate = round.bytes / Math.max(1, nowMs - round.startedMs);
    this.#round = { startedMs: nowMs, parts: 0, bytes: 0 };
    this.#judge(rate);
  }

  #judge(rate: number): void {
    const trial = this.#trial;
    if (trial && rate < trial.before * (trial.step === 1 ? 1 + GAIN : 1 - LOSS)) this.#takeBack(trial.step);
    else if (this.#calm > 0) this.#calm -= 1;
    else this.#try(trial?.step ?? this.#next, rate);
  }

  #try(step: 1 | -1, before: number): void {
    const limit = Math.min(MOST, Math.max(FEWEST, this.#limit + step));
    this.#trial = limit === this.#limit ? null : { step, before };
    this.#limit = limit;
    if (this.#trial === null) [this.#next, this.#calm] = [step === 1 ? -1 : 1, CALM_ROUNDS];
  }

  /** Up in vain: down is tried next. Down in vain: this is the right number for a while. */
  #takeBack(step: 1 | -1): void {
    this.#limit -= step;
    this.#trial = null;
    this.#next = step === 1 ? -1 : 1;
    this.#calm = step === 1 ? 0 : CALM_ROUNDS;
  }
}
