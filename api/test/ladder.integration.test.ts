import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Knex } from 'knex';
import { videoLadder } from '../../worker/jobs/video-ladder.ts';
import { connectDatabase } from '../platform/database.ts';
import { ladderPrefix, renditionPrefix } from '../platform/object-keys.ts';
import { bindTenant } from '../platform/tenant-scope.ts';
import type { Tenant } from '../platform/tenant.ts';
import { ladders, type LadderRef } from '../services/ladders.ts';
import { StaleAttempt } from '../services/processing.ts';
import { uploadClip } from './support/clips.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { NOBODY_WORKS, publishRendition } from './support/published.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let player: Person;
let database: Knex;
let tenant: Tenant;
const bytes = randomBytes(5000);

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  player = await club.person('player', 'player-1');
  database = connectDatabase({ url: system.database.workerUrl, poolSize: 3, name: 'va-test-worker' });
  tenant = bindTenant(
    { database, sender: NOBODY_WORKS },
    {
      tenantId: club.tenantId,
      actor: { id: randomUUID(), role: 'admin', scopes: new Set(), onlyPlayerIds: null, onlyVideoIds: null },
      credential: { kind: 'job' },
      requestId: 'test',
    },
  );
});
after(async () => {
  await database.destroy();
  await system.stop();
});

async function ready(): Promise<LadderRef> {
  const { id: videoId } = await uploadClip(player.api, bytes);
  await publishRendition(system, club.tenantId, videoId, bytes);
  const row = await system.database
    .admin<{ publishedAttemptId: string; id: string }>('video')
    .where('id', videoId)
    .first('publishedAttemptId');
  assert.ok(row);
  return { videoId, processingVersion: 1, attemptId: row.publishedAttemptId };
}

const NAMES = ['hls.m3u8', 'v360.m3u8', 'v360-iframes.m3u8', 'v360-init.mp4', 'v360-00001.m4s', 'sound.m3u8', 'sound-00001.m4s'];

/** Puts files with their own names as content under a prefix of a ladder. */
async function stored({ videoId, attemptId }: LadderRef) {
  const prefix = ladderPrefix(club.tenantId, videoId, 1, attemptId, randomUUID());
  const directory = await mkdtemp(join(tmpdir(), 'va-ladder-'));
  const files: Record<string, { key: string; sizeBytes: number; contentType: string }> = {};
  for (const name of NAMES) {
    await writeFile(join(directory, name), name);
    await system.store.putFile(`${prefix}${name}`, join(directory, name), { contentType: 'text/plain' });
    files[name] = { key: `${prefix}${name}`, sizeBytes: name.length, contentType: 'text/plain' };
  }
  await rm(directory, { recursive: true });
  return files;
}

const jobIsOurs = () => Promise.resolve(true);

const playbackOf = async (videoId: string) => {
  const { data, error } = await player.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
  assert.ok(data, JSON.stringify(error));
  return data;
};

const ladderRows = (videoId: string) => system.database.admin('videoLadder').where({ videoId });

const keysUnder = async ({ videoId, attemptId }: LadderRef): Promise<string[]> => {
  const keys: string[] = [];
  for await (const key of system.store.list(renditionPrefix(club.tenantId, videoId, 1, attemptId))) keys.push(key);
  return keys;
};

describe('a ladder', () => {
  it('is in the playback answer once it is published, and its files lie under leases that were there before', async () => {
    const ref = await ready();
    const earlier = await playbackOf(ref.videoId);
    assert.equal(earlier.sources.hls, undefined);
    await ladders().publish(tenant, ref, await stored(ref), jobIsOurs);
    const { sources } = await playbackOf(ref.videoId);
    assert.equal(sources.hls?.type, 'application/vnd.apple.mpegurl');
    assert.ok(sources.hls.url.endsWith('/hls.m3u8'));
    for (const { url } of [earlier.sources.analysis, sources.hls])
      for (const name of NAMES) assert.equal(await (await fetch(new URL(name, url))).text(), name);
  });

  it('of a lapsed lease is playback.expired, every file of it and of the rendition', async () => {
    const ref = await ready();
    await ladders().publish(tenant, ref, await stored(ref), jobIsOurs);
    const { sources } = await playbackOf(ref.videoId);
    await system.database
      .admin('playbackLease')
      .where({ videoId: ref.videoId })
      .update({ expiresAt: new Date(Date.now() - 1000) });
    for (const name of [...NAMES, 'analysis.mp4', 'poster.jpg']) {
      const response = await fetch(new URL(name, sources.analysis.url));
      assert.deepEqual([name, response.status, ((await response.json()) as { code: string }).code], [name, 410, 'playback.expired']);
    }
  });

  it('is not found under the lease of another video', async () => {
    const [one, other] = [await ready(), await ready()];
    await ladders().publish(tenant, one, await stored(one), jobIsOurs);
    const { sources } = await playbackOf(other.videoId);
    for (const name of NAMES) assert.equal((await fetch(new URL(name, sources.analysis.url))).status, 404);
  });

  it('is published for what the video shows and for nothing else', async () => {
    const ref = await ready();
    const files = await stored(ref);
    const gone = { ...ref, attemptId: randomUUID() };
    assert.equal(await ladders().begin(tenant, gone), null);
    await assert.rejects(ladders().publish(tenant, gone, files, jobIsOurs), StaleAttempt);
    await assert.rejects(
      ladders().publish(tenant, ref, files, () => Promise.resolve(false)),
      StaleAttempt,
    );
    assert.equal((await ladderRows(ref.videoId)).length, 0);
    await ladders().publish(tenant, ref, files, jobIsOurs);
    assert.equal(await ladders().begin(tenant, ref), null);
  });

  it('of a removed video is not made', async () => {
    const ref = await ready();
    assert.ok(await ladders().begin(tenant, ref));
    await player.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId: ref.videoId } } });
    assert.equal(await ladders().begin(tenant, ref), null);
    await assert.rejects(ladders().publish(tenant, ref, {}, jobIsOurs), StaleAttempt);
  });

  it('that cannot be made leaves the video ready and nothing in the store', async () => {
    const ref = await ready();
    const before = await keysUnder(ref);
    const workspaceRoot = await mkdtemp(join(tmpdir(), 'va-work-'));
    const handler = videoLadder({
      ...{ ladders: ladders(), store: system.store, workspaceRoot, killPoint: () => undefined },
      tools: { ffmpegPath: '/bin/false', ffprobePath: '/bin/false', sandbox: 'off' },
    });
    const payload = { ...ref, tenantId: club.tenantId };
    await assert.rejects(handler.run(tenant, payload, { signal: AbortSignal.timeout(10_000), settle: jobIsOurs }));
    await handler.gaveUp(tenant, payload, 'FFMPEG_FAIL');
    assert.deepEqual(await keysUnder(ref), before);
    assert.deepEqual(await readdir(workspaceRoot), []);
    const { data } = await player.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId: ref.videoId } } });
    assert.deepEqual([data?.status, data?.errorCode], ['ready', null]);
    await rm(workspaceRoot, { recursive: true });
  });
});
