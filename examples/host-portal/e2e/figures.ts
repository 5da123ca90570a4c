const figures: string[] = [];

/** What a run has measured, for its last line. */
export const note = (figure: string): void => void figures.push(figure);
export const noted = (): readonly string[] => figures;

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** `dark after 1.2 s (median of 5), 2.1 s at most` */
export const delays = (what: string, seconds: readonly number[]): string =>
  `${what} ${median(seconds).toFixed(1)} s (median of ${String(seconds.length)}), ${Math.max(...seconds).toFixed(1)} s at most`;
