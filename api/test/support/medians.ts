/** What each of two kinds took, one after the other, in milliseconds. */
export type Pair = readonly [first: number, second: number];

const RELABELLINGS = 400;
/** Differences that nobody could use, whatever the noise. */
const NEGLIGIBLE_SHARE = 0.05;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = NaN, high = NaN] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return (low + high) / 2;
}

/** By how much the first kind's median is above the second's. */
export const gapOf = (pairs: readonly Pair[]): number => median(pairs.map(([first]) => first)) - median(pairs.map(([, second]) => second));

/**
 * Whether the two kinds could as well be one: how far the medians lie apart when the two of each pair change places by chance is the
 * noise. Three times what all but a hundredth of those come to is allowed, so that a busy machine alone never decides.
 */
export function isWithinNoise(pairs: readonly Pair[]): {
  readonly isWithin: boolean;
  readonly gapMs: number;
  readonly noiseMs: number;
  readonly medianMs: number;
} {
  const byChance = Array.from({ length: RELABELLINGS }, () =>
    Math.abs(gapOf(pairs.map(([first, second]): Pair => (Math.random() < 0.5 ? [first, second] : [second, first])))),
  ).toSorted((a, b) => a - b);
  const noiseMs = byChance[Math.floor(RELABELLINGS * 0.99)] ?? NaN;
  const [gapMs, medianMs] = [gapOf(pairs), median(pairs.map(([, second]) => second))];
  return { isWithin: Math.abs(gapMs) <= Math.max(3 * noiseMs, NEGLIGIBLE_SHARE * medianMs), gapMs, noiseMs, medianMs };
}
