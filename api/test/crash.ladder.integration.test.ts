import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { laddersPrefix } from '../platform/object-keys.ts';
import { untilSettled, uploadClip } from './support/clips.ts';
import { startJobRig, type JobRig } from './support/job-rig.ts';
import { testClip } from './support/test-clip.ts';
import type { TestProcess } from './support/worker.ts';

/** Two rungs, so that a ladder can be half. */
const CLIP = testClip({ width: 960, height: 540, rate: '30', frames: 60 });

let rig: JobRig;
let worker: TestProcess | null = null;

before(async () => {
  rig = await startJobRig();
});
after(() => rig.stop());
beforeEach(async () => {
  await worker?.stop();
  worker = null;
});

/** The shortest sign of life the queue allows, so that a dead worker is missed soon. */
const queueTries = (retries: number) =>
  rig.system.database.admin.raw(
    `update queue.queue set heartbeat_seconds = 10, retry_delay = 1, retry_limit = ? where name = 'video.ladder'`,
    [retries],
  );

async function playback(videoId: string) {
  const { data, error } = await rig.player.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
  assert.ok(data, JSON.stringify(error));
  return data;
}

/** Which runs have files in the store, and the names of those files. */
async function runsOf(videoId: string): Promise<Map<string, string[]>> {
  const { publishedAttemptId } = await rig.traces(videoId);
  const prefix = laddersPrefix(rig.club.tenantId, videoId, 1, publishedAttemptId ?? '');
  const runs = new Map<string, string[]>();
  for await (const key of rig.system.store.list(prefix)) {
    const [run = '', name = ''] = key.slice(prefix.length).split('/');
    runs.set(run, [...(runs.get(run) ?? []), name]);
  }
  return runs;
}

/** A video whose worker died with the whole ladder in the store and none of it published. @returns the names of the ladder's files. */
async function killedBeforePublishing(): Promise<{ readonly videoId: string; readonly run: string; readonly names: readonly string[] }> {
  const doomed = await rig.worker({ KILL_POINT: 'after_ladder_stored' });
  const { id: videoId } = await uploadClip(rig.player.api, CLIP);
  assert.equal((await doomed.ended).signal, 'SIGKILL');
  assert.equal((await untilSettled(rig.player.api, videoId)).status, 'ready');
  const [[run, names] = ['', []], ...others] = [...(await runsOf(videoId))];
  assert.deepEqual(others, []);
  assert.ok(names.includes('hls.m3u8') && names.length >= 10, names.join());
  return { videoId, run, names };
}

/** Everything the master playlist leads to is there. @returns how many files that are. */
async function wholeLadder(videoId: string): Promise<number> {
  const { sources } = await playback(videoId);
  assert.ok(sources.hls);
  const seen = new Set<string>();
  const waiting = ['hls.m3u8'];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const response: Response = await fetch(new URL(name, sources.hls.url));
    assert.equal(response.status, 200, name);
    const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
    if (!name.endsWith('.m3u8')) continue;
    waiting.push(...text.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
    waiting.push(...[...text.matchAll(/URI="([^"]+)"/g)].map(([, uri = '']) => uri));
  }
  return seen.size;
}

interface After {
  readonly ladderTries: number;
  readonly ladderEndedAt: Date | null;
}

const hasLadder = (videoId: string) => async (): Promise<boolean> =>
  (await rig.system.database.admin('videoLadder').where({ videoId })).length === 1;

async function nothingToBeSeen(videoId: string, names: readonly string[]): Promise<void> {
  const { sources } = await playback(videoId);
  assert.equal(sources.hls, undefined);
  for (const name of names) assert.equal((await fetch(new URL(name, sources.analysis.url))).status, 404, name);
}

describe('a worker that is killed after a ladder is stored and before it is published', () => {
  it('shows none of it; the retry publishes a whole one and leaves nothing of the dead run', async (t) => {
    await queueTries(2);
    const { videoId, run, names } = await killedBeforePublishing();
    await nothingToBeSeen(videoId, names);
    worker = await rig.worker();
    await rig.until('the ladder of the retry', hasLadder(videoId));
    const files = await wholeLadder(videoId);
    const runs = await runsOf(videoId);
    assert.equal(runs.has(run), false);
    assert.deepEqual(
      [...runs.values()].map((stored) => stored.length),
      [files],
    );
    t.diagnostic(`killed before publishing: ${String(names.length)} files hidden and swept; the retry published ${String(files)}`);
  });

  it('and was the last to try: the dead-lettered ladder is sent for by the sweep, and comes', async (t) => {
    await queueTries(0);
    const { videoId, run, names } = await killedBeforePublishing();
    const { admin } = rig.system.database;
    const attempt = { videoId, id: (await rig.traces(videoId)).publishedAttemptId };
    worker = await rig.worker({ WORKER_SWEEP_SECONDS: '1' });
    await rig.until('the queue has given the job up', async () => {
      const { rows } = await admin.raw<{ rows: { state: string }[] }>(
        `select state::text from queue.job where name = 'video.ladder.dead' and data->>'videoId' = ?`,
        [videoId],
      );
      return rows.some(({ state }) => state === 'completed');
    });
    await nothingToBeSeen(videoId, names);
    await admin('videoAttempt')
      .where(attempt)
      .update({ endedAt: new Date(Date.now() - 3_600_000) });
    await rig.until('the ladder that was sent for again', hasLadder(videoId));
    const files = await wholeLadder(videoId);
    const runs = await runsOf(videoId);
    assert.deepEqual([runs.size, runs.has(run)], [1, false]);
    const { ladderTries, ladderEndedAt } = await admin('videoAttempt').where(attempt).first<After>();
    assert.equal(ladderTries, 1);
    assert.ok(ladderEndedAt);
    t.diagnostic(`dead-lettered: sent for ${String(ladderTries)} time, ${String(files)} files published, the dead run swept`);
  });
});
