import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { components } from '../../domain/generated/openapi.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { uploadClip, untilSettled } from './support/clips.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { testClip } from './support/test-clip.ts';
import { holdingFfmpeg, type Held } from './support/trick-ffmpeg.ts';
import { startTestWorker, type TestProcess } from './support/worker.ts';

const PICTURES = 90;

let system: TestSystem;
let worker: TestProcess;
let club: Club;
let coach: Person;
let player: Person;
let clip: Buffer;
let held: Held;

before(async () => {
  clip = testClip({ width: 640, height: 360, rate: '30', frames: PICTURES });
  system = await startTestSystem();
  // What happens until it is let through happens during the preview.
  held = await holdingFfmpeg();
  worker = await startTestWorker(system, held.env);
  club = await startClub(system, 'Fairway');
  coach = await club.person('coach', 'coach-1');
  player = await club.person('player', 'player-1');
  await club.coaches(coach, player);
  await club.consents(player, 'coach_review');
});
after(async () => {
  await held.release();
  await worker.stop();
  await system.stop();
});

type Playback = components['schemas']['Playback'];

async function untilPlayable(person: Person, videoId: string): Promise<components['schemas']['Video']> {
  for (;;) {
    const { data } = await person.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } });
    assert.ok(data, 'the video is there');
    assert.notEqual(data.status, 'failed', `${String(data.errorCode)} ${worker.output().slice(-2000)}`);
    if (data.isPlayable) return data;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function opened(person: Person, videoId: string): Promise<Playback> {
  const { data, error } = await person.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
  assert.ok(data, JSON.stringify(error));
  // The client's types take the pairs of the frame index for lists of any length.
  return data as Playback;
}

const drawingOn = (frame: number): components['schemas']['AnnotationDocument'] => ({
  schemaVersion: 1,
  coordinateSpace: 'normalized_0_1',
  reference: { width: 640, height: 360, fps: { num: 30, den: 1 }, processingVersion: 1 },
  frame,
  frameCount: 1,
  visibility: { profile: 'hold' },
  shapes: [
    { id: randomUUID(), type: 'line', style: { color: '#ffcc00', width: 0.005 }, from: { x: 0.1, y: 0.2 }, to: { x: 0.5, y: 0.75 } },
  ],
});

const anchorOf = async (videoId: string, annotationId: string) =>
  (await coach.api.GET('/api/v1/videos/{videoId}/annotations/{annotationId}', { params: { path: { videoId, annotationId } } })).data
    ?.anchor;

describe('a video that is still processing', () => {
  it('is played, drawn on and replaced by its analysis rendition, frame for frame', async () => {
    const { id } = await uploadClip(coach.api, clip, { playerId: player.id });
    const processing = await untilPlayable(coach, id);
    assert.deepEqual(
      [processing.status, processing.hasPoster, processing.frameCount, processing.width, processing.height, processing.fps],
      ['processing', true, PICTURES, 640, 360, { num: 30, den: 1 }],
    );

    const preview = await opened(coach, id);
    assert.deepEqual([preview.isPreview, preview.storyboard], [true, undefined]);
    assert.equal(preview.sources.analysis.type, 'video/mp4');
    const part = await fetch(preview.sources.analysis.url, { headers: { Range: 'bytes=4-7' } });
    assert.deepEqual([part.status, await part.text()], [206, 'ftyp']);
    assert.equal((await fetch(preview.poster)).headers.get('content-type'), 'image/jpeg');
    const annotationId = randomUUID();
    const drawn = await coach.api.POST('/api/v1/videos/{videoId}/annotations', {
      params: { path: { videoId: id } },
      body: { id: annotationId, document: drawingOn(45) },
    });
    // Frame 45 of 30 a second is at one and a half seconds; nobody has looked at its picture yet.
    assert.deepEqual([drawn.response.status, drawn.data?.anchor.ptsMs, drawn.data?.anchor.pictureHash], [201, 1500, null]);

    await held.release();
    const ready = await untilSettled(coach.api, id);
    assert.equal(ready.status, 'ready', `${String(ready.errorCode)} ${worker.output().slice(-2000)}`);
    const analysis = await opened(coach, id);
    assert.equal(analysis.isPreview, false);
    assert.deepEqual(analysis.frameIndex, preview.frameIndex);
    assert.notEqual(analysis.sources.analysis.url, preview.sources.analysis.url);
    // Who watches the preview is not disturbed.
    assert.equal((await fetch(preview.sources.analysis.url)).status, 200);
    const anchor = await anchorOf(id, annotationId);
    assert.deepEqual([anchor?.state, anchor?.ptsMs], ['exact', 1500]);
    assert.match(anchor?.pictureHash ?? '', /^[0-9a-f]{16}$/);

    assert.ok(analysis.storyboard !== undefined && analysis.waveform !== undefined);
    const track = await fetch(analysis.storyboard);
    assert.match(track.headers.get('content-type') ?? '', /^text\/vtt\b/);
    assert.match(await track.text(), /^WEBVTT\n\n00:00:00\.000 --> 00:00:00\.033\nstoryboard\.jpg#xywh=0,0,160,90\n/);
    const image = await fetch(new URL('storyboard.jpg', analysis.storyboard));
    assert.deepEqual([image.status, image.headers.get('content-type')], [200, 'image/jpeg']);
    const waveform = (await (await fetch(analysis.waveform)).json()) as { pointsPerSecond: number; peaks: number[] };
    assert.equal(waveform.pointsPerSecond, 50);
    assert.ok(waveform.peaks.some((peak) => peak > 0.05));
  });

  it('is not played before it was looked at: a worker that never came', async () => {
    await worker.stop();
    try {
      const { id } = await uploadClip(coach.api, clip, { playerId: player.id });
      const { error } = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId: id } } });
      assert.equal(error?.code, 'video.not_ready');
    } finally {
      worker = await startTestWorker(system);
    }
  });

  it('has no preview any more once it is ready, whoever writes it', async () => {
    const { id } = await uploadClip(coach.api, clip, { playerId: player.id });
    await untilSettled(coach.api, id);
    const { rows } = await system.database.admin.raw<{ rows: { attemptId: string }[] }>(
      `select attempt_id as "attemptId" from video_rendition where video_id = ? and kind = 'preview'`,
      [id],
    );
    const attemptId = rows[0]?.attemptId;
    assert.ok(attemptId, 'the preview is kept until its leases have died');
    await assert.rejects(system.database.admin('video').where({ id }).update({ previewAttemptId: attemptId }), /violates check constraint/);
  });
});

describe('a preview whose video fails', () => {
  it('ends with it', async () => {
    const broken = await holdingFfmpeg({ fails: true });
    await worker.stop();
    worker = await startTestWorker(system, broken.env);
    await system.database.admin('queue.queue').where({ name: 'video.process' }).update({ retryLimit: 0 });
    const { id } = await uploadClip(coach.api, clip, { playerId: player.id });
    await untilPlayable(coach, id);
    const { sources } = await opened(coach, id);
    assert.equal((await fetch(sources.analysis.url)).status, 200);
    await broken.release();
    assert.equal((await untilSettled(coach.api, id)).status, 'failed');
    assert.equal((await fetch(sources.analysis.url)).status, 410);
    const { error } = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId: id } } });
    assert.equal(error?.code, 'video.not_ready');
  });
});
