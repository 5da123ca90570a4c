/** Where the speed slider rests. */
export const SPEEDS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2] as const;

/** The detent nearest to a rate. */
export const detentOf = (rate: number): number =>
  SPEEDS.reduce((best, speed, at) => (Math.abs(speed - rate) < Math.abs((SPEEDS[best] ?? 1) - rate) ? at : best), 0);

export const speedAt = (detent: number): number => SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, detent))] ?? 1;
