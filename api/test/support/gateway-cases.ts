import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe } from 'node:test';
import { heldBytes, MiB } from '../object-store-kit.ts';
import { numberedCase } from './cases.ts';
import { startClub } from './club.ts';
import { addFile, eventually, MORE_FILES, rawGet, startGatewayRig, type GatewayRig } from './gateway-rig.ts';
import { NEVER_RENEWS, ranges } from './gateway-ranges.ts';

const clip = randomBytes(200_000);
const large = Buffer.alloc(200 * MiB, 7);

const codeOf = async (response: Response): Promise<unknown> => [response.status, ((await response.json()) as { code: string }).code];
const lapse = ({ system }: GatewayRig, videoId: string): Promise<unknown> =>
  system.database
    .admin('playbackLease')
    .where({ videoId })
    .update({ expiresAt: new Date(Date.now() - 1000) });

/** The cases of the gateway that streams everything itself, on one kind of store. */
export function gatewayCases(engine: 'disk' | 'S3'): void {
  describe(`the gateway on ${engine}`, () => {
    let rig: GatewayRig;
    before(async () => {
      rig = await startGatewayRig(engine);
    });
    after(() => rig.stop());
    const one = (number: string, action: string, run: () => Promise<string>): void => numberedCase(number, engine, action, run);

    one('G57', 'a lapsed lease answers nothing, whatever the file', () => lapsed(rig));
    one('G59', 'MP4: pause, lapse, renew, seek', () => pausedAndRenewed(rig));
    one('G60', 'names that are not of this lease', () => foreignNames(rig));
    one('G61', 'the address in another browser', () => handedOn(rig));
    one('G62', 'what pages of any origin may read', () => readableEverywhere(rig));
    one('G63', 'ranges', () => ranges(rig, clip));
    one('G63', 'a reader that stands still', () => standingStill(rig));
    one('G63', 'a reader that leaves', () => leaving(rig));
    one('G64', 'a download that is cut off half-way is metered', () => metered(rig));
    one('G64', 'over the quota of one tenant', () => overQuota(rig));
  });
}

async function lapsed(rig: GatewayRig): Promise<string> {
  const { videoId, base } = await rig.open(rig.coach, await rig.publish(clip));
  const names = ['analysis.mp4', 'poster.jpg', ...Object.keys(MORE_FILES)];
  for (const name of names) assert.equal((await fetch(base + name)).status, 200, name);
  await lapse(rig, videoId);
  // Told by NOTIFY: the answer of a moment ago is not believed any more.
  await eventually(async () => (await fetch(`${base}analysis.mp4`)).status !== 200);
  for (const name of names) assert.deepEqual(await codeOf(await fetch(base + name)), [410, 'playback.expired'], name);
  return `${String(names.length)} files, 410 each`;
}

async function pausedAndRenewed(rig: GatewayRig): Promise<string> {
  const { videoId, analysisUrl, renewUrl } = await rig.open(rig.coach, await rig.publish(clip));
  const part = (range: string) => fetch(analysisUrl, { headers: { Range: range }, redirect: 'manual' });
  const playing = await part('bytes=0-999');
  await lapse(rig, videoId);
  await eventually(async () => (await part('bytes=0-0')).status === 410);
  assert.equal((await rig.renew(rig.coach, renewUrl)).status, 200);
  const seeked = await part('bytes=150000-');
  assert.deepEqual([playing.status, seeked.status], [206, 206]);
  assert.deepEqual(Buffer.from(await seeked.arrayBuffer()), clip.subarray(150_000));
  const store = new URL(process.env['S3_TEST_ENDPOINT'] ?? 'http://no.store').host;
  for (const { headers } of [playing, seeked]) {
    assert.equal(headers.get('location'), null);
    assert.equal(
      [...headers.values()].some((value) => value.includes(store)),
      false,
    );
  }
  return 'plays on under the same address; no redirect, the store named nowhere';
}

async function foreignNames(rig: GatewayRig): Promise<string> {
  const [mine, other] = [await rig.open(rig.coach, await rig.publish(clip)), await rig.open(rig.coach, await rig.publish(clip))];
  const rows = await rig.system.database.admin<{ videoId: string; attemptId: string }>('videoRendition').where({ videoId: other.videoId });
  const attempt = rows[0]?.attemptId ?? '';
  const names = [
    'h-00002.m4s',
    'source',
    '../analysis.mp4',
    '..%2fanalysis.mp4',
    '%2e%2e/analysis.mp4',
    `..%2f..%2f${other.videoId}%2fanalysis.mp4`,
  ];
  names.push(`${attempt}/h-00001.m4s`, `2%2f${attempt}%2fh-00001.m4s`, 'h-00001.m4s%00', 'h-00001.m4s/', '//h-00001.m4s', 'H-00001.M4S');
  for (const name of names) {
    const status = await rawStatus(`${mine.base}${name}`);
    assert.ok(status === 404 || status === 400, `${name}: ${String(status)}`);
  }
  assert.deepEqual(await codeOf(await fetch(`${mine.base}h-00002.m4s`)), [404, 'playback.not_found']);
  return `${String(names.length)} names, 404 or 400 each`;
}

/** `fetch` would tidy the path up before it is sent. */
async function rawStatus(url: string): Promise<number> {
  const { host, hostname, port } = new URL(url);

  const socket = connect(Number(port), hostname);
  socket.write(`GET ${url.slice(url.indexOf(host) + host.length)} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(/^HTTP\/1.1 (\d+)/.exec(head.toString())?.[1]);
}

async function handedOn(rig: GatewayRig): Promise<string> {
  const { analysisUrl, renewUrl, videoId } = await rig.open(rig.coach, await rig.publish(clip));
  // Another browser has the address and nothing else.
  assert.equal((await fetch(analysisUrl, { headers: { Origin: 'https://elsewhere.test' } })).status, 200);
  assert.equal((await rig.renew(null, renewUrl)).status, 401);
  assert.deepEqual(await codeOf(await rig.renew(rig.player, renewUrl)), [404, 'playback.not_found']);
  const row = await rig.system.database
    .admin<{ videoId: string; createdAt: Date; expiresAt: Date }>('playbackLease')
    .where({ videoId })
    .first();
  await lapse(rig, videoId);
  await eventually(async () => (await fetch(analysisUrl, { headers: { Origin: 'https://elsewhere.test' } })).status === 410);
  const seconds = row ? (row.expiresAt.getTime() - row.createdAt.getTime()) / 1000 : NaN;
  assert.ok(seconds <= 300, String(seconds));
  return `plays for ${String(seconds)} s and then 410, ${NEVER_RENEWS}`;
}

async function readableEverywhere(rig: GatewayRig): Promise<string> {
  const { base } = await rig.open(rig.coach, await rig.publish(clip));
  for (const [name, status] of [
    ['master.m3u8', 200],
    ['h-00001.m4s', 200],
    ['analysis.mp4', 200],
    ['nothing.m4s', 404],
  ] as const) {
    const { headers, status: got } = await fetch(base + name, { headers: { Origin: 'https://page.test' } });
    assert.deepEqual(
      [got, headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')],
      [status, '*', null],
    );
    assert.match(headers.get('access-control-expose-headers') ?? '', /Content-Range/);
    assert.deepEqual([headers.get('cross-origin-resource-policy'), headers.get('x-content-type-options')], ['cross-origin', 'nosniff']);
    if (got === 200) assert.match(headers.get('cache-control') ?? '', /private/);
  }
  const asked = { Origin: 'https://page.test', 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'range' };
  const preflight = await fetch(`${base}analysis.mp4`, { method: 'OPTIONS', headers: asked });
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /Range/);
  return '* without credentials, ranges readable, also in refusals';
}

async function standingStill(rig: GatewayRig): Promise<string> {
  const { analysisUrl } = await rig.open(rig.coach, await rig.publish(large));
  const before = heldBytes();
  // Counted in memory or written down already: which of the two depends on the second.
  const left = async (): Promise<number> => (await egressOf(rig)) + rig.system.gateway.meter.pending(rig.club.tenantId).sentBytes;
  const sentBefore = await left();
  const { socket } = await rawGet(analysisUrl, { read: false });
  let [last, still] = [-1, 0];
  // The kernel's buffers fill first; then nothing moves any more.
  await eventually(async () => {
    const sent = await left();
    still = sent > sentBefore && sent === last ? still + 1 : 0;
    last = sent;
    return still > 50;
  });
  const [taken, held] = [(last - sentBefore) / MiB, (heldBytes() - before) / MiB];
  const body = rig.reads.at(-1);
  socket.destroy();
  await eventually(() => body?.destroyed === true);
  assert.ok(taken < 32, `${taken.toFixed(1)} MiB were taken from the store`);
  assert.ok(held < 16, `${held.toFixed(1)} MiB are held`);
  return `200 MiB asked for, ${taken.toFixed(1)} MiB in the kernel's buffers, ${Math.max(0, held).toFixed(1)} MiB held`;
}

async function leaving(rig: GatewayRig): Promise<string> {
  const { analysisUrl } = await rig.open(rig.coach, await rig.publish(large));
  const reader = await rawGet(analysisUrl, { read: true });
  await reader.until(MiB);
  const body = rig.reads.at(-1);
  const gone = performance.now();
  reader.socket.destroy();
  await eventually(() => body?.destroyed === true);
  return `the store's stream ended ${(performance.now() - gone).toFixed(0)} ms later`;
}

async function metered(rig: GatewayRig): Promise<string> {
  const { meter } = rig.system.gateway;
  // What lies in the kernel's buffers at the end, four megabytes at most, was sent and is not received: so a long file.
  const { base, videoId } = await rig.open(rig.coach, await rig.publish(clip));
  await putLong(rig, videoId);
  await meter.flush();
  const before = await egressOf(rig);
  const reader = await rawGet(`${base}long.mp4`, { read: true });
  await reader.until(LONG_BYTES / 2);
  const body = rig.reads.at(-1);
  reader.socket.destroy();
  const received = reader.received();
  await eventually(() => body?.destroyed === true);
  await meter.flush();
  const sent = (await egressOf(rig)) - before;
  const off = Math.abs(sent - received) / received;
  assert.ok(off <= 0.01, `${String(sent)} metered, ${String(received)} received`);
  return `${String(received)} received, ${String(sent)} metered: ${(off * 100).toFixed(2)} % off`;
}

const LONG_BYTES = 900 * MiB;

/** A file that takes no room before it is in the store. */
async function putLong({ system }: GatewayRig, videoId: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'va-long-'));
  const file = join(directory, 'long.mp4');
  await writeFile(file, '');
  await truncate(file, LONG_BYTES);
  await addFile(system, videoId, { name: 'long.mp4', file, sizeBytes: LONG_BYTES, contentType: 'video/mp4' });
  await rm(directory, { recursive: true });
}

async function egressOf({ system, club }: GatewayRig): Promise<number> {
  const row = await system.database
    .admin<{ tenantId: string; sentBytes: number }>('egress')
    .where({ tenantId: club.tenantId })
    .sum({ sent: 'sentBytes' })
    .first();
  return Number((row as { sent?: unknown } | undefined)?.sent ?? 0);
}

async function overQuota(rig: GatewayRig): Promise<string> {
  const { operator, gateway } = rig.system;
  const { renewUrl, analysisUrl, videoId } = await rig.open(rig.coach, await rig.publish(clip));
  const other = await startClub(rig.system, 'Links');
  const theirs = await other.person('player', 'player-1');
  await (await fetch(analysisUrl)).arrayBuffer();
  const limit = 150_000;
  await operator.setQuota(rig.club.tenantId, { maxMonthlyEgressBytes: limit });
  const refused = await rig.renew(rig.coach, renewUrl);
  const problem = (await refused.json()) as Record<string, unknown>;
  assert.deepEqual([refused.status, problem['code'], problem['limit']], [402, 'playback.egress_exceeded', limit]);
  assert.ok(Number(problem['used']) >= clip.length);
  const { response } = await rig.coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
  assert.equal(response.status, 402);
  assert.equal((await theirs.api.GET('/api/v1/videos')).response.status, 200);
  await operator.setQuota(rig.club.tenantId, { maxMonthlyEgressBytes: null });
  assert.equal((await rig.renew(rig.coach, renewUrl)).status, 200);
  await gateway.meter.flush();
  return `402 playback.egress_exceeded, ${String(problem['used'])} of ${String(limit)}; the other tenant plays`;
}
