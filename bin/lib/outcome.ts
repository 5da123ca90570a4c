/** What came of one step of the verification. */
export interface Outcome {
  readonly step: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** What was left out, with the reason. */
  readonly skipped: readonly string[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

/** The last `N passed, N failed` of an output, for suites that count themselves. */
export function closingCounts(output: string): Counts | null {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
  return last ? { passed: Number(last[1]), failed: Number(last[2]), skipped: [] } : null;
}

/**
 * A run's counts made honest: a runner that ended badly has failed even if it counted no failure, and a suite without a single
 * test proves nothing.
 */
export function settle(counts: Counts | null, exitCode: number): Counts {
  const { passed, failed, skipped } = counts ?? { passed: exitCode === 0 ? 1 : 0, failed: 0, skipped: [] };
  const broke = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: broke ? 1 : failed, skipped };
}

const row = (step: string, passed: string, failed: string, time: string): string =>
  `${step.padEnd(16)}${passed.padStart(8)}${failed.padStart(8)}${time.padStart(10)}`;

/** A table by step, then what did not run and why. */
export function table(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ step, passed, failed, seconds }) => row(step, String(passed), String(failed), `${seconds.toFixed(1)} s`));
  const absences = outcomes.flatMap(({ step, skipped }) => skipped.map((suite) => `not run: ${step}: ${suite}`));
  return [row('', 'passed', 'failed', 'time'), ...lines, ...(absences.length > 0 ? ['', ...absences] : [])].join('\n');
}

export const closingLine = (outcomes: readonly Outcome[]): string => {
  const sum = (count: 'passed' | 'failed'): number => outcomes.reduce((total, outcome) => total + outcome[count], 0);
  return `${String(sum('passed'))} passed, ${String(sum('failed'))} failed`;
};

/** Good only if something ran and nothing failed. */
export const isGood = (outcomes: readonly Outcome[]): boolean =>
  outcomes.some(({ passed }) => passed > 0) && outcomes.every(({ failed }) => failed === 0);
