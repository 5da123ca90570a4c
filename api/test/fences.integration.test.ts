import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Knex } from 'knex';
import { connectDatabase } from '../platform/database.ts';
import { bindTenant } from '../platform/tenant-scope.ts';
import type { Tenant } from '../platform/tenant.ts';
import { processing, StaleAttempt, type Attempt, type Result } from '../services/processing.ts';
import { uploadClip } from './support/clips.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { NOBODY_WORKS } from './support/published.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let player: Person;
let database: Knex;

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  player = await club.person('player', 'player-1');
  database = connectDatabase({ url: system.database.workerUrl, poolSize: 3, name: 'va-test-worker' });
});
after(async () => {
  await database.destroy();
  await system.stop();
});

const worker = (tenantId: string): Tenant =>
  bindTenant(
    { database, sender: NOBODY_WORKS },
    {
      tenantId,
      actor: { id: randomUUID(), role: 'admin', scopes: new Set(), onlyPlayerIds: null, onlyVideoIds: null },
      credential: { kind: 'job' },
      requestId: 'test',
    },
  );

const result = (mark: string): Result => ({
  files: { 'analysis.mp4': { key: `k/${mark}`, sizeBytes: 1, contentType: 'video/mp4' } },
  frameIndex: { version: 1, timebase: { num: 30, den: 1 }, startTicks: 0, runs: [[1, 1]] },
  pictureHashes: Buffer.alloc(8),
  facts: {
    ...{ width: 64, height: 64, durationMs: 33, frameCount: 1, fps: { num: 30, den: 1 }, captureFps: 30 },
    ...{ rotation: 0, timing: 'constant', bitrateKbps: 1, checksumSha256: '0'.repeat(64) },
  },
});

const jobIsOurs = () => Promise.resolve(true);
const jobIsAnothers = () => Promise.resolve(false);

async function begun(): Promise<{ tenant: Tenant; videoId: string; first: Attempt }> {
  const { id: videoId } = await uploadClip(player.api, Buffer.alloc(10));
  const tenant = worker(club.tenantId);
  const first = await processing().begin(tenant, { videoId, processingVersion: 1 });
  assert.ok(first);
  return { tenant, videoId, first };
}

const rowOf = (videoId: string) =>
  system.database
    .admin('video')
    .where({ id: videoId })
    .first<{ status: string; publishedAttemptId: string | null }>('status', 'publishedAttemptId');

describe('publishing', () => {
  it('is for the latest attempt only: an older worker that wakes up changes nothing', async () => {
    const { tenant, videoId, first } = await begun();
    const second = await processing().begin(tenant, { videoId, processingVersion: 1 });
    assert.ok(second);
    await assert.rejects(processing().publish(tenant, first, result('first'), jobIsOurs), StaleAttempt);
    await processing().publish(tenant, second, result('second'), jobIsOurs);
    await assert.rejects(processing().publish(tenant, first, result('first'), jobIsOurs), StaleAttempt);
    assert.deepEqual(await rowOf(videoId), { status: 'ready', publishedAttemptId: second.attemptId });
    assert.equal((await system.database.admin('videoRendition').where({ videoId })).length, 1);
  });

  it('is undone whole when the queue has given the job to another worker', async () => {
    const { tenant, videoId, first } = await begun();
    await assert.rejects(processing().publish(tenant, first, result('first'), jobIsAnothers), StaleAttempt);
    assert.deepEqual(await rowOf(videoId), { status: 'processing', publishedAttemptId: null });
    assert.equal((await system.database.admin('videoRendition').where({ videoId })).length, 0);
  });

  it('finds nothing to publish once the video is removed', async () => {
    const { tenant, videoId, first } = await begun();
    await player.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId } } });
    await assert.rejects(processing().publish(tenant, first, result('first'), jobIsOurs), StaleAttempt);
    assert.equal((await rowOf(videoId))?.status, 'deleted');
  });
});

describe('a job', () => {
  it('of an older processing version finds nothing to do', async () => {
    const { id: videoId } = await uploadClip(player.api, Buffer.alloc(10));
    await system.database.admin('video').where({ id: videoId }).update({ processingVersion: 2 });
    assert.equal(await processing().begin(worker(club.tenantId), { videoId, processingVersion: 1 }), null);
  });

  it('that names another tenant’s video finds nothing', async () => {
    const { id: videoId } = await uploadClip(player.api, Buffer.alloc(10));
    const other = await startClub(system, 'Links');
    assert.equal(await processing().begin(worker(other.tenantId), { videoId, processingVersion: 1 }), null);
    assert.equal((await rowOf(videoId))?.status, 'uploaded');
  });

  it('gives up once: a video that somebody else has finished stays as it is', async () => {
    const { tenant, videoId, first } = await begun();
    await processing().publish(tenant, first, result('first'), jobIsOurs);
    await processing().giveUp(tenant, { videoId, processingVersion: 1 }, { code: 'INTERNAL', message: 'x' });
    assert.equal((await rowOf(videoId))?.status, 'ready');
  });
});
