/** Frame rates are fractions. 29.97 is a rounding; 30000/1001 is the rate. Frames per second, in lowest terms. */
export interface FrameRate {
  readonly num: number;
  readonly den: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** @throws RangeError unless both terms are positive integers. */
export function frameRate(num: number, den = 1): FrameRate {
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || num <= 0 || den <= 0)
    throw new RangeError(`not a frame rate: ${String(num)}/${String(den)}`);
  const divisor = gcd(num, den);
  return { num: num / divisor, den: den / divisor };
}

/** Frames per second as a number: for a label or a comparison, never for finding a frame. */
export const framesPerSecond = ({ num, den }: FrameRate): number => num / den;

/** `"30000/1001"` → the rate; null when the text is not a usable rate (ffprobe writes `0/0`). */
export function parseFrameRate(text: string): FrameRate | null {
  const match = /^(\d+)(?:\/(\d+))?$/.exec(text);
  if (!match) return null;
  const num = Number(match[1]);
  const den = Number(match[2] ?? '1');
  return num > 0 && den > 0 ? frameRate(num, den) : null;
}

/** The rates cameras are built for. A measured rate within one in a thousand of one of these is that one. */
const STANDARD_RATES: readonly FrameRate[] = [
  [24000, 1001],
  [24, 1],
  [25, 1],
  [30000, 1001],
  [30, 1],
  [48, 1],
  [50, 1],
  [60000, 1001],
  [60, 1],
  [100, 1],
  [120000, 1001],
  [120, 1],
  [200, 1],
  [240000, 1001],
  [240, 1],
].map(([num, den]) => frameRate(num as number, den as number));

/**
 * The rate that an average over `frames` intervals in `ticks` of `timebase` stands for: the nearest standard rate when one
 * lies within 0.02 %, or the exact fraction. 29.97 and 30 differ by 0.1 %, so the two are never confused.
 */
export function nominalRate(frames: number, ticks: number, timebase: FrameRate): FrameRate {
  const measured = (frames * timebase.num) / (ticks * timebase.den);
  const near = STANDARD_RATES.find((rate) => Math.abs(framesPerSecond(rate) / measured - 1) < 0.0002);
  return near ?? frameRate(frames * timebase.num, ticks * timebase.den);
}
