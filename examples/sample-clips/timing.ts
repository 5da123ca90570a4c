import type { FrameRate, SwingOptions } from './options.ts';

/** When each frame is shown, in whole ticks. */
export interface Timing {
  /** Ticks per second. */
  readonly timescale: number;
  /** Tick gaps between neighbouring frames, repeated for ever. One entry for a constant rate. */
  readonly gaps: readonly number[];
  /** Frames per second, exact for a constant rate, the mean of a variable one. */
  readonly meanRate: FrameRate;
}

/**
 * A phone's sensor clock in 1/90000 s: a tick or two of jitter, one missed picture, one longer exposure.
 * The pattern repeats, so the n-th timestamp is a short formula instead of a table.
 */
const PHONE_GAPS = [3003, 2997, 3000, 3060, 2940, 3000, 6000, 2970, 3030, 3000, 3750, 3000] as const;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function timingOf(rate: FrameRate | 'variable'): Timing {
  if (rate === 'variable')
    return { timescale: 90_000, gaps: PHONE_GAPS, meanRate: { num: 90_000 * PHONE_GAPS.length, den: sum(PHONE_GAPS) } };
  const { num, den } = rate;
  if (!(Number.isInteger(num) && Number.isInteger(den) && num > 0 && den > 0 && num / den <= 1000))
    throw new RangeError(`frame rate must be a positive fraction of at most 1000: ${num}/${den}`);
  // A fine clock for the file, as other writers do: doubling keeps each frame a whole number of ticks.
  let fine = 1;
  while (num * fine < 10_000) fine *= 2;
  return { timescale: num * fine, gaps: [den * fine], meanRate: rate };
}

export function ptsOf(timing: Timing, frame: number): number {
  const { gaps } = timing;
  const rounds = Math.floor(frame / gaps.length);
  return rounds * sum(gaps) + sum(gaps.slice(0, frame % gaps.length));
}

export const secondsOf = (timing: Timing, frame: number): number => ptsOf(timing, frame) / timing.timescale;

/** The first frame shown at or after an instant, forgiving a rounding error of a nanosecond. */
export function firstFrameFrom(timing: Timing, seconds: number): number {
  let frame = Math.max(0, Math.floor((seconds * timing.meanRate.num) / timing.meanRate.den) - timing.gaps.length);
  while (secondsOf(timing, frame) < seconds - 1e-9) frame++;
  return frame;
}

/** The frame whose timestamp is closest to an instant; the earlier one of a tie. */
export function nearestFrame(timing: Timing, seconds: number): number {
  const after = firstFrameFrom(timing, seconds);
  if (after === 0) return 0;
  const late = secondsOf(timing, after) - seconds;
  const early = seconds - secondsOf(timing, after - 1);
  return late < early - 1e-9 ? after : Math.abs(late) < 1e-9 ? after : after - 1;
}

/** Clip seconds per real second: 8 for a camera at 240 played at 30. */
export function slowFactorOf(options: SwingOptions, timing: Timing): number {
  const { captureRate } = options;
  if (captureRate === undefined) return 1;
  if (!(captureRate > 0)) throw new RangeError(`captureRate must be positive: ${captureRate}`);
  return (captureRate * timing.meanRate.den) / timing.meanRate.num;
}

/** The timestamps as an ffmpeg expression of the frame number N. */
export function ptsExpression({ gaps }: Timing): string {
  const n = gaps.length;
  const steps = gaps.slice(0, -1).map((gap, i) => `+gte(mod(N,${n}),${i + 1})*${gap}`);
  return n === 1 ? `N*${gaps[0]}` : `floor(N/${n})*${sum(gaps)}${steps.join('')}`;
}
