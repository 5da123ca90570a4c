import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { components } from '../../domain/generated/openapi.ts';
import { apiFor, startClub, type Club, type Person } from './support/club.ts';
import { declaration, sendParts, untilSettled, uploadClip } from './support/clips.ts';
import { freePort } from './support/database.ts';
import { PORTAL_ORIGIN, startTestSystem, type TestSystem } from './support/system.ts';
import { testClip } from './support/test-clip.ts';
import { startProcess, startTestWorker, type TestProcess } from './support/worker.ts';

let system: TestSystem;
let club: Club;
let player: Person;

before(async () => {
  system = await startTestSystem();
  // The shortest sign of life the queue allows, so that a dead worker is missed soon.
  await system.database.admin.raw(`update queue.queue set heartbeat_seconds = 10, retry_delay = 1 where name = 'video.process'`);
  club = await startClub(system, 'Fairway');
  player = await club.person('player', 'player-1');
});
after(() => system.stop());

const keysUnder = async (prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const key of system.store.list(prefix)) keys.push(key);
  return keys;
};

/** What a viewer could ever be shown of a video, and what was tried. */
async function traces(videoId: string) {
  const { admin } = system.database;
  const where = { tenantId: club.tenantId, videoId };
  const all = await admin('videoRendition').where(where).select<{ attemptId: string; kind: string }[]>('attemptId', 'kind');
  const renditions = all.filter(({ kind }) => kind === 'analysis');
  // A preview is shown before anything is published, under an id of its own.
  const previews = new Set(all.filter(({ kind }) => kind === 'preview').map(({ attemptId }) => attemptId));
  const attempts = await admin('videoTransition').where({ ...where, event: 'started' });
  const { rows: jobs } = await admin.raw<{ rows: { state: string; retry_count: number }[] }>(
    `select state, retry_count from queue.job where name = 'video.process' and data->>'videoId' = ?`,
    [videoId],
  );
  const stored = (await keysUnder(`t/${club.tenantId}/v/${videoId}/r/`)).map((key) => key.split('/')[6]);
  return {
    renditions: renditions.map(({ attemptId }) => attemptId),
    attempts: attempts.length,
    jobs,
    storedAttempts: [...new Set(stored)].filter((attemptId) => attemptId === undefined || !previews.has(attemptId)),
  };
}

describe('a worker that is killed', () => {
  it('in the middle of an encode: another run finishes it, and one set of renditions is visible', async (t) => {
    const clip = testClip({ width: 1280, height: 720, rate: '60', frames: 900 });
    const doomed = await startTestWorker(system);
    const { id } = await uploadClip(player.api, clip);
    await untilEncoding(player, id);
    doomed.child.kill('SIGKILL');
    assert.equal((await doomed.ended).signal, 'SIGKILL');
    const killedAt = Date.now();

    const successor = await startTestWorker(system);
    try {
      const video = await untilSettled(player.api, id, 150_000);
      assert.deepEqual([video.status, video.frameCount], ['ready', 900]);
      const { renditions, attempts, jobs, storedAttempts } = await traces(id);
      assert.equal(renditions.length, 1);
      assert.deepEqual(storedAttempts, renditions);
      assert.equal(attempts, 2);
      assert.deepEqual(jobs, [{ state: 'completed', retry_count: 1 }]);
      t.diagnostic(
        `killed while encoding; ready ${((Date.now() - killedAt) / 1000).toFixed(1)} s later: 2 attempts, ${String(renditions.length)} set of renditions, 1 job`,
      );
    } finally {
      await successor.stop();
    }
  });

  it('after the renditions are stored and before they are published: nothing of the dead run is ever visible', async (t) => {
    const clip = testClip({ width: 320, height: 180, rate: '30', frames: 30 });
    const doomed = await startTestWorker(system, { KILL_POINT: 'after_renditions_stored' });
    const { id } = await uploadClip(player.api, clip);
    assert.equal((await doomed.ended).signal, 'SIGKILL');
    assert.deepEqual((await traces(id)).renditions, []);

    const successor = await startTestWorker(system);
    try {
      assert.equal((await untilSettled(player.api, id, 60_000)).status, 'ready');
      const { renditions, storedAttempts } = await traces(id);
      assert.equal(renditions.length, 1);
      assert.equal(storedAttempts.length, 2);
      t.diagnostic(`killed before publishing: ${String(storedAttempts.length)} prefixes stored, ${String(renditions.length)} published`);
    } finally {
      await successor.stop();
    }
  });
});

describe('an API that is killed', () => {
  it("between the store's completion and the commit: the client's retry makes one video and one job", async (t) => {
    const clip = testClip({ width: 320, height: 180, rate: '30', frames: 30 });
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}`;
    const start = async (env: Readonly<Record<string, string>>): Promise<TestProcess> => {
      const api = startProcess('api/main.ts', {
        ...{ API_PORT: String(port), DATABASE_URL: system.database.appUrl },
        ...{ STORE: 'disk', STORE_ROOT: system.storeRoot, STORE_SIGNING_SECRET: system.signingSecret },
        ...env,
      });
      await api.until('api ready');
      return api;
    };
    const mortal = await start({ KILL_POINT: 'after_store_complete' });
    const client = apiFor(url, player.token, PORTAL_ORIGIN);
    const { data: upload } = await client.POST('/api/v1/media/upload/init', { body: declaration(clip) });
    assert.ok(upload);
    const parts = await sendParts(upload, clip);
    const body: components['schemas']['UploadComplete'] = {
      ...{ videoId: upload.videoId, uploadId: upload.uploadId, parts },
      checksumSha256: createHash('sha256').update(clip).digest('hex'),
    };
    await assert.rejects(client.POST('/api/v1/media/upload/complete', { body }), TypeError);
    assert.equal((await mortal.ended).signal, 'SIGKILL');
    assert.ok(await system.store.head(upload.key), 'the store had completed');
    const { data: between } = await player.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId: upload.videoId } } });
    assert.equal(between?.status, 'uploading');

    const reborn = await start({});
    try {
      const answers = await Promise.all([1, 2, 3].map(() => client.POST('/api/v1/media/upload/complete', { body })));
      assert.deepEqual(
        answers.map(({ response, data }) => [response.status, data?.id]),
        [1, 2, 3].map(() => [200, upload.videoId]),
      );
    } finally {
      await reborn.stop();
    }
    const { admin } = system.database;
    const videos = await admin('upload').where({ tenantId: club.tenantId, id: upload.uploadId });
    const { jobs } = await traces(upload.videoId);
    const audits = await admin('auditEvent').where({ tenantId: club.tenantId, action: 'VIDEO_UPLOADED', resourceId: upload.videoId });
    assert.deepEqual([videos.length, jobs.length, audits.length], [1, 1, 1]);
    t.diagnostic(`killed between completion and commit; 3 parallel retries: ${String(videos.length)} video, ${String(jobs.length)} job`);
  });
});

async function untilEncoding(person: Person, videoId: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { data } = await person.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } });
    if (data?.status === 'processing' && (data.progress ?? 0) > 0) return;
    if (data?.status === 'ready' || Date.now() > deadline)
      throw new Error(`not caught in the middle: ${String(data?.status)} ${String(data?.progress)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
