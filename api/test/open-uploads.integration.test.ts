import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { declaration, sendParts, uploadClip } from './support/clips.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

const BYTES = Buffer.alloc(9 * 1024 * 1024, 7);
const contentId = (): string => randomBytes(32).toString('hex');

describe('open uploads', () => {
  let system: TestSystem;
  let club: Club;
  let coach: Person;
  let player: Person;

  before(async () => {
    system = await startTestSystem();
    club = await startClub(system, 'Fairway');
    coach = await club.person('coach', 'coach');
    player = await club.person('player', 'player');
    await club.coaches(coach, player);
    await club.consents(player, 'coach_review');
  });
  after(() => system.stop());

  const listed = async (person: Person, fingerprint?: string) => {
    const { data } = await person.api.GET('/api/v1/media/uploads', { params: { query: fingerprint === undefined ? {} : { fingerprint } } });
    assert.ok(data);
    return data;
  };
  const begin = async (person: Person, fingerprint: string, more = {}) => {
    const { data } = await person.api.POST('/api/v1/media/upload/init', {
      body: declaration(BYTES, { clientUploadId: randomUUID(), fingerprint, ...more }),
    });
    assert.ok(data);
    return data;
  };

  it('refuses what is no fingerprint, and a session that may not upload', async () => {
    const bad = await coach.api.GET('/api/v1/media/uploads', { params: { query: { fingerprint: 'abc' } } });
    assert.equal(bad.response.status, 400);
    const { data: session } = await club.server.POST('/api/v1/sessions', {
      body: { actor: { externalId: 'coach', role: 'coach', displayName: 'C' }, origins: ['http://portal.test'], scopes: ['videos:read'] },
    });
    assert.ok(session);
    const response = await fetch(`${system.url}/api/v1/media/uploads`, {
      headers: { Authorization: `Bearer ${session.token}`, Origin: 'http://portal.test' },
    });
    assert.equal(response.status, 403);
    assert.equal(((await response.json()) as { code: string }).code, 'access.scope_missing');
  });

  it('lists the caller’s own, and nobody else’s, by what the file contains', async () => {
    const fingerprint = contentId();
    const mine = await begin(coach, fingerprint, { title: 'First tee' });
    await begin(coach, contentId());
    await begin(player, fingerprint);
    const { items, duplicateOf, limits } = await listed(coach, fingerprint);
    assert.deepEqual(
      items.map(({ id, videoId, title, sizeBytes, playerId }) => ({ id, videoId, title, sizeBytes, playerId })),
      [{ id: mine.uploadId, videoId: mine.videoId, title: 'First tee', sizeBytes: BYTES.length, playerId: null }],
    );
    assert.equal(duplicateOf, null);
    assert.deepEqual(limits, { maxSizeBytes: 100 * 1024 * 1024, maxDurationMs: 60_000 });
    assert.equal((await listed(coach)).items.length, 2);
  });

  it('lets another device go on where the first one stopped', async () => {
    const fingerprint = contentId();
    const first = await begin(coach, fingerprint);
    await sendParts({ ...first, missingParts: first.missingParts.slice(0, 1) }, BYTES);
    const elsewhere = await club.person('coach', 'coach');
    const [found] = (await listed(elsewhere, fingerprint)).items;
    assert.ok(found);
    const { data: upload } = await elsewhere.api.POST('/api/v1/media/upload/parts', {
      body: { videoId: found.videoId, uploadId: found.id },
    });
    assert.ok(upload);
    assert.deepEqual(
      upload.missingParts.map(({ partNumber }) => partNumber),
      [2],
    );
    const parts = await sendParts(upload, BYTES);
    const { data: video } = await elsewhere.api.POST('/api/v1/media/upload/complete', {
      body: { videoId: found.videoId, uploadId: found.id, parts },
    });
    assert.equal(video?.status, 'uploaded');
    assert.deepEqual((await listed(coach, fingerprint)).items, []);
  });

  it('knows what is here already, until it is deleted', async () => {
    const fingerprint = contentId();
    const video = await uploadClip(coach.api, Buffer.from('a clip'), { fingerprint, playerId: player.id });
    assert.equal((await listed(coach, fingerprint)).duplicateOf, video.id);
    assert.equal((await listed(player, fingerprint)).duplicateOf, null, 'another person’s upload is nobody’s business');
    await coach.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId: video.id } } });
    assert.equal((await listed(coach, fingerprint)).duplicateOf, null);
  });

  it('leaves out what has been given up', async () => {
    const fingerprint = contentId();
    const { videoId, uploadId } = await begin(coach, fingerprint);
    await coach.api.POST('/api/v1/media/upload/abort', { body: { videoId, uploadId } });
    assert.deepEqual((await listed(coach, fingerprint)).items, []);
  });

  it('completes with an empty list when the store has put the parts together already', async () => {
    const fingerprint = contentId();
    const upload = await begin(coach, fingerprint);
    await sendParts(upload, BYTES);
    const row = await system.database.admin('upload').where({ id: upload.uploadId }).first<{ storeUploadId: string }>('storeUploadId');
    const stored = await system.store.listParts(upload.key, row?.storeUploadId ?? '');
    await system.store.completeMultipart(upload.key, row?.storeUploadId ?? '', stored ?? []);
    const { videoId, uploadId } = upload;
    const { data: seen } = await coach.api.POST('/api/v1/media/upload/parts', { body: { videoId, uploadId } });
    assert.deepEqual([seen?.storedParts, seen?.missingParts], [[], []]);
    const { data: video } = await coach.api.POST('/api/v1/media/upload/complete', { body: { videoId, uploadId, parts: [] } });
    assert.equal(video?.status, 'uploaded');
  });

  it('does not take an empty list for a whole file', async () => {
    const { videoId, uploadId } = await begin(coach, contentId());
    const { error } = await coach.api.POST('/api/v1/media/upload/complete', { body: { videoId, uploadId, parts: [] } });
    assert.equal(error?.code, 'upload.parts_incomplete');
  });
});
