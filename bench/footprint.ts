/** `npm run show:footprint`: what the package weighs on a page, what a clone weighs on a disk, what the system takes at rest. */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { importsOfFile, loadedWith } from '../bin/lib/built-imports.ts';
import { startSystem } from '../examples/host-portal/e2e/started-system.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const DIST = path.join(ROOT, 'dist');
const run = promisify(execFile);

const say = (what: string, ...values: readonly string[]): void =>
  console.log(`${what.padEnd(44)}${values.map((value) => value.padStart(12)).join('')}`);
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/** Bytes as they are, and as they travel: each file is compressed by itself, as a server does it. */
function weigh(files: readonly string[]): readonly [plain: string, gzip: string] {
  const contents = files.map((file) => readFileSync(file));
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  return [
    kilobytes(sum(contents.map(({ length }) => length))),
    kilobytes(sum(contents.map((content) => gzipSync(content, { level: 9 }).length))),
  ];
}

/** What an entry may still load, without what it has loaded already. */
const onDemand = (entry: string): readonly string[] => {
  const loaded = loadedWith(entry);
  const chunks = loaded.flatMap((file) => importsOfFile(file).later.map((specifier) => path.resolve(path.dirname(file), specifier)));
  return [...new Set(chunks.flatMap(loadedWith))].filter((file) => !loaded.includes(file));
};

function showPackage(): void {
  say('the package on a page', 'minified', '+ gzip');
  for (const entry of globSync('elements/*.js', { cwd: DIST }).sort()) {
    const file = path.join(DIST, entry);
    say(`  <${path.basename(entry, '.js')}> with all it imports`, ...weigh(loadedWith(file)));
    const later = onDemand(file);
    if (later.length > 0) say('    later, on first use', ...weigh(later));
  }
  const kit = path.join(DIST, 'video-analysis.js');
  say('  everything, one script', ...weigh(loadedWith(kit)));
  if (onDemand(kit).length > 0) say('    later, on first use', ...weigh(onDemand(kit)));
}

async function showInstall(): Promise<void> {
  const clone = mkdtempSync(path.join(tmpdir(), 'footprint-'));
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(path.join(ROOT, file), path.join(clone, file));
    const started = performance.now();
    await run('npm', ['ci', '--loglevel=error'], { cwd: clone, env: { ...process.env, npm_config_ignore_scripts: 'false' } });
    const seconds = (performance.now() - started) / 1000;
    const { stdout } = await run('du', ['-s', '--block-size=1', path.join(clone, 'node_modules')]);
    console.log();
    say('npm ci into nothing, with the npm cache as it is', `${seconds.toFixed(1)} s`, megabytes(Number.parseInt(stdout, 10)));
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

/** The running system's own note: its parts by name, with their process ids. */
interface RunningSystem {
  readonly pids: Readonly<Record<string, number>>;
}

/** Resident memory in bytes. @returns null when there is no such process. */
function residentBytes(pid: number): number | null {
  const status = `/proc/${String(pid)}/status`;
  if (!existsSync(status)) return null;
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

/** How long the system is left alone after the sample clips are processed, in milliseconds. */
const REST_MS = 20_000;

/** Memory of a system of its own, started for this, once it has nothing to do. */
async function showMemory(): Promise<void> {
  const system = await startSystem();
  try {
    await system.samplesReady;
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    console.log();
    say('memory at rest, after two clips', 'resident');
    const note = JSON.parse(readFileSync(path.join(system.dataDir, 'run.json'), 'utf8')) as RunningSystem;
    for (const [part, pid] of Object.entries(note.pids)) {
      const bytes = residentBytes(pid);
      say(`  ${part}`, bytes === null ? 'not running' : megabytes(bytes));
    }
  } finally {
    await system.stop();
  }
}

if (!existsSync(path.join(DIST, 'video-analysis.js'))) {
  console.error('There is no build to weigh. Run: npm run build');
  process.exit(1);
}
showPackage();
await showInstall();
await showMemory();
