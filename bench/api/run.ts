/**
 * `npm run bench:api`: what a request costs with everything on (credential, row-level security, access, validation, audit), as processor
 * time of the API and of PostgreSQL together, against express with one prepared statement (the floor) and against express with objection
 * (the peer), in turns on one machine. BENCH_PAIRS (5), BENCH_ROWS (a million), BENCH_SCALE (1: how many requests a turn).
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { median } from '../pipeline/measure.ts';
import { treeSeconds } from './cpu.ts';
import type { Ask, Told, Wish } from './load.ts';
import { drawing, startBenchRig, type BenchRig, type Server } from './rig.ts';

const HERE = import.meta.dirname;
const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 5);
const ROWS = Number(process.env['BENCH_ROWS'] ?? 1_000_000);
const SCALE = Number(process.env['BENCH_SCALE'] ?? 1);
const ONLY = process.env['BENCH_ONLY']?.split(',');
/** Rows into the library: a tenth of it. */
const DEPTH = Math.floor(ROWS / 10);
const PAGE = 24;

interface Subject {
  readonly server: Server;
  readonly token?: string;
  readonly amount: number;
  readonly asks: () => Promise<readonly Ask[]>;
}

type Subjects = Readonly<Record<string, Subject>>;

/** Microseconds of processor time a request takes: of the server, and of the database. */
interface Cost {
  readonly server: number;
  readonly database: number;
}
const sum = ({ server, database }: Cost): number => server + database;

async function measure({ postgresPid }: BenchRig, subject: Subject, share = 1): Promise<Cost> {
  const { server, token, asks, amount } = subject;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const wish: Wish = { url: server.url, amount: Math.ceil(amount * SCALE * share), headers, asks: await asks() };
  const before = [treeSeconds(server.pid), treeSeconds(postgresPid)] as const;
  const load = spawn(process.execPath, [path.join(HERE, 'load.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
  load.stdin.end(JSON.stringify(wish));
  const told = JSON.parse(await text(load.stdout)) as Told;
  if (told.complaint !== null) throw new Error(`not every request was answered well: ${told.complaint}`);
  const spent = (now: number, then: number): number => ((now - then) * 1e6) / told.answered;
  return { server: spent(treeSeconds(server.pid), before[0]), database: spent(treeSeconds(postgresPid), before[1]) };
}

const get = (server: Server, amount: number, paths: readonly string[], token?: string): Subject => ({
  ...{ server, amount, ...(token !== undefined && { token }) },
  asks: () => Promise.resolve(paths.map((each) => ({ path: each }))),
});

/** A cursor far into the library: the API's own, of the first page, moved. */
async function deepCursor({ admin, api, large }: BenchRig): Promise<string> {
  const first = await fetch(`${api.url}/api/v1/videos?limit=${String(PAGE)}`, { headers: { authorization: `Bearer ${large.token}` } });
  const { nextCursor } = (await first.json()) as { readonly nextCursor: string };
  const { rows } = await admin.raw<{ rows: { at: string; id: string }[] }>(
    `select created_at::text as at, id from video where tenant_id = ? order by created_at desc, id desc offset ? limit 1`,
    [large.tenantId, DEPTH - 1],
  );
  const [, , mark] = JSON.parse(Buffer.from(nextCursor, 'base64url').toString()) as [string, string, string];
  return Buffer.from(JSON.stringify([rows[0]?.at, rows[0]?.id, mark])).toString('base64url');
}

async function subjectsOf(rig: BenchRig): Promise<Subjects> {
  const { admin, api, floor, peer, club, large } = rig;
  const { token, tenantId, coachId, videoIds } = club;
  const on = (base: string, rest = ''): readonly string[] => videoIds.map((id) => `${base}/videos/${id}${rest}`);
  const write = (server: Server, amount: number, paths: readonly string[], withToken = false): Subject => ({
    ...{ server, amount, ...(withToken && { token }) },
    asks: () => Promise.resolve(paths.map((each) => ({ method: 'POST', path: each, body: { id: 'new', document: drawing() } }))),
  });
  const updates = async (): Promise<readonly Ask[]> => {
    const { rows } = await admin.raw<{ rows: { id: string; videoId: string; version: number }[] }>(
      `select distinct on (video_id) id, video_id as "videoId", version from video_annotation where tenant_id = ? order by video_id, id`,
      [tenantId],
    );
    return rows.map((row) => ({
      method: 'PATCH',
      path: `/api/v1/videos/${row.videoId}/annotations/${row.id}`,
      body: { version: row.version, document: drawing() },
    }));
  };
  const page = (cursor = ''): readonly string[] => [`/api/v1/videos?limit=${String(PAGE)}${cursor && `&cursor=${cursor}`}`];
  return {
    get: get(api, 3000, on('/api/v1'), token),
    'get floor': get(floor, 5000, on(`/${tenantId}`)),
    'get peer': get(peer, 2000, on(`/${tenantId}`)),
    graph: get(api, 1000, on('/api/v1', '?include=annotations'), token),
    'graph peer': get(peer, 500, on(`/${tenantId}`, '/graph')),
    create: write(api, 1000, on('/api/v1', '/annotations'), true),
    update: { server: api, token, amount: 1000, asks: updates },
    'write floor': write(floor, 2000, on(`/${tenantId}`, `/annotations/${coachId}`)),
    'write peer': write(peer, 800, on(`/${tenantId}`, `/annotations/${coachId}`)),
    first: get(api, 800, page(), large.token),
    deep: get(api, 800, page(await deepCursor(rig)), large.token),
    'deep peer': get(peer, 8, [`/${large.tenantId}/pages/${large.coachId}/${String(DEPTH)}`]),
  };
}

interface Row {
  readonly number: string;
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly limit: number;
}

const TABLE: readonly Row[] = [
  { number: '7', what: 'GET a video / express with a prepared select', ours: 'get', theirs: 'get floor', limit: 2.2 },
  { number: '7', what: 'GET a video / objection in a transaction', ours: 'get', theirs: 'get peer', limit: 0.6 },
  { number: '8', what: 'GET a video with its drawings / objection graph', ours: 'graph', theirs: 'graph peer', limit: 0.4 },
  { number: '9', what: 'change a drawing / bare INSERT', ours: 'update', theirs: 'write floor', limit: 1.7 },
  { number: '9', what: 'change a drawing / objection', ours: 'update', theirs: 'write peer', limit: 0.45 },
  { number: '9', what: 'make a drawing / bare INSERT', ours: 'create', theirs: 'write floor', limit: 1.7 },
  { number: '9', what: 'make a drawing / objection', ours: 'create', theirs: 'write peer', limit: 0.45 },
  { number: '10', what: `page at ${String(DEPTH)} of ${String(ROWS)} / first page`, ours: 'deep', theirs: 'first', limit: 2 },
  { number: '10', what: `page at ${String(DEPTH)} of ${String(ROWS)} / OFFSET`, ours: 'deep', theirs: 'deep peer', limit: 0.02 },
];

const rig = await startBenchRig(ROWS);
try {
  const subjects = Object.entries(await subjectsOf(rig)).filter(([name]) => ONLY?.some((wanted) => name.startsWith(wanted)) ?? true);
  // What is compiled is compiled, and what is cached is cached, before it counts.
  for (const [, subject] of subjects) await measure(rig, subject, 0.4);
  const costs = new Map<string, Cost[]>(subjects.map(([name]) => [name, []]));
  for (let pair = 1; pair <= PAIRS; pair += 1) {
    for (const [name, subject] of subjects) costs.get(name)?.push(await measure(rig, subject));
    console.log(
      `pair ${String(pair)}: ${subjects.map(([name]) => `${name} ${sum(costs.get(name)?.at(-1) ?? { server: 0, database: 0 }).toFixed(0)}`).join(', ')}`,
    );
  }
  const typical = (name: string): number => median((costs.get(name) ?? []).map(sum));
  console.log('\nmicroseconds of processor time a request, medians: in all, of the server, of PostgreSQL');
  for (const [name, found] of costs) {
    const columns = [typical(name), median(found.map(({ server }) => server)), median(found.map(({ database }) => database))];
    console.log(`  ${name.padEnd(14)}${columns.map((each) => each.toFixed(0).padStart(9)).join('')}`);
  }
  console.log('\nrow  ratio   limit');
  const rows = TABLE.filter(({ ours, theirs }) => costs.has(ours) && costs.has(theirs));
  for (const { number, what, ours, theirs, limit } of rows) {
    const ratio = typical(ours) / typical(theirs);
    if (ratio > limit) process.exitCode = 1;
    console.log(
      `${number.padEnd(5)}${ratio.toFixed(3).padEnd(8)}${String(limit).padEnd(7)}${ratio > limit ? 'NOT MET' : 'met    '} ${what}`,
    );
  }
} finally {
  await rig.stop();
}
