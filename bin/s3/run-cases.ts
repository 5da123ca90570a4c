import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CaseResult } from '../../api/test/support/cases.ts';
import { engineFor } from './engine.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

function run(files: readonly string[], env: NodeJS.ProcessEnv): { readonly results: readonly CaseResult[]; readonly isGreen: boolean } {
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

const numberIn = ({ number }: CaseResult): number => (number.startsWith('C') ? 0 : 100) + Number(/\d+/.exec(number)?.[0] ?? 0);

/** Runs test files of numbered cases, with an S3 engine where there can be one, and prints their table. @returns the exit code. */
export function runCases(files: readonly string[]): number {
  const engine = engineFor(process.env, { store: 'memstore' });
  const hasEngine = typeof engine !== 'string';
  const { results, isGreen } = run(files, { ...process.env, ...(hasEngine && engine.env) });
  if (hasEngine) engine.stop();

  console.log('\ncase     engine | action | end state | ok');
  for (const result of results.toSorted((a, b) => numberIn(a) - numberIn(b) || a.engine.localeCompare(b.engine)))
    console.log(
      `${result.number.padEnd(9)}${result.engine.padEnd(6)} | ${result.action} | ${result.end} | ${result.isOk ? 'ok' : 'NOT OK'}`,
    );
  if (!hasEngine) console.log(`\nThe cases on S3 did not run: ${engine}`);

  const failed = results.filter(({ isOk }) => !isOk).length;
  console.log(`\n${String(results.length - failed)} passed, ${String(failed)} failed`);
  return isGreen && hasEngine && results.length > 0 ? 0 : 1;
}
