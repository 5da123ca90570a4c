/**
 * `npm run bench:leases`: a thousand leases (BENCH_LEASES), a segment a second each, for 60 s (BENCH_SECONDS), on loopback with the
 * disk store and the API as it runs in production. Prints the time to the last byte and the connections to the database.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { addFile, startGatewayRig, type GatewayRig } from '../../api/test/support/gateway-rig.ts';
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

async function segmentUnder({ system }: GatewayRig, videoId: string): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'va-bench-'));
  const file = path.join(directory, 's-00001.m4s');
  await writeFile(file, randomBytes(SEGMENT_BYTES));
  await addFile(system, videoId, { name: 's-00001.m4s', file, sizeBytes: SEGMENT_BYTES, contentType: 'video/iso.segment' });
  await rm(directory, { recursive: true });
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

/** Processor time a process has had, in milliseconds: says something on a busy machine too. */
function cpuMs(pid: number | undefined): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  // User and system time in ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

installPeers();
const rig = await startGatewayRig('disk');
const { url, api } = await startProductionApi(rig, { DATABASE_POOL_SIZE: String(POOL) });
try {
  const videoId = await rig.publish(randomBytes(1000));
  await segmentUnder(rig, videoId);
  const addresses: string[] = [];
  for (let at = 0; at < LEASES; at += 1)
    addresses.push(`${(await rig.open(rig.coach, videoId)).base}s-00001.m4s`.replace(rig.system.url, url));
  const before = cpuMs(api.child.pid);
  const load = spawn(process.execPath, [path.join(HERE, 'load.mjs'), String(SECONDS)], { stdio: ['pipe', 'pipe', 'inherit'] });
  load.stdin.end(addresses.join('\n'));
  const ended = text(load.stdout);
  const connections = await watchConnections(rig, ended);
  console.log(`${String(LEASES)} leases, a segment of ${String(SEGMENT_BYTES / 1e6)} MB a second each, ${String(SECONDS)} s`);
  const found = JSON.parse(await ended) as { readonly answered: number };
  console.log(`milliseconds and counts: ${JSON.stringify(found)}`);
  console.log(`processor time of the API: ${((cpuMs(api.child.pid) - before) / found.answered).toFixed(2)} ms a request`);
  console.log(`connections to the database: at most ${String(connections)} of a pool of ${String(POOL)}, and one that listens`);
} finally {
  await api.stop();
  await rig.stop();
}
