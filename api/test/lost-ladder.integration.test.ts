import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { videoLadder } from '../../worker/jobs/video-ladder.ts';
import { ladderPrefix, laddersPrefix } from '../platform/object-keys.ts';
import { ladders, MOST_LADDER_TRIES, type LadderRef } from '../services/ladders.ts';
import { LADDER_PATIENCE_MS, lostLadders, type LadderSweep } from '../services/lost-ladders.ts';
import { uploadClip } from './support/clips.ts';
import { startJobRig, type JobRig } from './support/job-rig.ts';
import { publishRendition } from './support/published.ts';

let rig: JobRig;
const bytes = randomBytes(5000);

before(async () => {
  rig = await startJobRig();
});
after(() => rig.stop());

/** A video that is ready, and whose ladder's job never reached the queue. */
async function withoutJob(): Promise<LadderRef> {
  const { id: videoId } = await uploadClip(rig.player.api, bytes);
  await publishRendition(rig.system, rig.club.tenantId, videoId, bytes);
  const { publishedAttemptId: attemptId } = await rig.traces(videoId);
  assert.ok(attemptId);
  return { videoId, processingVersion: 1, attemptId };
}

/** The sweep as it runs so long from now. */
const sweepAfter = (ms: number): Promise<LadderSweep> =>
  lostLadders({ store: rig.system.store, clock: () => new Date(Date.now() + ms) }).sweep(rig.tenant);

const [MINUTE_MS, DAY_MS] = [60_000, 24 * 60 * 60_000];
const [FIRST_MS] = LADDER_PATIENCE_MS;

async function jobsOf({ videoId }: LadderRef) {
  const { rows } = await rig.system.database.admin.raw<{ rows: { state: string; priority: number; data: LadderRef }[] }>(
    `select state::text, priority, data from queue.job where name = 'video.ladder' and data->>'videoId' = ?`,
    [videoId],
  );
  return rows;
}

/** As a queue that was emptied or restored from an older day. */
const loseJobs = ({ videoId }: LadderRef) =>
  rig.system.database.admin.raw(`delete from queue.job where name = 'video.ladder' and data->>'videoId' = ?`, [videoId]);

/** What a run that was killed leaves. */
async function leaveOrphan({ videoId, attemptId }: LadderRef): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'va-orphan-'));
  await writeFile(join(directory, 'hls.m3u8'), '#EXTM3U');
  const key = `${ladderPrefix(rig.club.tenantId, videoId, 1, attemptId, randomUUID())}hls.m3u8`;
  await rig.system.store.putFile(key, join(directory, 'hls.m3u8'), { contentType: 'application/vnd.apple.mpegurl' });
  await rm(directory, { recursive: true });
}

async function keysOf({ videoId, attemptId }: LadderRef): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of rig.system.store.list(laddersPrefix(rig.club.tenantId, videoId, 1, attemptId))) keys.push(key);
  return keys;
}

const NOTHING: LadderSweep = { ladders: 0, laddersEnded: 0, failures: [] };
const statusOf = async ({ videoId }: LadderRef): Promise<string> => (await rig.traces(videoId)).status;

describe('a ladder whose job is lost', () => {
  it('is sent for by the sweep after a while, behind what others wait for, and the video is ready all the time', async () => {
    const ref = await withoutJob();
    assert.deepEqual(await sweepAfter(0), NOTHING);
    assert.deepEqual(await sweepAfter(FIRST_MS + MINUTE_MS), { ...NOTHING, ladders: 1 });
    const [job, ...others] = await jobsOf(ref);
    assert.deepEqual(others, []);
    assert.deepEqual([job?.state, job?.data], ['created', { ...ref, tenantId: rig.club.tenantId }]);
    assert.ok((job?.priority ?? 0) <= -1_000_000_000, 'a background job');
    assert.equal(await statusOf(ref), 'ready');
    // The job is in the queue: however long it waits there, it is not lost.
    assert.deepEqual(await sweepAfter(DAY_MS), NOTHING);
    await ladders().publish(rig.tenant, ref, {}, () => Promise.resolve(true));
    await loseJobs(ref);
    assert.deepEqual(await sweepAfter(DAY_MS), NOTHING);
  });

  it('is sent for three times, ever later; then the store is cleaned of what the runs left, and that is the end', async () => {
    const ref = await withoutJob();
    await leaveOrphan(ref);
    let passed = 0;
    for (let tries = 0; tries < MOST_LADDER_TRIES; tries += 1) {
      passed += LADDER_PATIENCE_MS[tries] ?? Number.NaN;
      assert.deepEqual(await sweepAfter(passed - MINUTE_MS), NOTHING);
      passed += MINUTE_MS;
      assert.deepEqual(await sweepAfter(passed), { ...NOTHING, ladders: 1 });
      await loseJobs(ref);
    }
    assert.equal((await keysOf(ref)).length, 1);
    assert.deepEqual(await sweepAfter(passed + FIRST_MS + MINUTE_MS), { ...NOTHING, laddersEnded: 1 });
    assert.deepEqual(await keysOf(ref), []);
    assert.deepEqual(await sweepAfter(100 * DAY_MS), NOTHING);
    assert.deepEqual([await jobsOf(ref), await statusOf(ref)], [[], 'ready']);
  });

  it('is sent for once by several workers that sweep at the same time', async () => {
    const ref = await withoutJob();
    const sweeps = await Promise.all([1, 2, 3, 4].map(() => sweepAfter(FIRST_MS + MINUTE_MS)));
    assert.equal(
      sweeps.reduce((sum, { ladders: sent }) => sum + sent, 0),
      1,
    );
    assert.equal((await jobsOf(ref)).length, 1);
    await loseJobs(ref);
    await rig.player.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId: ref.videoId } } });
  });
});

describe('a ladder is not sent for', () => {
  const change = async ({ videoId }: LadderRef, columns: Readonly<Record<string, unknown>>) =>
    rig.system.database.admin('video').where({ id: videoId }).update(columns);

  it('when there is only one picture to watch', async () => {
    const ref = await withoutJob();
    await change(ref, { frameCount: 1 });
    assert.deepEqual(await sweepAfter(DAY_MS), { ...NOTHING, laddersEnded: 1 });
    assert.deepEqual(await jobsOf(ref), []);
    assert.equal(await ladders().begin(rig.tenant, ref), null);
  });

  it('when the video is removed, or being processed again', async () => {
    const [removed, again] = [await withoutJob(), await withoutJob()];
    await rig.player.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId: removed.videoId } } });
    await change(again, { progress: 0.5 });
    assert.deepEqual(await sweepAfter(DAY_MS), NOTHING);
    await change(again, { progress: null });
    await rig.player.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId: again.videoId } } });
  });

  it('when the media tools have refused it; when its worker or the store died, it is', async () => {
    const [refused, unlucky] = [await withoutJob(), await withoutJob()];
    const handler = videoLadder({
      ...{ ladders: ladders(), store: rig.system.store, workspaceRoot: tmpdir(), killPoint: () => undefined },
      tools: { ffmpegPath: '/bin/false', ffprobePath: '/bin/false', sandbox: 'off' },
    });
    const { tenantId } = rig.club;
    await handler.gaveUp(rig.tenant, { ...refused, tenantId }, 'FFMPEG_FAIL');
    // The queue's own end of a failed job follows, and does not know why.
    await handler.gaveUp(rig.tenant, { ...refused, tenantId }, 'INTERNAL');
    await handler.gaveUp(rig.tenant, { ...unlucky, tenantId }, 'INTERNAL');
    assert.deepEqual(await sweepAfter(DAY_MS), { ...NOTHING, ladders: 1, laddersEnded: 1 });
    assert.deepEqual([(await jobsOf(refused)).length, (await jobsOf(unlucky)).length], [0, 1]);
  });
});
