import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CaseResult } from '../../api/test/support/cases.ts';
import { ROOT } from './steps.ts';

export interface CaseRun {
  readonly results: readonly CaseResult[];
  readonly isGreen: boolean;
}

/** Runs test files whose cases have numbers, one file after the other, and collects what each case came to. */
export function collectCases(files: readonly string[], env: NodeJS.ProcessEnv): CaseRun {
  const scratch = mkdtempSync(path.join(tmpdir(), 'va-cases-'));
  const file = path.join(scratch, 'cases.jsonl');
  writeFileSync(file, '');
  try {
    const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=dot', ...files], {
      ...{ cwd: ROOT, stdio: 'inherit' },
      env: { ...env, CASES_FILE: file },
    });
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return { results: lines.map((line) => JSON.parse(line) as CaseResult), isGreen: status === 0 };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
