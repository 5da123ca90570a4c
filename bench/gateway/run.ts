/**
 * `npm run bench:gateway`: one MP4 of 300 MB (BENCH_MEGABYTES) through the API's gateway and from nginx with `sendfile`, the same file
 * on the same machine, in turns (BENCH_PAIRS, 3), over one connection and over eight. curl reads. Prints the ratio of the medians, and
 * how many questions a request asks the database.
 */
import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { randomBytes } from 'node:crypto';
import { addFile, startGatewayRig, type GatewayRig } from '../../api/test/support/gateway-rig.ts';
import { startNginx } from '../../api/test/support/nginx.ts';
import { startProductionApi } from './production-api.ts';

const MEGABYTES = Number(process.env['BENCH_MEGABYTES'] ?? 300);
const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 3);
const WANTED = 0.8;
const run = promisify(execFile);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function clipOf(directory: string): Promise<string> {
  const file = path.join(directory, 'clip.mp4');
  await using handle = await open(file, 'w');
  for (let written = 0; written < MEGABYTES; written += 1) await handle.write(randomBytes(1_000_000));
  return file;
}

/** Megabytes a second over so many connections at once. */
async function speedOf(url: string, connections: number): Promise<number> {
  const started = performance.now();
  const one = async (): Promise<number> => {
    const { stdout } = await run('curl', ['-sS', '--fail', '-o', '/dev/null', '-w', '%{size_download}', url]);
    return Number(stdout);
  };
  const bytes = await Promise.all(Array.from({ length: connections }, one));
  const all = bytes.reduce((sum, each) => sum + each, 0);
  if (all !== connections * MEGABYTES * 1e6) throw new Error(`${String(all)} bytes came`);
  return all / 1e6 / ((performance.now() - started) / 1000);
}

async function compare(ours: string, theirs: string, connections: number): Promise<number> {
  // Both have the file in the page cache before it counts.
  await speedOf(theirs, 1);
  await speedOf(ours, 1);
  const [our, their]: [number[], number[]] = [[], []];
  for (let pair = 1; pair <= PAIRS; pair += 1) {
    our.push(await speedOf(ours, connections));
    their.push(await speedOf(theirs, connections));
    console.log(`  round ${String(pair)}: ours ${our.at(-1)?.toFixed(0) ?? ''} MB/s, nginx ${their.at(-1)?.toFixed(0) ?? ''} MB/s`);
  }
  const ratio = median(our) / median(their);
  console.log(
    `${String(connections)} connection${connections > 1 ? 's' : ''}: ours / nginx, medians ${ratio.toFixed(2)}   (at least ${String(WANTED)})`,
  );
  return ratio;
}

/** Questions to the database about leases, as PostgreSQL counted them. */
async function questions({ system }: GatewayRig): Promise<number> {
  const { rows } = await system.database.admin.raw<{ rows: { calls: number }[] }>(
    `select coalesce(sum(calls), 0)::integer as calls from pg_stat_user_functions where funcname = 'find_lease'`,
  );
  return rows[0]?.calls ?? 0;
}

async function countQuestions(rig: GatewayRig, url: string, otherUrls: readonly string[]): Promise<void> {
  const ask = async (address: string): Promise<void> => {
    const response = await fetch(address, { headers: { Range: 'bytes=0-99' } });
    await response.arrayBuffer();
  };
  const settled = async (): Promise<number> => {
    // PostgreSQL adds up what a connection has counted when that has been idle for ten seconds.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    return questions(rig);
  };
  await ask(url);
  const before = await settled();
  const ranges = 200;
  for (let at = 0; at < ranges; at += 1) await ask(url);
  const hot = (await settled()) - before;
  for (const other of otherUrls) await ask(other);
  const cold = (await settled()) - before - hot;
  console.log(
    `questions to the database: ${String(hot)} for ${String(ranges)} ranges of one file, ${String(cold)} for ${String(otherUrls.length)} files asked for once   (at most one a request)`,
  );
}

if (spawnSync('nginx', ['-v']).error) {
  console.log('nginx is not installed: there is nothing to compare with. apt-get install nginx-light');
  process.exit(1);
}
const directory = await mkdtemp(path.join(tmpdir(), 'va-bench-'));
const rig = await startGatewayRig('disk');
const nginx = await startNginx((port) => `access_log off; server { listen 127.0.0.1:${String(port)}; root ${directory}; }`);
// Holds for connections made from now on.
await rig.system.database.admin.raw(`alter role va_app set track_functions = 'all'`);
const { url, api } = await startProductionApi(rig);
try {
  const file = await clipOf(directory);
  const videoId = await rig.publish(randomBytes(1000));
  const copy = path.join(directory, 'copy.mp4');
  await copyFile(file, copy);
  await addFile(rig.system, videoId, { name: 'clip.mp4', file: copy, sizeBytes: MEGABYTES * 1e6, contentType: 'video/mp4' });
  const { base } = await rig.open(rig.coach, videoId);
  const under = base.replace(rig.system.url, url);
  console.log(`${String(MEGABYTES)} MB, ${String(PAIRS)} pairs in turns`);
  const ratios = [
    await compare(`${under}clip.mp4`, `${nginx.url}/clip.mp4`, 1),
    await compare(`${under}clip.mp4`, `${nginx.url}/clip.mp4`, 8),
  ];
  await countQuestions(
    rig,
    `${under}clip.mp4`,
    ['poster.jpg', 'analysis.mp4', 'h-00001.m4s', 'storyboard.jpg'].map((name) => under + name),
  );
  process.exitCode = ratios.every((ratio) => ratio >= WANTED) ? 0 : 1;
} finally {
  await api.stop();
  await nginx.stop();
  await rig.stop();
  await rm(directory, { recursive: true });
}
