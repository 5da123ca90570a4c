/**
 * `npm run bench:upload`: a file of 480 MB (BENCH_MEGABYTES) through the package's engine and through the AWS SDK's `lib-storage`,
 * to the same S3 engine, in turns (BENCH_PAIRS, 3). Prints the ratio of the medians, the API's memory and its calls to the store last.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startUploadRig, type UploadRig } from '../../api/test/support/upload-rig.ts';
import { engineFor } from '../../bin/s3/engine.ts';
import { installPeers, median, randomFile, removeNewest } from './common.ts';

const HERE = import.meta.dirname;
const MEGABYTES = Number(process.env['BENCH_MEGABYTES'] ?? 480);
const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 3);
const run = promisify(execFile);

/** Resident memory of a process, in MB. */
const residentOf = (pid: number | undefined, what: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024;

interface Ours {
  readonly ms: number;
  readonly sentShare: number;
}

async function ours(rig: UploadRig, file: string): Promise<Ours> {
  rig.proxy?.follow([]);
  const { stdout } = await run(process.execPath, [path.join(HERE, 'ours.ts'), file, rig.url, rig.player.token]);
  const [ms = NaN, sent = NaN] = stdout.trim().split(' ').map(Number);
  await removeNewest(rig);
  return { ms, sentShare: sent / (MEGABYTES * 1e6) };
}

async function theirs(rig: UploadRig, env: NodeJS.ProcessEnv, file: string): Promise<number> {
  const prefix = `t/${randomUUID()}/v/${randomUUID()}/`;
  const { stdout } = await run(process.execPath, [path.join(HERE, 'lib-storage.mjs'), file, `${prefix}o/1/source`], { env });
  await rig.store().removePrefix(prefix);
  return Number(stdout);
}

async function compare(rig: UploadRig, env: NodeJS.ProcessEnv, file: string): Promise<void> {
  const pid = rig.api.child.pid;
  const before = residentOf(pid, 'VmRSS');
  const [our, their]: [Ours[], number[]] = [[], []];
  for (let pair = 1; pair <= PAIRS; pair += 1) {
    our.push(await ours(rig, file));
    their.push(await theirs(rig, env, file));
    const seconds = [our.at(-1)?.ms, their.at(-1)].map((ms) => ((ms ?? NaN) / 1000).toFixed(2));
    console.log(`round ${String(pair)}: ours ${seconds[0] ?? ''} s, lib-storage ${seconds[1] ?? ''} s`);
  }
  const last = our.at(-1);
  console.log(`\n${String(MEGABYTES)} MB, ${String(PAIRS)} pairs in turns`);
  console.log(`ours / lib-storage, medians        ${(median(our.map(({ ms }) => ms)) / median(their)).toFixed(2)}   (at most 1.10)`);
  console.log(`bytes sent / size of the file      ${(last?.sentShare ?? NaN).toFixed(3)}`);
  console.log(`API memory, growth at its peak     ${(residentOf(pid, 'VmHWM') - before).toFixed(0)} MB   (less than 50)`);
  const calls = (rig.proxy?.seen() ?? []).map((line) => line.replace(/ passed$/, '').trim());
  // lib-storage begins and completes as well: these two are no addition.
  console.log(`store calls beside parts, added    ${String(calls.length - 2)}   (at most 3)   ${calls.join(' · ')}`);
}

installPeers();
const engine = engineFor(process.env, { store: 'memstore' });
if (typeof engine === 'string') throw new Error(`there is no S3 engine: ${engine}`);
const directory = mkdtempSync(path.join(tmpdir(), 'va-bench-'));
try {
  Object.assign(process.env, engine.env);
  const file = await randomFile(directory, MEGABYTES);
  const rig = await startUploadRig('S3', { partsPassTheProxy: false });
  try {
    await rig.database.admin('tenant').update({ maxUploadBytes: 1e9 });
    await compare(rig, process.env, file);
  } finally {
    await rig.stop();
  }
} finally {
  rmSync(directory, { recursive: true });
  engine.stop();
}
