/** Proves the import arrows: the tree is clean, and each rule refuses a violation planted in a copy of it. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ALLOWED, PLANTS, type Plant } from './lib/arrow-plants.ts';

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

interface CruiseReport {
  readonly summary: {
    readonly violations: readonly Violation[];
    readonly totalCruised: number;
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
}

const ROOT = path.resolve(import.meta.dirname, '..');
const COPIED = [
  'domain',
  'sdk',
  'api',
  'worker',
  'migrations',
  'examples',
  'bin',
  'bench',
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
];

const cruise = (directory: string): Promise<CruiseReport['summary']> =>
  new Promise((resolve, reject) => {
    const arguments_ = ['--config', path.join(directory, '.dependency-cruiser.mjs'), '--output-type', 'json', '.'];
    const command = path.join(ROOT, 'node_modules/.bin/depcruise');
    execFile(command, arguments_, { cwd: directory, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      // The exit code is the number of violations, so only an answer that is no report is a failure.
      try {
        resolve((JSON.parse(stdout) as CruiseReport).summary);
      } catch {
        reject(new Error(`dependency-cruiser gave no report: ${stderr}`, { cause: error }));
      }
    });
  });

async function copyOfTheTree(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'arrows-'));
  for (const entry of [...COPIED, '.dependency-cruiser.mjs'])
    await cp(path.join(ROOT, entry), path.join(directory, entry), {
      recursive: true,
      filter: (source) => !source.includes('node_modules'),
    }).catch(ignoreMissing);
  await symlink(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'));
  return directory;
}

/** A part of the repository that does not exist yet has nothing to copy. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

async function plant(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, source] of Object.entries(files)) {
    await mkdir(path.join(directory, path.dirname(file)), { recursive: true });
    await writeFile(path.join(directory, file), source);
  }
}

const refusals = (violations: readonly Violation[], { rule, files }: Plant): Violation | undefined =>
  violations.find((violation) => violation.rule.name === rule && Object.hasOwn(files, violation.from));

const clean = await cruise(ROOT);
for (const { rule, from, to } of clean.violations) console.log(`  in the tree: ${rule.name}: ${from} → ${to}`);
console.log(`the tree: ${String(clean.totalCruised)} modules, ${String(clean.violations.length)} violations`);

const directory = await copyOfTheTree();
let failures = clean.violations.length;
let refused = 0;
try {
  for (const { files } of [...PLANTS, ...ALLOWED]) await plant(directory, files);
  const { violations, ruleSetUsed } = await cruise(directory);

  for (const planted of PLANTS) {
    const found = refusals(violations, planted);
    if (found) refused += 1;
    console.log(
      found
        ? `  refused  ${planted.rule}: ${found.from} → ${found.to}`
        : `  NOT REFUSED  ${planted.rule}: ${Object.keys(planted.files).join(', ')}`,
    );
  }
  for (const { says, files } of ALLOWED) {
    const wrong = violations.filter(({ from }) => Object.hasOwn(files, from));
    failures += wrong.length;
    console.log(wrong.length === 0 ? `  allowed  ${says}` : `  WRONGLY REFUSED  ${says}: ${wrong.map(({ rule }) => rule.name).join(', ')}`);
  }
  for (const { name } of ruleSetUsed.forbidden.filter((rule) => !PLANTS.some((planted) => planted.rule === rule.name))) {
    failures += 1;
    console.log(`  NOT PROVEN  ${name}: no violation is planted for it`);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
console.log(`arrows: ${String(PLANTS.length)} planted violations, ${String(refused)} refused`);
process.exitCode = failures === 0 && refused === PLANTS.length ? 0 : 1;
