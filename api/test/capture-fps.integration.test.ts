import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { components } from '../../domain/generated/openapi.ts';
import { untilSettled, uploadClip } from './support/clips.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { testClip } from './support/test-clip.ts';
import { holdingFfmpeg, type Held } from './support/trick-ffmpeg.ts';
import { startTestWorker, type TestProcess } from './support/worker.ts';

type Video = components['schemas']['Video'];

let system: TestSystem;
let worker: TestProcess;
let club: Club;
let player: Person;
let held: Held;

before(async () => {
  system = await startTestSystem();
  // What happens until it is let through happens during the preview.
  held = await holdingFfmpeg();
  worker = await startTestWorker(system, held.env);
  club = await startClub(system, 'Fairway');
  player = await club.person('player', 'player-1');
  await club.consents(player, 'coach_review');
});
after(async () => {
  await held.release();
  await worker.stop();
  await system.stop();
});

const clip = (): Buffer => testClip({ width: 160, height: 90, rate: '30', frames: 30 });

async function find(videoId: string): Promise<Video> {
  const { data, error } = await player.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } });
  return data ?? assert.fail(JSON.stringify(error));
}

async function until(videoId: string, isSo: (video: Video) => boolean): Promise<Video> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const video = await find(videoId);
    if (isSo(video)) return video;
    assert.notEqual(video.status, 'failed', `${String(video.errorCode)} ${worker.output().slice(-2000)}`);
    assert.ok(Date.now() < deadline, `still ${video.status} ${worker.output().slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function correct(videoId: string, body: components['schemas']['VideoUpdate']): Promise<void> {
  const { error } = await player.api.PATCH('/api/v1/videos/{videoId}', { params: { path: { videoId } }, body });
  assert.equal(error, undefined);
}

async function reprocessed(videoId: string): Promise<Video> {
  const { processingVersion } = await find(videoId);
  const { error } = await club.server.POST('/api/v1/videos/{videoId}/reprocess', { params: { path: { videoId } } });
  assert.equal(error, undefined);
  return until(videoId, (video) => video.status === 'ready' && video.processingVersion !== processingVersion);
}

describe('the capture rate a person has corrected', () => {
  it('during the preview is kept when the rendition is published, and when it is made again', async () => {
    const { id } = await uploadClip(player.api, clip());
    const preview = await until(id, ({ isPlayable }) => isPlayable);
    assert.deepEqual([preview.status, preview.captureFps], ['processing', 30]);
    await correct(id, { captureFps: 240 });
    await held.release();
    const ready = await untilSettled(player.api, id);
    assert.deepEqual([ready.status, ready.captureFps, ready.fps], ['ready', 240, { num: 30, den: 1 }]);
    assert.equal((await reprocessed(id)).captureFps, 240);
  });

  it('of a ready video is kept too, and can be corrected again', async () => {
    await held.release();
    const { id } = await uploadClip(player.api, clip());
    await untilSettled(player.api, id);
    await correct(id, { captureFps: 120 });
    assert.equal((await reprocessed(id)).captureFps, 120);
    await correct(id, { captureFps: 60 });
    assert.equal((await find(id)).captureFps, 60);
  });

  it('is the only one that is kept: another correction leaves the rate to detection', async () => {
    await held.release();
    const { id } = await uploadClip(player.api, clip());
    await untilSettled(player.api, id);
    await correct(id, { title: 'Driver, from behind' });
    await system.database.admin('video').where({ id }).update({ captureFps: 1 });
    assert.equal((await reprocessed(id)).captureFps, 30);
  });
});
