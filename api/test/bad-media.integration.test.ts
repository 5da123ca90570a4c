import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { components } from '../../domain/generated/openapi.ts';
import { declaration, sendParts, untilSettled, uploadClip } from './support/clips.ts';
import { startClub, type Person } from './support/club.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { testClip } from './support/test-clip.ts';
import { startTestWorker, type TestProcess } from './support/worker.ts';

type Video = components['schemas']['Video'];

let system: TestSystem;
let worker: TestProcess;
let player: Person;
let tenantId: string;
let workspaceRoot: string;

before(async () => {
  system = await startTestSystem();
  workspaceRoot = await mkdtemp(join(tmpdir(), 'va-work-'));
  worker = await startTestWorker(system, { WORKSPACE_ROOT: workspaceRoot });
  const club = await startClub(system, 'Fairway');
  ({ tenantId } = club);
  player = await club.person('player', 'player-1');
});
after(async () => {
  await worker.stop();
  await system.stop();
});

const clip = () => testClip({ width: 160, height: 90, rate: '30', frames: 60 });
const playlist = '#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
const half = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length / 2));
const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(5000), Buffer.from([0xff, 0xd9])]);

describe('a file that only says it is a video', () => {
  const cases: [string, () => Buffer, string[]][] = [
    ['a playlist named .mp4', () => Buffer.from(playlist), ['NOT_A_VIDEO']],
    ['a picture named .mp4', () => jpeg, ['NOT_A_VIDEO']],
    ['a web page named .mp4', () => Buffer.from('<!doctype html><script>alert(1)</script>'), ['NOT_A_VIDEO']],
    ['random bytes', () => randomBytes(50_000), ['NOT_A_VIDEO']],
    ['a single byte', () => Buffer.from([0]), ['NOT_A_VIDEO']],
    ['a recording that was cut off', () => clip().subarray(0, 20_000), ['NOT_A_VIDEO', 'PROBE_INVALID']],
    [
      'a recording that was cut off behind its index',
      () => half(testClip({ width: 160, height: 90, rate: '30', frames: 90, indexFirst: true })),
      ['PROBE_INVALID'],
    ],
    ['a video longer than the tenant’s limit', () => testClip({ width: 64, height: 64, rate: '5', frames: 310 }), ['DURATION_EXCEEDED']],
  ];
  for (const [name, make, codes] of cases)
    it(`${name} ends as failed with ${codes.join(' or ')}, in words, and leaves nothing that could be played`, async () => {
      const { id } = await uploadClip(player.api, make());
      const video = await untilSettled(player.api, id, 60_000);
      assert.equal(video.status, 'failed');
      assert.ok(codes.includes(String(video.errorCode)), String(video.errorCode));
      assert.match(video.errorMessage ?? '', /\. .+\.$/, 'what is wrong, and what to do');
      const { response, error } = await player.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId: id } } });
      assert.deepEqual([response.status, error?.code], [409, 'video.not_ready']);
      for await (const key of system.store.list(`t/${tenantId}/v/${id}/r/`)) assert.fail(`left behind: ${key}`);
      assert.deepEqual(await readdir(workspaceRoot), []);
    });

  it('is refused without a second attempt', async () => {
    const { id } = await uploadClip(player.api, randomBytes(1000));
    await untilSettled(player.api, id, 60_000);
    const starts = await system.database.admin('videoTransition').where({ videoId: id, event: 'started' });
    assert.equal(starts.length, 1);
  });
});

describe('bytes that changed on their way', () => {
  const wrong = '0'.repeat(64);
  const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
  const wholeOf = (bytes: Buffer): string => sha256(bytes).toString('hex');
  /** Of a file shorter than one piece. */
  const piecesOf = (bytes: Buffer): string => sha256(sha256(bytes)).toString('hex');

  async function sentAs(bytes: Buffer, told: { checksumSha256?: string; checksumSha256OfPieces?: string }): Promise<Video> {
    const { data: upload } = await player.api.POST('/api/v1/media/upload/init', { body: declaration(bytes) });
    assert.ok(upload);
    const parts = await sendParts(upload, bytes);
    const { videoId, uploadId } = upload;
    await player.api.POST('/api/v1/media/upload/complete', { body: { videoId, uploadId, parts, ...told } });
    return untilSettled(player.api, videoId, 60_000);
  }

  const mismatches: [string, (bytes: Buffer) => { checksumSha256?: string; checksumSha256OfPieces?: string }][] = [
    ['another checksum was told', () => ({ checksumSha256: wrong })],
    ['another checksum of pieces was told', () => ({ checksumSha256OfPieces: wrong })],
    ['only the checksum is right', (bytes) => ({ checksumSha256: wholeOf(bytes), checksumSha256OfPieces: wrong })],
    ['only the checksum of pieces is right', (bytes) => ({ checksumSha256: wrong, checksumSha256OfPieces: piecesOf(bytes) })],
  ];
  for (const [when, told] of mismatches)
    it(`end as failed with CHECKSUM_MISMATCH where ${when}`, async () => {
      const bytes = clip();
      const video = await sentAs(bytes, told(bytes));
      assert.deepEqual([video.status, video.errorCode], ['failed', 'CHECKSUM_MISMATCH']);
    });

  const matches: [string, (bytes: Buffer) => { checksumSha256?: string; checksumSha256OfPieces?: string }][] = [
    ['nothing was told', () => ({})],
    ['the checksum of pieces was told', (bytes) => ({ checksumSha256OfPieces: piecesOf(bytes) })],
    ['both were told', (bytes) => ({ checksumSha256: wholeOf(bytes), checksumSha256OfPieces: piecesOf(bytes) })],
  ];
  for (const [when, told] of matches)
    it(`did not, where ${when}: the video is ready, and its checksum is the one that was found`, async () => {
      const bytes = clip();
      const { id, status } = await sentAs(bytes, told(bytes));
      const row = await system.database.admin('video').where({ id }).first<{ checksumSha256: string }>('checksumSha256');
      assert.deepEqual([status, row.checksumSha256], ['ready', wholeOf(bytes)]);
    });

  it('are refused where a part is larger or smaller than its signed address says', async () => {
    const bytes = clip();
    const { data: upload } = await player.api.POST('/api/v1/media/upload/init', { body: declaration(bytes) });
    const url = upload?.missingParts[0]?.url ?? '';
    const put = async (body: Buffer) => {
      const response = await fetch(url, { method: 'PUT', body: body as Uint8Array<ArrayBuffer> });
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    assert.deepEqual(await put(Buffer.concat([bytes, bytes])), [413, 'upload.too_large']);
    assert.deepEqual(await put(bytes.subarray(1)), [400, 'request.invalid']);
  });
});
