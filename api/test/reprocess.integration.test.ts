import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { ATTEMPT_PATIENCE_MS, renditionSweep } from '../services/rendition-sweep.ts';
import { reprocessMany } from '../services/reprocessing.ts';
import { numberedCase } from './support/cases.ts';
import { untilSettled, uploadClip } from './support/clips.ts';
import { lineOn } from './support/drawings.ts';
import { startJobRig, type JobRig } from './support/job-rig.ts';
import { testClip } from './support/test-clip.ts';
import { failingFfmpeg, holdingFfmpeg } from './support/trick-ffmpeg.ts';

const CLIP = testClip({ width: 640, height: 360, rate: '30', frames: 90 });

let rig: JobRig;
/** The video of the story below, and the lease under which its first version is watched. */
let id: string;
let watching: Awaited<ReturnType<typeof open>>;
before(async () => {
  rig = await startJobRig();
  await rig.club.consents(rig.player, 'coach_review');
});
after(() => rig.stop());

const path = (videoId: string) => ({ params: { path: { videoId } } });

async function video(videoId: string) {
  const { data } = await rig.player.api.GET('/api/v1/videos/{videoId}', path(videoId));
  assert.ok(data);
  return data;
}

async function open(videoId: string) {
  const { data, error } = await rig.player.api.GET('/api/v1/videos/{videoId}/playback', path(videoId));
  assert.ok(data, JSON.stringify(error));
  return data;
}

const bytesOf = async ({ sources }: Awaited<ReturnType<typeof open>>, range?: string): Promise<Buffer> => {
  const response = await fetch(new URL(sources.analysis.url, rig.system.url), range === undefined ? {} : { headers: { Range: range } });
  assert.ok(response.ok, `${String(response.status)} under the lease`);
  return Buffer.from(await response.arrayBuffer());
};

const askAgain = (videoId: string) => rig.club.server.POST('/api/v1/videos/{videoId}/reprocess', path(videoId));

async function draw(videoId: string, frame: number): Promise<string> {
  const id = randomUUID();
  const { error } = await rig.player.api.POST('/api/v1/videos/{videoId}/annotations', {
    ...path(videoId),
    body: { id, document: lineOn(frame) },
  });
  assert.equal(error, undefined);
  return id;
}

const anchorsOf = async (videoId: string): Promise<string[]> => {
  const { data } = await rig.player.api.GET('/api/v1/videos/{videoId}/annotations', path(videoId));
  return (data?.items ?? []).map(({ document, anchor }) => `frame ${String(document.frame)} ${anchor.state}`);
};

const eventsOf = async (videoId: string, name: string): Promise<readonly unknown[]> =>
  (
    await rig.system.database
      .admin('event')
      .where({ name })
      .whereRaw(`payload->>'videoId' = ?`, [videoId])
      .orderBy('id')
      .select<{ payload: unknown }[]>('payload')
  ).map(({ payload }) => payload);

/** A video that was processed by a worker that has gone again. */
async function processed(): Promise<string> {
  const worker = await rig.worker();
  const { id } = await uploadClip(rig.player.api, CLIP);
  assert.equal((await untilSettled(rig.player.api, id)).status, 'ready');
  await worker.stop();
  return id;
}

describe('processing a video again', () => {
  numberedCase('Show 5', 'disk', 'other settings, while it is played and has been drawn on', async () => {
    id = await processed();
    watching = await open(id);
    const whole = await bytesOf(watching);
    for (const frame of [0, 44, 89]) await draw(id, frame);

    const held = await holdingFfmpeg();
    const worker = await rig.worker({ ...held.env, ANALYSIS_LONGEST_SIDE: '320' });
    const asked = await askAgain(id);
    assert.deepEqual(
      [asked.response.status, asked.data?.status, asked.data?.progress, asked.data?.processingVersion],
      [202, 'ready', 0, 1],
    );
    await rig.until('the new encode', async () => (await held.pid()) !== null);
    const meanwhile = await open(id);
    assert.deepEqual([(await video(id)).status, meanwhile.sources.analysis.width], ['ready', 640]);
    assert.deepEqual(await bytesOf(meanwhile), whole);
    // Asked twice is asked once.
    assert.equal((await askAgain(id)).response.status, 202);
    await held.release();
    const step = Math.ceil(whole.length / 40);
    let parts = 0;
    for (let first = 0; (await video(id)).processingVersion === 1 || parts < 40; first = (first + step) % whole.length) {
      const last = Math.min(whole.length - 1, first + step - 1);
      assert.deepEqual(await bytesOf(watching, `bytes=${String(first)}-${String(last)}`), whole.subarray(first, last + 1));
      parts += 1;
    }
    await worker.stop();

    assert.deepEqual(await bytesOf(watching), whole, 'who watches goes on with the old one');
    const leaseId = watching.renewUrl.split('/').at(-2) ?? '';
    const renewed = await rig.player.api.POST('/api/v1/play/{leaseId}/renew', { params: { path: { leaseId } } });
    assert.equal(renewed.response.status, 200);
    const fresh = await open(id);
    const after = await video(id);
    assert.deepEqual(
      [fresh.sources.analysis.width, fresh.sources.analysis.height, after.processingVersion, after.progress],
      [320, 180, 2, null],
    );
    assert.notDeepEqual(await bytesOf(fresh), whole);
    const anchors = await anchorsOf(id);
    assert.deepEqual(anchors, ['frame 0 exact', 'frame 44 exact', 'frame 89 exact']);
    assert.deepEqual(
      await eventsOf(id, 'video.ready'),
      [1, 2].map((processingVersion) => ({ videoId: id, processingVersion })),
    );
    return `${String(parts)} ranges of the old rendition under the running lease, all as before; a new lease: 320 × 180, version 2; drawings: ${anchors.join(', ')}`;
  });

  it('keeps the old files while a lease may read them, and no longer', async () => {
    const sweep = renditionSweep({ store: rig.system.store, clock: () => new Date(Date.now() + ATTEMPT_PATIENCE_MS + 60_000) });
    await sweep.sweep(rig.tenant);
    assert.ok((await bytesOf(watching)).length > 0);
    assert.equal((await rig.traces(id)).stored.length, 2);
    await rig.system.database.admin('playbackLease').where({ videoId: id }).update({ revokedAt: new Date() });
    await sweep.sweep(rig.tenant);
    const { stored, publishedAttemptId } = await rig.traces(id);
    assert.deepEqual(stored, [publishedAttemptId]);
  });

  it('that fails leaves what was there and says why; a failed video stays failed; both may be tried again', async () => {
    const { admin } = rig.system.database;
    await admin.raw(`update queue.queue set retry_limit = 0 where name = 'video.process'`);
    const failing = await rig.worker(await failingFfmpeg(CLIP.length));
    await askAgain(id);
    const { id: fresh } = await uploadClip(rig.player.api, CLIP);
    await rig.until('the failure', async () => (await video(id)).errorCode !== null);
    assert.equal((await untilSettled(rig.player.api, fresh)).status, 'failed');
    await failing.stop();
    const { status, errorCode, progress, processingVersion } = await video(id);
    assert.deepEqual([status, errorCode, progress, processingVersion], ['ready', 'FFMPEG_FAIL', null, 2]);
    assert.ok((await bytesOf(await open(id))).length > 0);
    assert.deepEqual(await eventsOf(id, 'video.failed'), [{ videoId: id, processingVersion: 3, code: 'FFMPEG_FAIL', isPlayable: true }]);

    const worker = await rig.worker();
    assert.equal((await askAgain(id)).data?.errorCode, null);
    assert.equal((await askAgain(fresh)).data?.status, 'uploaded');
    assert.equal((await untilSettled(rig.player.api, fresh)).status, 'ready');
    await rig.until('version 4', async () => (await video(id)).processingVersion === 4);
    await worker.stop();
    assert.deepEqual(
      [await anchorsOf(id), (await rig.traces(id)).status],
      [['frame 0 exact', 'frame 44 exact', 'frame 89 exact'], 'ready'],
    );
  });

  it('tells its progress to the outbox in rising steps of five percent', async () => {
    const percents = (await eventsOf(id, 'video.progress')).map((payload) => (payload as { percent: number }).percent);
    assert.ok(percents.every((percent) => percent % 5 === 0 && percent > 0 && percent <= 100));
  });

  it('is refused where there is no source', async () => {
    const { id: lost } = await uploadClip(rig.player.api, CLIP);
    await rig.system.database.admin('upload').where({ videoId: lost }).update({ state: 'aborted' });
    const refused = await askAgain(lost);
    assert.deepEqual([refused.response.status, refused.error?.code], [409, 'video.not_reprocessable']);
  });

  it('is for administrators: an athlete may not ask', async () => {
    const { response, error } = await rig.player.api.POST('/api/v1/videos/{videoId}/reprocess', path(id));
    assert.deepEqual([response.status, error?.code], [403, 'access.denied']);
  });

  it('in bulk goes by filter, behind what people wait for, and is asked once for each version', async () => {
    const { admin } = rig.system.database;
    const versions = async (): Promise<readonly number[]> =>
      (
        await admin('video')
          .where({ status: 'ready', tenantId: rig.club.tenantId })
          .orderBy('id')
          .select<{ processingVersion: number }[]>('processingVersion')
      ).map(({ processingVersion }) => processingVersion);
    const before = await versions();
    const { queued } = await reprocessMany(rig.tenant, { olderThanVersion: 3 });
    assert.equal(queued, 1, 'the fresh one in version 2; the other is in version 4');
    assert.equal((await versions()).reduce((sum, version) => sum + version, 0) - before.reduce((sum, version) => sum + version, 0), queued);
    assert.deepEqual(await reprocessMany(rig.tenant, { status: 'failed' }), { queued: 0, skipped: 0 });
    const { rows } = await admin.raw<{ rows: { behind: boolean }[] }>(
      `select bool_and(priority <= -1000000000) as behind from queue.job where name = 'video.process' and state = 'created' and data->>'processingVersion' <> '1'`,
    );
    assert.equal(rows[0]?.behind, true);
  });
});
