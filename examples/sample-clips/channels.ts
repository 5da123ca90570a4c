/** One value over time: knots of [seconds, value], joined without overshoot. */
export type Knots = readonly (readonly [at: number, value: number])[];
export type Channel = (seconds: number) => number;

/**
 * Monotone cubic interpolation (Fritsch–Butland slopes): passes each knot exactly, so an event placed on a knot
 * happens at that instant and at no other, and never overshoots, so a joint never passes its extreme.
 */
export function channel(knots: Knots): Channel {
  const slopes = knots.map((_, i) => slopeAt(knots, i));
  return (seconds) => {
    const after = knots.findIndex(([at]) => at > seconds);
    const [start, end] = [knots[after - 1], knots[after]];
    if (!start || !end) return (after === 0 ? knots[0] : knots.at(-1))?.[1] ?? 0;
    const span = end[0] - start[0];
    return hermite((seconds - start[0]) / span, span, start[1], end[1], slopes[after - 1] ?? 0, slopes[after] ?? 0);
  };
}

function hermite(k: number, span: number, v0: number, v1: number, s0: number, s1: number): number {
  const k2 = k * k;
  const k3 = k2 * k;
  return v0 * (2 * k3 - 3 * k2 + 1) + v1 * (3 * k2 - 2 * k3) + span * (s0 * (k3 - 2 * k2 + k) + s1 * (k3 - k2));
}

/** Zero at the ends and at every extreme; between, the weighted harmonic mean of the two neighbouring slopes. */
function slopeAt(knots: Knots, i: number): number {
  const [before, here, after] = [knots[i - 1], knots[i], knots[i + 1]];
  if (!before || !here || !after) return 0;
  const h0 = here[0] - before[0];
  const h1 = after[0] - here[0];
  const d0 = (here[1] - before[1]) / h0;
  const d1 = (after[1] - here[1]) / h1;
  if (d0 * d1 <= 0) return 0;
  return (3 * (h0 + h1)) / ((2 * h1 + h0) / d0 + (h1 + 2 * h0) / d1);
}
