import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Knex } from 'knex';
import { connectDatabase } from '../platform/database.ts';
import { findTenantIds } from '../platform/lookups.ts';
import { startSender, type JobSender } from '../platform/queue.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { bindTenant } from '../platform/tenant-scope.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { Tenant } from '../platform/tenant.ts';
import { sweepKeys } from '../services/key-expiry.ts';
import { processing } from '../services/processing.ts';
import { PATIENCE, uploadExpiry, type UploadExpiry } from '../services/upload-expiry.ts';
import { declaration, sendParts, untilSettled, uploadClip } from './support/clips.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { testClip } from './support/test-clip.ts';
import { startTestWorker } from './support/worker.ts';

const MiB = 1024 * 1024;
const bytes = Buffer.alloc(MiB, 7);

let system: TestSystem;
let club: Club;
let player: Person;
let tenant: Tenant;
let worker: Knex;
let sender: JobSender;
let now = 0;
let expiry: UploadExpiry;

before(async () => {
  system = await startTestSystem();
  worker = connectDatabase({ url: system.database.workerUrl, poolSize: 4, name: 'va-test-worker' });
  sender = await startSender(system.database.workerUrl, (error) => assert.fail(error));
  expiry = uploadExpiry({ store: system.store, killPoint: () => undefined, clock: () => new Date(Date.now() + now) });
});
after(async () => {
  await sender.stop();
  await worker.destroy();
  await system.stop();
});

/** A tenant of its own for each case, seen by a worker, as much later as said. */
async function sweepLater(ms: number): Promise<Awaited<ReturnType<UploadExpiry['sweep']>>> {
  now = ms;
  return expiry.sweep(tenant, true);
}

async function inNewClub(): Promise<void> {
  club = await startClub(system, randomUUID());
  player = await club.person('player', 'player-1');
  tenant = bindTenant(
    { database: worker, sender },
    {
      tenantId: club.tenantId,
      actor: { id: randomUUID(), role: 'admin', scopes: new Set(), onlyPlayerIds: null, onlyVideoIds: null },
      credential: { kind: 'job' },
      requestId: 'test',
    },
  );
}

const NOTHING = { finished: 0, expired: 0, forgotten: 0, orphans: 0, requeued: 0, failures: [] };

const opened = async (more: Parameters<typeof declaration>[1] = {}) => {
  const { data, error } = await player.api.POST('/api/v1/media/upload/init', { body: declaration(bytes, more) });
  assert.ok(data, JSON.stringify(error));
  return data;
};

const stored = async (uploadId: string) => {
  const [row] = await system.database
    .admin('upload')
    .where({ id: uploadId })
    .select<{ storeUploadId: string | null; state: string; completion: unknown }[]>('storeUploadId', 'state', 'completion');
  assert.ok(row);
  return row;
};

const video = async (videoId: string) => {
  const { data } = await player.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } });
  return [data?.status, data?.errorCode];
};

const jobsOf = async (videoId: string): Promise<number> => {
  const { rows } = await system.database.admin.raw<{ rows: unknown[] }>(
    `select 1 from queue.job where name = 'video.process' and data->>'videoId' = ?`,
    [videoId],
  );
  return rows.length;
};

const reserved = async (): Promise<number> => (await system.operator.quota(club.tenantId)).reservedBytes;

const openAtStore = async (): Promise<string[]> => {
  const ids: string[] = [];
  for await (const { uploadId } of system.store.listUploads(`t/${club.tenantId}/`)) ids.push(uploadId);
  return ids;
};

describe('an upload nobody goes on with', () => {
  it('G85 is left alone for 48 hours, then ended: nothing in the store, the quota free, the video failed in words', async (t) => {
    await inNewClub();
    const upload = await opened();
    await sendParts(upload, bytes);
    assert.deepEqual(await sweepLater(PATIENCE.open - 60_000), NOTHING);
    assert.equal(await reserved(), MiB);
    assert.deepEqual(await sweepLater(PATIENCE.open + 60_000), { ...NOTHING, expired: 1 });
    assert.deepEqual([await openAtStore(), await reserved()], [[], 0]);
    assert.deepEqual(await video(upload.videoId), ['failed', 'UPLOAD_ABORTED']);
    const again = await player.api.POST('/api/v1/media/upload/parts', { body: { videoId: upload.videoId, uploadId: upload.uploadId } });
    assert.deepEqual([again.response.status, again.error?.code], [410, 'upload.lost']);
    t.diagnostic('open for 47:59 h untouched; at 48:01 h ended, 0 bytes reserved, 0 uploads in the store');
  });

  it('that never reached the store is ended after an hour', async () => {
    await inNewClub();
    const upload = await opened();
    await system.database.admin('upload').where({ id: upload.uploadId }).update({ state: 'initiating', storeUploadId: null });
    assert.deepEqual(await sweepLater(PATIENCE.initiating - 60_000), NOTHING);
    const swept = await sweepLater(PATIENCE.initiating + 60_000);
    assert.deepEqual([swept.expired, swept.orphans, await reserved()], [1, 1, 0]);
  });

  it('of which the store has everything already is finished, not ended', async () => {
    await inNewClub();
    const upload = await opened();
    const parts = await sendParts(upload, bytes);
    await system.store.completeMultipart(upload.key, (await stored(upload.uploadId)).storeUploadId ?? '', parts);
    const swept = await sweepLater(PATIENCE.open + 60_000);
    assert.deepEqual([swept.expired, await video(upload.videoId), await jobsOf(upload.videoId)], [0, ['uploaded', null], 1]);
  });

  it('G85 is ended once by several workers at the same time, and gives back its quota once', async () => {
    await inNewClub();
    await opened();
    const kept = await opened();
    await system.database
      .admin('upload')
      .where({ id: kept.uploadId })
      .update({ stateSince: new Date(Date.now() + PATIENCE.open) });
    now = PATIENCE.open + 60_000;
    const swept = await Promise.all([1, 2, 3].map(() => expiry.sweep(tenant, true)));
    assert.deepEqual(
      swept.flatMap(({ failures }) => failures),
      [],
    );
    assert.equal(await reserved(), MiB);
    assert.equal((await system.database.admin('videoTransition').where({ tenantId: club.tenantId, event: 'abandoned' })).length, 1);
  });

  it('is asked of the store once more later, and then never again', async () => {
    await inNewClub();
    const upload = await opened();
    const { videoId, uploadId } = upload;
    await player.api.POST('/api/v1/media/upload/abort', { body: { videoId, uploadId } });
    assert.deepEqual(await sweepLater(0), NOTHING);
    assert.deepEqual(await sweepLater(PATIENCE.aborted + 60_000), { ...NOTHING, forgotten: 1 });
    assert.deepEqual(await sweepLater(PATIENCE.aborted + 60_000), NOTHING);
  });
});

describe('an upload whose client is gone while it is being completed', () => {
  /** As a process leaves it that dies between the claim and the last transaction. */
  async function claimed(hasStoreCompleted: boolean) {
    const upload = await opened();
    const parts = await sendParts(upload, bytes);
    const checksumSha256 = createHash('sha256').update(bytes).digest('hex');
    const completion = { parts, checksumSha256, checksumSha256OfPieces: 'b'.repeat(64) };
    const { admin } = system.database;
    await admin('upload')
      .where({ id: upload.uploadId })
      .update({ state: 'completing', completion: JSON.stringify(completion), stateSince: new Date() });
    if (hasStoreCompleted) await system.store.completeMultipart(upload.key, (await stored(upload.uploadId)).storeUploadId ?? '', parts);
    return upload;
  }

  for (const [when, hasStoreCompleted] of [
    ['before the store has completed', false],
    ['after the store has completed', true],
  ] as const)
    it(`${when} is finished by the sweeper after two minutes: one video, one job, the checksums as they were told`, async (t) => {
      await inNewClub();
      const upload = await claimed(hasStoreCompleted);
      assert.deepEqual(await sweepLater(PATIENCE.completing - 10_000), NOTHING);
      assert.deepEqual(await sweepLater(PATIENCE.completing + 10_000), { ...NOTHING, finished: 1 });
      assert.deepEqual(
        [await video(upload.videoId), await jobsOf(upload.videoId), (await stored(upload.uploadId)).state],
        [['uploaded', null], 1, 'done'],
      );
      const told = { checksumSha256: createHash('sha256').update(bytes).digest('hex'), checksumSha256OfPieces: 'b'.repeat(64) };
      assert.deepEqual((await stored(upload.uploadId)).completion, { ...told, parts: [] });
      const { usedBytes, reservedBytes } = await system.operator.quota(club.tenantId);
      assert.deepEqual([usedBytes, reservedBytes], [MiB, 0]);
      t.diagnostic(`${when}: uploaded ${String((PATIENCE.completing + 10_000) / 1000)} s after the claim, 1 job`);
    });

  it('is finished once by several workers and the client at the same time', async () => {
    await inNewClub();
    const upload = await claimed(true);
    const { videoId, uploadId } = upload;
    now = PATIENCE.completing + 10_000;
    const [client] = await Promise.all([
      player.api.POST('/api/v1/media/upload/complete', { body: { videoId, uploadId, parts: [] } }),
      expiry.sweep(tenant, false),
      expiry.sweep(tenant, false),
    ]);
    assert.equal(client.response.status, 200);
    assert.equal(await jobsOf(videoId), 1);
    assert.equal((await system.operator.quota(club.tenantId)).usedBytes, MiB);
  });

  it('with a part missing is open again, for the client to send it', async () => {
    await inNewClub();
    const upload = await opened({ sizeBytes: 9 * MiB });
    const { admin } = system.database;
    await admin('upload').where({ id: upload.uploadId }).update({ state: 'completing', stateSince: new Date() });
    const swept = await sweepLater(PATIENCE.completing + 10_000);
    assert.deepEqual([swept.finished, swept.failures.length, (await stored(upload.uploadId)).state], [0, 1, 'open']);
  });

  it('that the athlete no longer consents to is ended, and nothing of it can be read', async () => {
    await inNewClub();
    const coach = await club.person('coach', 'coach-1');
    await club.coaches(coach, player);
    await club.consents(player, 'coach_review');
    const athlete = player;
    player = coach;
    const upload = await opened({ playerId: athlete.id });
    const parts = await sendParts(upload, bytes);
    const { admin } = system.database;
    await admin('upload')
      .where({ id: upload.uploadId })
      .update({ state: 'completing', completion: JSON.stringify({ parts, checksumSha256: null }) });
    await admin('consent').where({ tenantId: club.tenantId }).update({ withdrawnAt: new Date() });
    await sweepLater(PATIENCE.completing + 10_000);
    assert.equal(await system.store.head(upload.key), null);
    assert.deepEqual([(await stored(upload.uploadId)).state, await reserved(), await jobsOf(upload.videoId)], ['aborted', 0, 0]);
    player = athlete;
    assert.deepEqual(await video(upload.videoId), ['failed', 'UPLOAD_ABORTED']);
  });

  it('and whose video is removed meanwhile leaves no object', async () => {
    await inNewClub();
    const upload = await claimed(false);
    // The removal comes between the store's completion and the last transaction.
    const slow: ObjectStore = {
      ...tenantStore(system.store, club.tenantId),
      completeMultipart: async (...told: Parameters<ObjectStore['completeMultipart']>) => {
        const { videoId } = upload;
        const outcome = await system.store.completeMultipart(...told);
        await system.database.admin('upload').where({ id: upload.uploadId }).update({ state: 'aborted' });
        await system.database.admin('video').where({ id: videoId }).update({ status: 'deleted', deletedAt: new Date() });
        return outcome;
      },
    };
    const racing = uploadExpiry({
      store: slow,
      killPoint: () => undefined,
      clock: () => new Date(Date.now() + PATIENCE.completing + 10_000),
    });
    await racing.reconcile(tenant, upload.uploadId);
    assert.equal(await system.store.head(upload.key), null);
    assert.equal(await jobsOf(upload.videoId), 0);
  });
});

describe('an upload that only the store knows', () => {
  it('is ended after an hour, and one that somebody works on is not', async () => {
    await inNewClub();
    const upload = await opened();
    const orphan = await system.store.createMultipart(upload.key, { contentType: 'video/mp4', metadata: {} });
    const known = (await stored(upload.uploadId)).storeUploadId ?? '';
    assert.deepEqual(await sweepLater(PATIENCE.orphan - 60_000), NOTHING);
    assert.deepEqual((await openAtStore()).sort(), [known, orphan].sort());
    assert.deepEqual(await sweepLater(PATIENCE.orphan + 60_000), { ...NOTHING, orphans: 1 });
    assert.deepEqual(await openAtStore(), [known]);
  });

  it('of another tenant is never touched', async () => {
    await inNewClub();
    await opened();
    const theirs = club.tenantId;
    await inNewClub();
    assert.deepEqual(await sweepLater(PATIENCE.open + 60_000), NOTHING);
    assert.ok((await findTenantIds(worker)).includes(theirs));
    await assert.rejects(findTenantIds(system.app), /permission denied/);
  });
});

describe('a video whose job is gone', () => {
  it('waiting or with a worker, gets a new one after five minutes; one with a job gets none', async () => {
    await inNewClub();
    const waiting = await uploadClip(player.api, bytes);
    const working = await uploadClip(player.api, bytes);
    const fine = await uploadClip(player.api, bytes);
    const { admin } = system.database;
    await processing().begin(tenant, { videoId: working.id, processingVersion: 1 });
    for (const { id } of [waiting, working]) await admin.raw(`delete from queue.job where data->>'videoId' = ?`, [id]);
    assert.deepEqual(await sweepLater(PATIENCE.jobless - 60_000), NOTHING);
    assert.deepEqual(await sweepLater(PATIENCE.jobless + 60_000), { ...NOTHING, requeued: 2 });
    assert.deepEqual(await sweepLater(PATIENCE.jobless + 60_000), NOTHING);
    assert.deepEqual([await jobsOf(waiting.id), await jobsOf(working.id), await jobsOf(fine.id)], [1, 1, 1]);
  });
});

describe('an idempotency key', () => {
  const keys = () => system.database.admin('idempotencyKey').where({ tenantId: club.tenantId });
  const expire = () => keys().update({ expiresAt: new Date(Date.now() - 1000) });

  it('of a tenant that asks for nothing any more is removed when its day is over, and not before', async () => {
    await inNewClub();
    await opened();
    await opened();
    assert.equal(await sweepKeys(tenant), 0);
    await expire();
    const [{ count } = { count: 0 }] = await keys().count<{ count: string }[]>();
    assert.equal(await sweepKeys(tenant), Number(count));
    assert.deepEqual(await keys(), []);
  });

  it('is removed in batches, once by several workers, and never of another tenant', async () => {
    await inNewClub();
    await opened();
    const neighbour = tenant;
    await expire();
    const foreign = club.tenantId;
    await inNewClub();
    await opened();
    await expire();
    const [row] = await keys().select<Record<string, unknown>[]>('*');
    assert.ok(row);
    await keys().insert(Array.from({ length: 1200 }, () => ({ ...row, key: randomUUID(), body: null })));
    const expected = (await keys()).length;
    const counts = await Promise.all([sweepKeys(tenant), sweepKeys(tenant), sweepKeys(tenant)]);
    assert.equal(counts.reduce((sum, count) => sum + count, 0) + (await sweepKeys(tenant)), expected);
    assert.deepEqual(await keys(), []);
    const theirs = await system.database.admin('idempotencyKey').where({ tenantId: foreign });
    assert.ok(theirs.length > 0);
    assert.equal(await sweepKeys(neighbour), theirs.length);
  });

  it('tells the worker when it ends and nothing else, and lets it change nothing', async () => {
    for (const column of ['fingerprint', 'body', 'status', 'claim_id'])
      await assert.rejects(worker.raw('select ?? from idempotency_key', [column]), { code: '42501' });
    await assert.rejects(worker.raw('update idempotency_key set expires_at = now()'), { code: '42501' });
    await assert.rejects(worker.raw('insert into idempotency_key (key) values (?)', ['a key of somebody']), { code: '42501' });
  });
});

describe('the sweeper of a real worker', () => {
  it('removes the expired keys of a tenant that is idle', async () => {
    await inNewClub();
    await opened();
    const keys = () => system.database.admin('idempotencyKey').where({ tenantId: club.tenantId });
    await keys().update({ expiresAt: new Date(Date.now() - 1000) });
    const process = await startTestWorker(system, { WORKER_SWEEP_SECONDS: '1' });
    try {
      await process.until('key sweep');
      while ((await keys()).length > 0) await process.until('key sweep');
    } finally {
      await process.stop();
    }
  });

  it('finishes what a dead client left, of every tenant, and the video becomes ready', async () => {
    const clips: (readonly [Person, string])[] = [];
    const clip = testClip({ width: 160, height: 90, rate: '30', frames: 30 });
    for (let clubs = 0; clubs < 2; clubs += 1) {
      await inNewClub();
      const { data: upload } = await player.api.POST('/api/v1/media/upload/init', { body: declaration(clip) });
      assert.ok(upload);
      const completion = { parts: await sendParts(upload, clip), checksumSha256: null };
      const stateSince = new Date(Date.now() - PATIENCE.completing - 1000);
      await system.database
        .admin('upload')
        .where({ id: upload.uploadId })
        .update({ state: 'completing', completion: JSON.stringify(completion), stateSince });
      clips.push([player, upload.videoId]);
    }
    const process = await startTestWorker(system, { WORKER_SWEEP_SECONDS: '1' });
    try {
      for (const [person, id] of clips) assert.equal((await untilSettled(person.api, id, 60_000)).status, 'ready');
      await process.until('upload sweep');
    } finally {
      await process.stop();
    }
  });
});
