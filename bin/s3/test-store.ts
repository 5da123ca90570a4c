/**
 * `npm run test:store`: the contract of the object store, first on a disk and then on an S3 engine that is started for it (or is
 * named by S3_TEST_ENDPOINT). Prints the counts of each last; ends with 1 when something failed or an engine is missing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Counts } from '../lib/outcome.ts';
import { engineFor } from './engine.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

function run(suite: string, env: NodeJS.ProcessEnv): Counts {
  const scratch = mkdtempSync(path.join(tmpdir(), 'va-counts-'));
  const counts = path.join(scratch, 'counts.json');
  spawnSync(
    process.execPath,
    [
      ...['--test', `--test-name-pattern=${suite}`, '--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...[`--test-reporter=${path.join(ROOT, 'bin/lib/count-reporter.ts')}`, `--test-reporter-destination=${counts}`],
      'api/test/object-store.contract.test.ts',
    ],
    { cwd: ROOT, env, stdio: 'inherit' },
  );
  try {
    return JSON.parse(readFileSync(counts, 'utf8')) as Counts;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const line = (name: string, { passed, failed }: Counts): string => `${name.padEnd(6)}${String(passed)} passed, ${String(failed)} failed`;

const { S3_TEST_ENDPOINT: _named, ...without } = process.env;
const disk = run('the object store on a disk', without);
const engine = engineFor(process.env, { store: 'memstore' });
if (typeof engine === 'string') {
  console.log(`\n${line('disk', disk)}\nS3    did not run: ${engine}`);
  process.exitCode = 1;
} else {
  const s3 = run('the object store in an S3 bucket', { ...process.env, ...engine.env });
  engine.stop();
  console.log(`\n${line('disk', disk)}\n${line('S3', s3)}`);
  process.exitCode = disk.failed + s3.failed === 0 && disk.passed > 0 && disk.passed === s3.passed ? 0 : 1;
}
