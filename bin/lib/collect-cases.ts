import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CaseResult } from '../../api/test/support/cases.ts';
import type { NumberedTest } from './case-reporter.ts';
import { ROOT } from './steps.ts';

export interface CaseRun {
  readonly results: readonly CaseResult[];
  /** Every test whose name begins with the numbers of cases. */
  readonly named: readonly NumberedTest[];
  readonly isGreen: boolean;
}

const REPORTERS = ['--test-reporter=dot', '--test-reporter-destination=stdout', '--test-reporter=./bin/lib/case-reporter.ts'];

/**
 * Runs test files whose cases have numbers, one file after the other, and collects what each case came to.
 * @param only the numbers to run; left out, every test of the files runs.
 */
export function collectCases(files: readonly string[], env: NodeJS.ProcessEnv, only: readonly string[] = []): CaseRun {
  const scratch = mkdtempSync(path.join(tmpdir(), 'va-cases-'));
  const [file, named] = [path.join(scratch, 'cases.jsonl'), path.join(scratch, 'named.jsonl')];
  writeFileSync(file, '');
  try {
    const reporters = [...REPORTERS, `--test-reporter-destination=${named}`];
    const pattern = only.length === 0 ? [] : [`--test-name-pattern=/\\b(?:${only.join('|')})\\b/`];
    const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...pattern, ...reporters, ...files], {
      ...{ cwd: ROOT, stdio: 'inherit' },
      env: { ...env, CASES_FILE: file },
    });
    return { results: linesOf<CaseResult>(file), named: linesOf<NumberedTest>(named), isGreen: status === 0 };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const linesOf = <Line>(file: string): readonly Line[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
