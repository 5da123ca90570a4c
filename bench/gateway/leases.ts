/**
 * `npm run bench:leases`: a thousand leases (BENCH_LEASES), a segment a second each, for 60 s (BENCH_SECONDS), on loopback with the
 * disk store and the API as it runs in production. Prints the time to the last byte, the connections to the database and the processor
 * time of a request, also as a multiple of what a bare Node server takes for the same file under the same load: that says something on
 * a busy machine too.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { addFile, startGatewayRig, type GatewayRig } from '../../api/test/support/gateway-rig.ts';
import { cpuMs } from './cpu.ts';
import { startProductionApi } from './production-api.ts';

const HERE = import.meta.dirname;
const LEASES = Number(process.env['BENCH_LEASES'] ?? 1000);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 60);
/** A second at 800 kbit/s: what a viewer on a phone takes. */
const SEGMENT_BYTES = 100_000;
const POOL = 10;

function installPeers(): void {
  if (existsSync(path.join(HERE, 'node_modules/.package-lock.json'))) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: HERE, stdio: 'inherit' });
  if (status !== 0) throw new Error('the peers could not be installed');
}

const SEGMENT = 's-00001.m4s';

async function leases(rig: GatewayRig, file: string): Promise<readonly string[]> {
  const videoId = await rig.publish(randomBytes(1000));
  await addFile(rig.system, videoId, { name: SEGMENT, file, sizeBytes: SEGMENT_BYTES, contentType: 'video/iso.segment' });
  const paths: string[] = [];
  for (let at = 0; at < LEASES; at += 1) paths.push(new URL(`${(await rig.open(rig.coach, videoId)).base}${SEGMENT}`).pathname);
  return paths;
}

/** The most connections the API had open at one time, looked at every second. */
async function watchConnections({ system }: GatewayRig, until: Promise<unknown>): Promise<number> {
  let [most, isOver] = [0, false];
  void until.then(() => (isOver = true));
  while (!isOver) {
    const { rows } = await system.database.admin.raw<{ rows: { open: number }[] }>(
      `select count(*)::integer as open from pg_stat_activity where application_name = 'va-api'`,
    );
    most = Math.max(most, rows[0]?.open ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return most;
}

interface Found {
  /** What autocannon says, in milliseconds and counts. */
  readonly told: string;
  /** Processor time of the server, in milliseconds a request. */
  readonly cpuMs: number;
}

async function underLoad(server: ChildProcess, url: string, paths: readonly string[]): Promise<Found> {
  const before = cpuMs(server.pid);
  const load = spawn(process.execPath, [path.join(HERE, 'load.mjs'), String(SECONDS)], { stdio: ['pipe', 'pipe', 'inherit'] });
  load.stdin.end(paths.map((each) => url + each).join('\n'));
  const told = (await text(load.stdout)).trim();
  const { answered } = JSON.parse(told) as { readonly answered: number };
  return { told, cpuMs: (cpuMs(server.pid) - before) / answered };
}

async function bare(file: string, paths: readonly string[]): Promise<Found> {
  const server = spawn(process.execPath, [path.join(HERE, 'bare.mjs'), file], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [url] = (await once(server.stdout, 'data')) as [Buffer];
    return await underLoad(server, url.toString().trim(), paths);
  } finally {
    server.kill();
  }
}

installPeers();
const directory = await mkdtemp(path.join(tmpdir(), 'va-bench-'));
const file = path.join(directory, SEGMENT);
await writeFile(file, randomBytes(SEGMENT_BYTES));
const rig = await startGatewayRig('disk');
const { url, api } = await startProductionApi(rig, { DATABASE_POOL_SIZE: String(POOL) });
try {
  const paths = await leases(rig, file);
  const ended = underLoad(api.child, url, paths);
  const connections = await watchConnections(rig, ended);
  console.log(`${String(LEASES)} leases, a segment of ${String(SEGMENT_BYTES / 1e6)} MB a second each, ${String(SECONDS)} s`);
  const ours = await ended;
  console.log(`milliseconds and counts: ${ours.told}`);
  console.log(`connections to the database: at most ${String(connections)} of a pool of ${String(POOL)}, and one that listens`);
  const least = await bare(file, paths);
  console.log(`a bare server, the same: ${least.told}`);
  console.log(
    `processor time of the API: ${ours.cpuMs.toFixed(2)} ms a request, ${(ours.cpuMs / least.cpuMs).toFixed(1)} times a bare server's ${least.cpuMs.toFixed(2)} ms`,
  );
} finally {
  await api.stop();
  await rig.stop();
  await rm(directory, { recursive: true });
}
