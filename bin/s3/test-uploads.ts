/**
 * `npm run test:uploads`: the numbered cases of an upload's crashes, faults, repetitions, quotas and hostile files, on a disk and, as
 * far as the store matters, on an S3 engine that is started for it (or is named by S3_TEST_ENDPOINT). Prints a table of all cases and `N passed, N failed` last.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CaseResult } from '../../api/test/support/cases.ts';
import type { NumberedTest } from '../lib/case-reporter.ts';
import { engineFor } from './engine.ts';
import { statedCases } from './stated-cases.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FILES = ['crash-matrix', 'store-faults', 'idempotency', 'quota', 'upload-expiry', 'hostile-files'].map(
  (name) => `api/test/${name}.integration.test.ts`,
);
const REPORTERS = ['--test-reporter=dot', '--test-reporter-destination=stdout', '--test-reporter=./bin/lib/case-reporter.ts'];

function run(env: NodeJS.ProcessEnv): { readonly results: readonly CaseResult[]; readonly isGreen: boolean } {
  const scratch = mkdtempSync(path.join(tmpdir(), 'va-cases-'));
  const [file, named] = [path.join(scratch, 'cases.jsonl'), path.join(scratch, 'named.jsonl')];
  writeFileSync(file, '');
  try {
    const reporters = [...REPORTERS, `--test-reporter-destination=${named}`];
    const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...reporters, ...FILES], {
      ...{ cwd: ROOT, stdio: 'inherit' },
      env: { ...env, CASES_FILE: file },
    });
    const stated = statedCases(linesOf(named).map((line) => JSON.parse(line) as NumberedTest));
    return { results: [...linesOf(file).map((line) => JSON.parse(line) as CaseResult), ...stated], isGreen: status === 0 };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const linesOf = (file: string): readonly string[] => readFileSync(file, 'utf8').split('\n').filter(Boolean);

const numberIn = ({ number }: CaseResult): number => (number.startsWith('C') ? 0 : 100) + Number(/\d+/.exec(number)?.[0] ?? 0);

const engine = engineFor(process.env, { store: 'memstore' });
const hasEngine = typeof engine !== 'string';
const { results, isGreen } = run({ ...process.env, ...(hasEngine && engine.env) });
if (hasEngine) engine.stop();

console.log('\ncase     engine | action | end state | ok');
for (const result of results.toSorted((a, b) => numberIn(a) - numberIn(b) || a.engine.localeCompare(b.engine)))
  console.log(`${result.number.padEnd(9)}${result.engine.padEnd(6)} | ${result.action} | ${result.end} | ${result.isOk ? 'ok' : 'NOT OK'}`);
if (!hasEngine) console.log(`\nThe cases on S3 did not run: ${engine}`);

const failed = results.filter(({ isOk }) => !isOk).length;
console.log(`\n${String(results.length - failed)} passed, ${String(failed)} failed`);
process.exitCode = isGreen && hasEngine && results.length > 0 ? 0 : 1;
