import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { startClub, type Club, type Person } from './support/club.ts';
import { uploadClip, untilSettled } from './support/clips.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { testClip } from './support/test-clip.ts';
import { startTestWorker, type TestProcess } from './support/worker.ts';

let system: TestSystem;
let worker: TestProcess;
let club: Club;
let coach: Person;
let player: Person;
let clip: Buffer;

before(async () => {
  // Two seconds at 29.97: sixty pictures.
  clip = testClip({ width: 320, height: 180, rate: '30000/1001', frames: 60 });
  system = await startTestSystem();
  worker = await startTestWorker(system);
  club = await startClub(system, 'Fairway');
  coach = await club.person('coach', 'coach-1');
  player = await club.person('player', 'player-1');
  await club.coaches(coach, player);
  await club.consents(player, 'coach_review');
});

after(async () => {
  await worker.stop();
  await system.stop();
});

describe('the main job', () => {
  it('takes a clip in, processes it, plays it, and keeps a drawing on its frame', async () => {
    const uploaded = await uploadClip(coach.api, clip, { playerId: player.id });
    assert.equal(uploaded.status, 'uploaded');
    const ready = await untilSettled(coach.api, uploaded.id);
    assert.equal(ready.status, 'ready', `${String(ready.errorCode)} ${worker.output().slice(-3000)}`);
    assert.deepEqual(
      [ready.frameCount, ready.fps, ready.width, ready.height, ready.timing],
      [60, { num: 30000, den: 1001 }, 320, 180, 'constant'],
    );

    const { data: playback } = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId: ready.id } } });
    assert.ok(playback);
    assert.equal(
      playback.frameIndex.runs.reduce((sum, [count = 0]) => sum + count, 0),
      60,
    );
    const part = await fetch(playback.sources.analysis.url, { headers: { Range: 'bytes=0-99' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 0-99/${String(playback.sources.analysis.sizeBytes)}`);
    assert.equal((await part.arrayBuffer()).byteLength, 100);

    const id = randomUUID();
    const document = {
      schemaVersion: 1 as const,
      coordinateSpace: 'normalized_0_1' as const,
      reference: { width: 320, height: 180, fps: { num: 30000, den: 1001 }, processingVersion: 1 },
      frame: 30,
      frameCount: 1,
      visibility: { profile: 'hold' as const },
      shapes: [
        {
          id: randomUUID(),
          type: 'line' as const,
          style: { color: '#ffcc00', width: 0.005 },
          from: { x: 0.1, y: 0.2 },
          to: { x: 0.5, y: 0.75 },
        },
      ],
    };
    const drawn = await coach.api.POST('/api/v1/videos/{videoId}/annotations', {
      params: { path: { videoId: ready.id } },
      body: { id, document },
    });
    assert.equal(drawn.response.status, 201, JSON.stringify(drawn.error));
    // Frame 30 appears 30 × 1001/30000 s after the first.
    assert.ok(Math.abs((drawn.data?.anchor.ptsMs ?? 0) - 1001) < 0.1);
    assert.match(drawn.data?.anchor.pictureHash ?? '', /^[0-9a-f]{16}$/);

    const { data: seen } = await player.api.GET('/api/v1/videos/{videoId}/annotations', { params: { path: { videoId: ready.id } } });
    assert.deepEqual(
      seen?.items.map((item) => [item.id, item.document]),
      [[id, document]],
    );
    const { data: list } = await player.api.GET('/api/v1/videos');
    assert.deepEqual(
      list?.items.map((item) => [item.id, item.annotationCount]),
      [[ready.id, 1]],
    );
    const poster = await fetch(`${system.url}/api/v1/videos/${ready.id}/poster`, { headers: { Authorization: `Bearer ${player.token}` } });
    assert.equal(poster.headers.get('content-type'), 'image/jpeg');
    assert.deepEqual([...new Uint8Array(await poster.arrayBuffer()).subarray(0, 2)], [0xff, 0xd8]);
  });
});
