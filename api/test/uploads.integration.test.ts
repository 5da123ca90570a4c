import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { startClub, type Club, type Person } from './support/club.ts';
import { declaration, sendParts, uploadClip } from './support/clips.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let coach: Person;
let player: Person;
let stranger: Person;
const bytes = Buffer.alloc(9 * 1024 * 1024, 7);

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  coach = await club.person('coach', 'coach-1');
  player = await club.person('player', 'player-1');
  stranger = await club.person('player', 'player-2');
  await club.coaches(coach, player);
});
after(() => system.stop());

const init = (person: Person, more: Parameters<typeof declaration>[1] = {}) =>
  person.api.POST('/api/v1/media/upload/init', { body: declaration(bytes, more) });

const opened = async (person: Person, more: Parameters<typeof declaration>[1] = {}) => {
  const { data, error } = await init(person, more);
  assert.ok(data, JSON.stringify(error));
  return data;
};

const rowsOf = async (table: string): Promise<number> => Number((await system.database.admin(table).count())[0]?.['count']);

describe('an upload that must not begin', () => {
  const cases: [string, Parameters<typeof declaration>[1], number, string, string | undefined][] = [
    ['of a type that is no video', { contentType: 'application/pdf' }, 415, 'upload.type_not_allowed', 'contentType'],
    ['of an empty file', { sizeBytes: 0 }, 422, 'upload.empty', 'sizeBytes'],
    ['of a file beyond the tenant’s limit', { sizeBytes: 100 * 1024 * 1024 + 1 }, 413, 'upload.too_large', 'sizeBytes'],
    ['for an athlete who does not exist', { playerId: randomUUID() }, 404, 'user.not_found', 'playerId'],
    ['without a title', { title: '' }, 400, 'request.invalid', 'title'],
  ];
  for (const [name, more, status, code, field] of cases)
    it(`${name} is ${code}, and leaves nothing behind`, async () => {
      const before = [await rowsOf('video'), await rowsOf('upload')];
      const { response, error } = await init(player, more);
      assert.deepEqual([response.status, error?.code, error?.field], [status, code, field]);
      assert.equal(error?.status, status);
      assert.match(error.requestId, /./);
      assert.deepEqual([await rowsOf('video'), await rowsOf('upload')], before);
    });

  it('says the limit in numbers', async () => {
    const { error } = await init(player, { sizeBytes: 200 * 1024 * 1024 });
    assert.deepEqual([error?.['sizeBytes'], error?.['maxSizeBytes']], [200 * 1024 * 1024, 100 * 1024 * 1024]);
  });

  it('by a coach without the athlete’s consent is access.consent_missing, naming the purpose', async () => {
    const { response, error } = await init(coach, { playerId: player.id });
    assert.deepEqual([response.status, error?.code, error?.['purpose']], [403, 'access.consent_missing', 'coach_review']);
  });

  it('by another athlete is access.denied', async () => {
    const { error } = await init(stranger, { playerId: player.id });
    assert.deepEqual([error?.code, error?.['reason']], ['access.denied', 'not_related']);
  });
});

describe('the same upload again', () => {
  it('is the same video, however parallel', async () => {
    const clientUploadId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => init(player, { clientUploadId })));
    assert.deepEqual([...new Set(answers.map(({ response }) => response.status))], [200]);
    assert.equal(new Set(answers.map(({ data }) => `${String(data?.videoId)} ${String(data?.uploadId)}`)).size, 1);
    const [row] = await system.database
      .admin('upload')
      .where({ clientUploadId })
      .select<{ objectKey: string; state: string }[]>('objectKey', 'state');
    assert.equal(row?.state, 'open');
  });

  it('with other parameters is upload.parameters_differ', async () => {
    const clientUploadId = randomUUID();
    await init(player, { clientUploadId });
    const { response, error } = await init(player, { clientUploadId, title: 'Another title' });
    assert.deepEqual([response.status, error?.code], [409, 'upload.parameters_differ']);
  });

  it('goes on where it stopped: only what is missing is asked for', async () => {
    const clientUploadId = randomUUID();
    const upload = await opened(player, { clientUploadId });
    assert.deepEqual(
      upload.missingParts.map(({ partNumber, sizeBytes }) => [partNumber, sizeBytes]),
      [
        [1, 5 * 1024 * 1024],
        [2, 4 * 1024 * 1024],
      ],
    );
    await sendParts({ ...upload, missingParts: upload.missingParts.slice(0, 1) }, bytes);
    const again = await opened(player, { clientUploadId });
    assert.deepEqual([again.storedParts.map((part) => part.partNumber), again.missingParts.map((part) => part.partNumber)], [[1], [2]]);
  });
});

describe('completing', () => {
  it('with a part missing is upload.parts_incomplete, names it, and the upload stays open', async () => {
    const upload = await opened(player);
    const parts = await sendParts({ ...upload, missingParts: upload.missingParts.slice(0, 1) }, bytes);
    const { response, error } = await player.api.POST('/api/v1/media/upload/complete', {
      body: { videoId: upload.videoId, uploadId: upload.uploadId, parts },
    });
    assert.deepEqual([response.status, error?.code, error?.['missingParts']], [409, 'upload.parts_incomplete', [2]]);
    const all = await sendParts(
      (await player.api.POST('/api/v1/media/upload/parts', { body: { videoId: upload.videoId, uploadId: upload.uploadId } })).data ??
        upload,
      bytes,
    );
    const done = await player.api.POST('/api/v1/media/upload/complete', {
      body: { videoId: upload.videoId, uploadId: upload.uploadId, parts: all },
    });
    assert.equal(done.data?.status, 'uploaded');
  });

  it('with a false etag is upload.parts_incomplete', async () => {
    const upload = await opened(player);
    const parts = (await sendParts(upload, bytes)).map((part) => ({ ...part, etag: '"0123"' }));
    const { error } = await player.api.POST('/api/v1/media/upload/complete', {
      body: { videoId: upload.videoId, uploadId: upload.uploadId, parts },
    });
    assert.deepEqual([error?.code, error?.['wrongParts']], ['upload.parts_incomplete', [1, 2]]);
  });

  it('twenty times at once has one effect', async () => {
    const upload = await opened(player);
    const parts = await sendParts(upload, bytes);
    const body = { videoId: upload.videoId, uploadId: upload.uploadId, parts };
    const answers = await Promise.all(Array.from({ length: 20 }, () => player.api.POST('/api/v1/media/upload/complete', { body })));
    assert.deepEqual(
      [...new Set(answers.map(({ response, error }) => `${String(response.status)} ${String(error?.code)}`))],
      ['200 undefined'],
    );
    const { rows } = await system.database.admin.raw<{ rows: { count: number }[] }>(
      `select count(*) from queue.job where data->>'videoId' = ?`,
      [upload.videoId],
    );
    assert.equal(rows[0]?.count, 1);
    assert.equal((await system.database.admin('videoTransition').where({ videoId: upload.videoId, event: 'uploaded' })).length, 1);
  });

  it('what somebody else wrote to the key is upload.object_conflict, and nothing is accepted', async () => {
    const upload = await opened(player);
    const parts = await sendParts(upload, bytes);
    const [row] = await system.database.admin('upload').where({ id: upload.uploadId }).select<{ storeUploadId: string }[]>('storeUploadId');
    await system.store.abortMultipart(upload.key, row?.storeUploadId ?? '');
    const foreign = await system.store.createMultipart(upload.key, { contentType: 'video/mp4', metadata: { 'write-token': 'not ours' } });
    const url = await system.store.signPart(upload.key, { uploadId: foreign, partNumber: 1, sizeBytes: 3, expiresInSeconds: 60 });
    const etag = (await fetch(url, { method: 'PUT', body: 'abc' })).headers.get('etag') ?? '';
    await system.store.completeMultipart(upload.key, foreign, [{ partNumber: 1, etag }]);
    const { response, error } = await player.api.POST('/api/v1/media/upload/complete', {
      body: { videoId: upload.videoId, uploadId: upload.uploadId, parts },
    });
    assert.deepEqual([response.status, error?.code], [409, 'upload.object_conflict']);
  });

  it('another person’s upload is access.denied', async () => {
    const guardian = await club.person('guardian', 'guardian-1');
    await club.guards(guardian, player);
    const upload = await opened(player);
    const { response, error } = await guardian.api.POST('/api/v1/media/upload/parts', {
      body: { videoId: upload.videoId, uploadId: upload.uploadId },
    });
    assert.deepEqual([response.status, error?.code], [403, 'access.denied']);
  });
});

describe('giving up', () => {
  it('leaves nothing in the store and no video in the library', async () => {
    const upload = await opened(player);
    await sendParts(upload, bytes);
    const body = { videoId: upload.videoId, uploadId: upload.uploadId };
    assert.equal((await player.api.POST('/api/v1/media/upload/abort', { body })).response.status, 204);
    const [row] = await system.database.admin('upload').where({ id: upload.uploadId }).select<{ storeUploadId: string }[]>('storeUploadId');
    assert.equal(await system.store.listParts(upload.key, row?.storeUploadId ?? ''), null);
    assert.equal(
      (await player.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId: upload.videoId } } })).response.status,
      404,
    );
  });

  it('after completion is upload.already_completed, and the video stays', async () => {
    const upload = await opened(player);
    const parts = await sendParts(upload, bytes);
    const body = { videoId: upload.videoId, uploadId: upload.uploadId };
    await player.api.POST('/api/v1/media/upload/complete', { body: { ...body, parts } });
    const { response, error } = await player.api.POST('/api/v1/media/upload/abort', { body });
    assert.deepEqual([response.status, error?.code], [409, 'upload.already_completed']);
    assert.ok(await system.store.head(upload.key));
  });
});

describe('removing a video', () => {
  it('while it is still being uploaded ends the upload at the store', async () => {
    const upload = await opened(player);
    await sendParts(upload, bytes);
    assert.equal(
      (await player.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId: upload.videoId } } })).response.status,
      204,
    );
    const { response } = await player.api.POST('/api/v1/media/upload/complete', {
      body: { videoId: upload.videoId, uploadId: upload.uploadId, parts: [{ partNumber: 1, etag: 'x' }] },
    });
    assert.equal(response.status, 404);
    const [row] = await system.database.admin('upload').where({ id: upload.uploadId }).select<{ storeUploadId: string }[]>('storeUploadId');
    assert.equal(await system.store.listParts(upload.key, row?.storeUploadId ?? ''), null);
  });

  it('twice is 404 the second time', async () => {
    const { id } = await uploadClip(player.api, bytes);
    const remove = () => player.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId: id } } });
    assert.deepEqual([(await remove()).response.status, (await remove()).response.status], [204, 404]);
  });
});
