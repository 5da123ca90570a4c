/**
 * `node bin/show-test.ts [with|without]`: `bin/test` in a fresh clone of HEAD, without node_modules, first without the folder of
 * real footage and then with it (or only the one named). The clone is removed. Prints the counts by kind of each run last.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const media = path.resolve(ROOT, process.env['MEDIA_DIR'] ?? '../shared/media');
const wanted = process.argv[2];
const runs = ['without', 'with'].filter((run) => wanted === undefined || wanted === run);

/** What a person who has just cloned has: no PATH of ours, no variables of npm, no footage. */
function freshEnvironment(): NodeJS.ProcessEnv {
  const { MEDIA_DIR: _media, ...rest } = process.env;
  const PATH = (rest['PATH'] ?? '')
    .split(path.delimiter)
    .filter((entry) => !entry.includes('node_modules'))
    .join(path.delimiter);
  return { ...Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('npm_'))), PATH };
}

function testInClone(run: string): { readonly report: string; readonly isGreen: boolean } {
  const parent = mkdtempSync(path.join(tmpdir(), 'va-clone-'));
  // mkdtemp lets nobody else in, and PostgreSQL runs as a user of its own.
  chmodSync(parent, 0o755);
  try {
    const clone = path.join(parent, 'clone');
    const cloned = spawnSync('git', ['clone', '--quiet', ROOT, clone], { stdio: 'inherit' });
    if (cloned.status !== 0) throw new Error('the clone failed');
    const startedAt = Date.now();
    const env = { ...freshEnvironment(), ...(run === 'with' && { MEDIA_DIR: media }) };
    const tested = spawnSync('bin/test', { cwd: clone, env, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] });
    process.stdout.write(tested.stdout);
    const lines = tested.stdout.trimEnd().split('\n');
    const table = lines.slice(lines.findLastIndex((line) => line.trimEnd().endsWith('time')));
    const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1);
    return {
      report: [`bin/test in a fresh clone, ${run} real footage, ${minutes} min:`, ...table].join('\n'),
      isGreen: tested.status === 0,
    };
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

if (runs.includes('with') && !existsSync(media)) {
  console.error(`There is no folder of real footage at ${media}: set MEDIA_DIR, or run with the word "without".`);
  process.exit(2);
}
const reports = runs.map(testInClone);
console.log(`\n${reports.map(({ report }) => report).join('\n\n')}`);
process.exitCode = reports.every(({ isGreen }) => isGreen) ? 0 : 1;
