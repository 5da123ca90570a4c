import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe } from 'node:test';
import { readEgressLog } from '../../admin-egress.ts';
import { s3ReadSigner, type SigningOptions } from '../../platform/read-signer.ts';
import { MiB } from '../object-store-kit.ts';
import { numberedCase } from './cases.ts';
import { eventually, MORE_FILES, rawGet, startGatewayRig, type GatewayRig } from './gateway-rig.ts';
import { documentedServer, startNginx, type Nginx } from './nginx.ts';

type Settings = SigningOptions & { readonly endpoint: string };

const clip = randomBytes(200_000);
const large = Buffer.alloc(200 * MiB, 7);
const manual = { redirect: 'manual' } as const;
/** What a page that follows a redirect to another origin sends. */
const FROM_A_PAGE = { Origin: 'null' };

/** Segments come from the store. */
export function redirectCases(settings: Settings): void {
  describe('the gateway with DELIVERY_MODE=redirect', () => {
    let rig: GatewayRig;
    before(async () => {
      rig = await startGatewayRig('S3', { kind: 'redirect', signer: s3ReadSigner(settings) });
    });
    after(() => rig.stop());
    const one = (number: string, action: string, run: () => Promise<string>): void => numberedCase(number, 'S3', action, run);
    one('G57', 'the address of a redirect lives a minute, and then not', () => addressDies(rig, settings));
    one('G57', 'a lapsed lease answers nothing and redirects nowhere, whatever the file', () => lapsedEverywhere(rig));
    one('G59', 'only segments are redirected', () => onlySegments(rig));
    one('G62', 'a page of A, the API at B, the store at C', () => threeOrigins(rig));
    one('G64', 'grants are counted once a segment and minute', () => grants(rig));
  });
}

async function addressDies(rig: GatewayRig, settings: Settings): Promise<string> {
  const { base, videoId } = await rig.open(rig.coach, await rig.publish(clip));
  const response = await fetch(`${base}h-00001.m4s`, manual);
  const address = new URL(response.headers.get('location') ?? '');
  assert.equal(response.status, 302);
  assert.equal(address.host, new URL(settings.endpoint).host);
  const seconds = Number(address.searchParams.get('X-Amz-Expires'));
  assert.ok(seconds <= 60);
  assert.equal(await (await fetch(address)).text(), 'this is h-00001.m4s');
  const key = decodeURIComponent(address.pathname).replace(/^\/[^/]+\//, '');
  // The same signature with a second to live, and with the minute gone by.
  const short = s3ReadSigner(settings).sign({ tenantId: rig.club.tenantId, videoId }, key, 1);
  await pause(2100);
  assert.equal((await fetch(short)).status, 403);
  const old = s3ReadSigner({ ...settings, clock: () => new Date(Date.now() - 61_000) }).sign(
    { tenantId: rig.club.tenantId, videoId },
    key,
    60,
  );
  assert.equal((await fetch(old)).status, 403);
  const longer = new URL(address);
  longer.searchParams.set('X-Amz-Expires', '3600');
  assert.equal((await fetch(longer)).status, 403);
  // And the very address that the player was sent to, when its time is over by the store's own clock.
  assert.equal(await (await fetch(address)).text(), 'this is h-00001.m4s');
  const signedAt = timeOf(address.searchParams.get('X-Amz-Date') ?? '');
  await pause(signedAt + seconds * 1000 - Date.now());
  await eventually(async () => (await fetch(address)).status === 403);
  return `${String(seconds)} s: 200 before, 403 ${((Date.now() - signedAt) / 1000).toFixed(1)} s after it was signed; 403 when its time is changed`;
}

/** `20260101T120000Z`, as signatures have it, in milliseconds. */
const timeOf = (stamp: string): number => Date.parse(stamp.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'));

/** Every kind of file, with the segments that are otherwise redirected or handed to nginx. */
async function lapsedEverywhere(rig: GatewayRig, place = (url: string): string => url): Promise<string> {
  const { videoId, base } = await rig.open(rig.coach, await rig.publish(clip));
  const names = ['analysis.mp4', 'poster.jpg', ...Object.keys(MORE_FILES)];
  const ask = (name: string): Promise<Response> => fetch(place(base + name), manual);
  for (const name of names) assert.ok((await ask(name)).status < 400, name);
  await rig.system.database
    .admin('playbackLease')
    .where({ videoId })
    .update({ expiresAt: new Date(Date.now() - 1000) });
  await eventually(async () => (await ask('analysis.mp4')).status === 410);
  for (const name of names) {
    const { status, headers } = await ask(name);
    assert.deepEqual([status, headers.get('location')], [410, null], name);
  }
  return `${names.join(', ')}: 410 each`;
}

async function onlySegments(rig: GatewayRig): Promise<string> {
  const { base } = await rig.open(rig.coach, await rig.publish(clip));
  for (const name of ['analysis.mp4', 'poster.jpg', ...Object.keys(MORE_FILES)]) {
    const { status, headers } = await fetch(base + name, { ...manual, headers: { Range: 'bytes=0-3' } });
    assert.equal(status, name.endsWith('.m4s') ? 302 : 206, name);
    assert.equal(headers.has('location'), name.endsWith('.m4s'), name);
  }
  return 'MP4, poster, storyboard, waveform and playlist are streamed by us';
}

async function threeOrigins(rig: GatewayRig): Promise<string> {
  const { base } = await rig.open(rig.coach, await rig.publish(clip));
  const { status, headers } = await fetch(`${base}h-00001.m4s`, { ...manual, headers: { Origin: 'https://page.test' } });
  assert.deepEqual([status, headers.get('access-control-allow-origin'), headers.get('cache-control')], [302, '*', 'no-store']);
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  const stored = await fetch(headers.get('location') ?? '', { headers: FROM_A_PAGE });
  assert.deepEqual([stored.status, stored.headers.get('access-control-allow-origin')], [200, '*']);
  assert.match(stored.headers.get('cache-control') ?? '', /no-store/);
  return '302 and store both answer *; the store sees Origin: null';
}

async function grants(rig: GatewayRig): Promise<string> {
  const { meter } = rig.system.gateway;
  await meter.flush();
  const { base } = await rig.open(rig.coach, await rig.publish(clip));
  const before = meter.pending(rig.club.tenantId).grantedBytes;
  for (let time = 0; time < 3; time += 1) assert.equal((await fetch(`${base}h-00001.m4s`, manual)).status, 302);
  const granted = meter.pending(rig.club.tenantId).grantedBytes - before;
  assert.equal(granted, 'this is h-00001.m4s'.length);
  return `three requests, ${String(granted)} bytes granted`;
}

/** nginx with the configuration of the documentation. */
export function accelCases(settings: Settings): void {
  describe('the gateway with DELIVERY_MODE=accel', () => {
    let rig: GatewayRig;
    let nginx: Nginx;
    before(async () => {
      rig = await startGatewayRig('S3', { kind: 'accel', signer: s3ReadSigner(settings) });
      nginx = await startNginx(documentedServer({ api: rig.system.url, store: settings.endpoint }));
    });
    after(async () => {
      await nginx.stop();
      await rig.stop();
    });
    const one = (number: string, action: string, run: () => Promise<string>): void => numberedCase(number, 'nginx', action, run);
    one('G59', 'the player sees nginx and nothing of the store', () => throughNginx(rig, nginx, settings));
    one('G63', 'ranges through nginx are those we decided on', () => rangesThroughNginx(rig, nginx));
    one('G57', 'a lapsed lease answers nothing, whatever the file', () => lapsedEverywhere(rig, (url) => viaNginx(rig, nginx, url)));
    one('G57', 'a lapsed lease, and the inner address from outside', () => lapsedThroughNginx(rig, nginx));
    one('G64', 'a download that is cut off half-way is in the log', () => loggedHalf(rig, nginx));
  });
}

const viaNginx = (rig: GatewayRig, nginx: Nginx, url: string): string => url.replace(rig.system.url, nginx.url);

async function throughNginx(rig: GatewayRig, nginx: Nginx, settings: Settings): Promise<string> {
  const { base } = await rig.open(rig.coach, await rig.publish(clip));
  const headers = { Authorization: 'Bearer va_st_secret', Cookie: 'a=b', Origin: 'https://page.test' };
  for (const [name, type] of [['analysis.mp4', 'video/mp4'], ['poster.jpg', 'image/jpeg'], ...Object.entries(MORE_FILES)] as const) {
    const response = await fetch(viaNginx(rig, nginx, base + name), { ...manual, headers });
    assert.equal(response.status, 200, name);
    assert.equal(response.headers.get('content-type')?.split(';')[0], type, name);
    const all = [...response.headers].flat().join('\n');
    for (const secret of [new URL(settings.endpoint).host, 'X-Amz', 'x-accel', 'x-media', 'amz', 'rgw'])
      assert.ok(!all.includes(secret), `${name}: ${secret}`);
    assert.deepEqual(
      [response.headers.get('access-control-allow-origin'), response.headers.get('x-content-type-options')],
      ['*', 'nosniff'],
      name,
    );
    assert.match(response.headers.get('cache-control') ?? '', /^private, no-store$/, name);
    if (name === 'analysis.mp4') assert.ok(Buffer.from(await response.arrayBuffer()).equals(clip));
    else await response.arrayBuffer();
  }
  return `${String(2 + Object.keys(MORE_FILES).length)} files, our headers, no redirect; Authorization and Cookie stay outside`;
}

async function rangesThroughNginx(rig: GatewayRig, nginx: Nginx): Promise<string> {
  const { analysisUrl } = await rig.open(rig.coach, await rig.publish(clip));
  const get = (headers: Record<string, string>, method = 'GET') => fetch(viaNginx(rig, nginx, analysisUrl), { headers, method });
  const whole = await get({});
  const etag = whole.headers.get('etag') ?? '';
  assert.match(etag, /^"[\w-]{22}"$/);
  await whole.arrayBuffer();
  for (const [headers, status, first, last] of [
    [{ Range: 'bytes=100-199' }, 206, 100, 199],
    [{ Range: 'bytes=-5' }, 206, 199_995, 199_999],
    [{ Range: 'bytes=0-1,5-6' }, 200, 0, 199_999],
    [{ Range: 'bytes=0-9', 'If-Range': etag }, 206, 0, 9],
    [{ Range: 'bytes=0-9', 'If-Range': '"other"' }, 200, 0, 199_999],
    [{ 'If-None-Match': etag }, 304, 0, -1],
  ] as const) {
    const response = await get(headers);
    assert.equal(response.status, status, JSON.stringify(headers));
    assert.ok(Buffer.from(await response.arrayBuffer()).equals(clip.subarray(first, last + 1)), JSON.stringify(headers));
  }
  const beyond = await get({ Range: 'bytes=200000-' });
  assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, 'bytes */200000']);
  const head = await get({}, 'HEAD');
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, '200000']);
  return 'as without nginx, HEAD, 304 and 416 too';
}

async function lapsedThroughNginx(rig: GatewayRig, nginx: Nginx): Promise<string> {
  const { analysisUrl, videoId } = await rig.open(rig.coach, await rig.publish(clip));
  assert.equal((await fetch(`${nginx.url}/_store/media/x`)).status, 503);
  await rig.system.database.admin('playbackLease').where({ videoId }).update({ revokedAt: new Date() });
  await eventually(async () => (await fetch(viaNginx(rig, nginx, analysisUrl))).status === 410);
  return '410; /_store/ from outside is 503';
}

async function loggedHalf(rig: GatewayRig, nginx: Nginx): Promise<string> {
  const { analysisUrl } = await rig.open(rig.coach, await rig.publish(large));
  const reader = await rawGet(viaNginx(rig, nginx, analysisUrl), { read: true });
  const lines = nginx.egress().length;
  await reader.until(large.length / 2);
  reader.socket.destroy();
  const received = reader.received();
  await eventually(() => nginx.egress().length > lines);
  const [tenant, sent] = nginx.egress().at(-1) ?? ['', 0];
  assert.equal(tenant, rig.club.tenantId);
  const off = Math.abs(sent - received) / received;
  // The kernel's buffers hold what nginx has sent and the reader has not taken.
  assert.ok(off <= 0.1, `${String(sent)} logged, ${String(received)} received`);
  const { maxMonthlyEgressBytes, egressBytes: before } = await rig.system.operator.quota(rig.club.tenantId);
  assert.equal(maxMonthlyEgressBytes, null);
  await readEgressLog(rig.system.app, nginx.egressLog);
  const { egressBytes } = await rig.system.operator.quota(rig.club.tenantId);
  assert.equal(
    egressBytes - before,
    nginx.egress().reduce((sum, [, bytes]) => sum + bytes, 0),
  );
  return `${String(received)} received, ${String(sent)} logged: ${(off * 100).toFixed(2)} % off; the operator's command adds it up`;
}
