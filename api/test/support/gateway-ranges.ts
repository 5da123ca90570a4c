import assert from 'node:assert/strict';
import { heldBytes, MiB } from '../object-store-kit.ts';
import type { GatewayRig } from './gateway-rig.ts';

export const NEVER_RENEWS = '401 without a session, 404 with another person’s';

/** What RFC 9110, section 14, says of each. */
const RANGES: readonly (readonly [range: string, status: number, first: number, last: number])[] = [
  ['bytes=0-', 206, 0, 199_999],
  ['bytes=100-199', 206, 100, 199],
  ['bytes=199990-', 206, 199_990, 199_999],
  ['bytes=-5', 206, 199_995, 199_999],
  ['bytes=-999999', 206, 0, 199_999],
  ['bytes=0-999999999', 206, 0, 199_999],
  ['bytes=0-0', 206, 0, 0],
  ['bytes=200000-', 416, 0, -1],
  ['bytes=-0', 416, 0, -1],
  ['bytes=99999999999999999999-', 416, 0, -1],
  ['bytes=9-3', 200, 0, 199_999],
  ['bytes=0-1,5-6', 200, 0, 199_999],
  ['bytes=a-b', 200, 0, 199_999],
  ['items=0-1', 200, 0, 199_999],
];

const MANY = `bytes=${Array.from({ length: 1000 }, (_, at) => `${String(at * 2)}-${String(at * 2)}`).join(',')}`;

/** @param clip 200,000 bytes. */
export async function ranges(rig: GatewayRig, clip: Buffer): Promise<string> {
  const { analysisUrl } = await rig.open(rig.coach, await rig.publish(clip));
  const get = (headers: Record<string, string>, method = 'GET') => fetch(analysisUrl, { headers, method });
  for (const [range, status, first, last] of RANGES) {
    const response = await get({ Range: range });
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(response.status, status, range);
    if (status === 416) assert.equal(response.headers.get('content-range'), 'bytes */200000', range);
    else assert.ok(bytes.equals(clip.subarray(first, last + 1)), range);
    if (status === 206) assert.equal(response.headers.get('content-range'), `bytes ${String(first)}-${String(last)}/200000`);
  }
  await conditions(get);
  const before = heldBytes();
  for (let time = 0; time < 20; time += 1) assert.equal((await get({ Range: MANY })).status, 416);
  const grown = (heldBytes() - before) / MiB;
  assert.ok(grown < 8, `${grown.toFixed(1)} MiB`);
  return `${String(RANGES.length)} ranges as RFC 9110 has it; 1,000 in one: 416, ${Math.max(0, grown).toFixed(1)} MiB more`;
}

async function conditions(get: (headers: Record<string, string>, method?: string) => Promise<Response>): Promise<void> {
  const head = await get({ Range: 'bytes=10-19' }, 'HEAD');
  const etag = head.headers.get('etag') ?? '';
  assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [206, '10', '']);
  assert.match(etag, /^"[\w-]{22}"$/);
  const statusOf = async (headers: Record<string, string>): Promise<number> => {
    const response = await get(headers);
    await response.arrayBuffer();
    return response.status;
  };
  assert.equal(await statusOf({ 'If-None-Match': etag }), 304);
  assert.equal(await statusOf({ 'If-None-Match': `"other", W/${etag}` }), 304);
  assert.equal(await statusOf({ 'If-None-Match': '"other"' }), 200);
  assert.equal(await statusOf({ 'If-Range': etag, Range: 'bytes=0-9' }), 206);
  assert.equal(await statusOf({ 'If-Range': '"other"', Range: 'bytes=0-9' }), 200);
  assert.equal(await statusOf({ 'If-Range': 'Wed, 21 Oct 2015 07:28:00 GMT', Range: 'bytes=0-9' }), 200);
}
