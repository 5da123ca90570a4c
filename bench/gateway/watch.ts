/**
 * `npm run bench:watch`: what it costs the API that open players ask every two seconds whether their lease lives. 100 players
 * (BENCH_PLAYERS) for 30 s (BENCH_SECONDS), on loopback with the disk store and the API as it runs in production. Prints the processor
 * time of a question and of a player's hour, and how long an answer takes.
 */
import { randomBytes } from 'node:crypto';
import { addFile, startGatewayRig, type GatewayRig } from '../../api/test/support/gateway-rig.ts';
import { cpuMs } from './cpu.ts';
import { startProductionApi } from './production-api.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PLAYERS = Number(process.env['BENCH_PLAYERS'] ?? 100);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 30);
/** As the player does: sdk/clock/lease-watch.ts. */
const EVERY_MS = 2000;
const FILE = 'poster.jpg';

async function addresses(rig: GatewayRig, base: string, file: string): Promise<readonly string[]> {
  const videoId = await rig.publish(randomBytes(1000));
  await addFile(rig.system, videoId, { name: FILE, file, sizeBytes: 1000, contentType: 'image/jpeg' });
  const found: string[] = [];
  for (let at = 0; at < PLAYERS; at += 1) found.push(`${base}${new URL(`${(await rig.open(rig.coach, videoId)).base}${FILE}`).pathname}`);
  return found;
}

/** One player: asks, and again when two seconds have passed. @returns how long each answer took, in milliseconds */
async function player(url: string, until: number): Promise<readonly number[]> {
  const took: number[] = [];
  await pause(Math.random() * EVERY_MS);
  while (performance.now() < until) {
    const asked = performance.now();
    const { status } = await fetch(url, { method: 'HEAD' });
    if (status !== 200) throw new Error(`answered with ${String(status)}`);
    took.push(performance.now() - asked);
    await pause(EVERY_MS);
  }
  return took;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const directory = await mkdtemp(path.join(tmpdir(), 'va-bench-'));
const file = path.join(directory, FILE);
await writeFile(file, randomBytes(1000));
const rig = await startGatewayRig('disk');
const { url, api } = await startProductionApi(rig);
try {
  const urls = await addresses(rig, url, file);
  await Promise.all(urls.map((each) => fetch(each, { method: 'HEAD' })));
  const before = cpuMs(api.child.pid);
  const until = performance.now() + SECONDS * 1000;
  const took = (await Promise.all(urls.map((each) => player(each, until)))).flat().toSorted((a, b) => a - b);
  const each = (cpuMs(api.child.pid) - before) / took.length;
  const perHour = 3_600_000 / EVERY_MS;
  console.log(`${String(PLAYERS)} players, ${String(SECONDS)} s, ${String(took.length)} questions`);
  console.log(
    `an answer takes ${(took[Math.floor(took.length / 2)] ?? 0).toFixed(1)} ms (median), ${(took.at(-1) ?? 0).toFixed(0)} ms at most`,
  );
  console.log(
    `${each.toFixed(2)} ms of processor time a question; a player's hour is ${String(perHour)} questions and ${((each * perHour) / 1000).toFixed(1)} s: ${((each / EVERY_MS) * 100).toFixed(3)} % of a core`,
  );
} finally {
  await api.stop();
  await rig.stop();
  await rm(directory, { recursive: true });
}
