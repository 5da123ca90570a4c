import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { startClub, type Club, type Person } from './support/club.ts';
import { uploadClip } from './support/clips.ts';
import { lineOn } from './support/drawings.ts';
import { FRAMES, publishRendition } from './support/published.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let coach: Person;
let player: Person;
let videoId: string;
const bytes = Buffer.alloc(1000, 1);

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  coach = await club.person('coach', 'coach-1');
  player = await club.person('player', 'player-1');
  await club.coaches(coach, player);
  await club.consents(player, 'coach_review');
  ({ id: videoId } = await uploadClip(player.api, bytes));
  await publishRendition(system, club.tenantId, videoId, bytes);
});
after(() => system.stop());

type Document = ReturnType<typeof lineOn>;

const create = (person: Person, document: Document, id: string = randomUUID()) =>
  person.api.POST('/api/v1/videos/{videoId}/annotations', { params: { path: { videoId } }, body: { id, document } });
const update = (person: Person, annotationId: string, version: number, document: Document) =>
  person.api.PATCH('/api/v1/videos/{videoId}/annotations/{annotationId}', {
    params: { path: { videoId, annotationId } },
    body: { version, document },
  });
const remove = (person: Person, annotationId: string, version: number) =>
  person.api.DELETE('/api/v1/videos/{videoId}/annotations/{annotationId}', {
    params: { path: { videoId, annotationId }, query: { version } },
  });
const list = async (person: Person, since?: string) => {
  const { data } = await person.api.GET('/api/v1/videos/{videoId}/annotations', {
    params: { path: { videoId }, ...(since !== undefined && { query: { since } }) },
  });
  assert.ok(data);
  return data;
};

const drawn = async (person: Person, document: Document): Promise<string> => {
  const { data, error } = await create(person, document);
  assert.ok(data, JSON.stringify(error));
  return data.id;
};

describe('a drawing that is refused', () => {
  const shape = lineOn(0).shapes[0];
  const cases: [string, Partial<Document> | Record<string, unknown>, number, string, string][] = [
    ['on a frame the video does not have', { frame: FRAMES }, 422, 'annotation.frame_out_of_range', 'document.frame'],
    ['that stays beyond the last frame', { frame: FRAMES - 1, frameCount: 2 }, 422, 'annotation.frame_out_of_range', 'document.frameCount'],
    ['on half a frame', { frame: 1.5 }, 400, 'request.invalid', 'document.frame'],
    ['without a shape', { shapes: [] }, 400, 'request.invalid', 'document.shapes'],
    ['with a shape that lacks its end', { shapes: [{ ...shape, to: undefined }] }, 400, 'request.invalid', 'document.shapes.0.to'],
    ['with a field nobody knows', { colour: 'red' }, 400, 'request.invalid', 'document.colour'],
    ['with the same shape id twice', { shapes: [shape, shape] }, 422, 'annotation.document_invalid', 'document.shapes'],
  ];
  for (const [name, more, status, code, field] of cases)
    it(`${name} is ${code} at ${field}`, async () => {
      const before = (await list(player)).items.length;
      const { response, error } = await create(coach, { ...lineOn(0), ...more });
      assert.deepEqual([response.status, error?.code, error?.field], [status, code, field]);
      assert.equal((await list(player)).items.length, before);
    });

  it('by somebody who may only look is access.scope_missing', async () => {
    const guardian = await club.person('guardian', 'guardian-1');
    await club.guards(guardian, player);
    assert.equal((await create(guardian, lineOn(0))).error?.code, 'access.scope_missing');
  });
});

describe('a drawing', () => {
  it('may be sent twice, and is there once', async () => {
    const id = randomUUID();
    const document = lineOn(4);
    const answers = await Promise.all([1, 2, 3].map(() => create(coach, document, id)));
    assert.deepEqual(
      answers.map(({ response, data }) => [response.status, data?.version]),
      [1, 2, 3].map(() => [201, 1]),
    );
    assert.equal((await list(coach)).items.filter((item) => item.id === id).length, 1);
    assert.equal((await create(coach, lineOn(5), id)).error?.code, 'annotation.id_taken');
  });

  it('keeps shapes of a later version as they came', async () => {
    const later = { id: randomUUID(), type: 'spotlight', reach: 0.25, nested: { a: [1, 2, { b: null }] } };
    const id = await drawn(coach, { ...lineOn(6), shapes: [later] as never });
    assert.deepEqual((await list(player)).items.find((item) => item.id === id)?.document.shapes, [later]);
  });

  it('with a stale version is annotation.version_conflict, with the drawing as it stands', async () => {
    const id = await drawn(coach, lineOn(7));
    const second = lineOn(8);
    assert.equal((await update(coach, id, 1, second)).data?.version, 2);
    const { response, error } = await update(coach, id, 1, lineOn(9));
    assert.deepEqual([response.status, error?.code], [409, 'annotation.version_conflict']);
    const { version, document } = error?.['current'] as { version: number; document: Document };
    assert.deepEqual([version, document], [2, second]);
    assert.equal((await remove(coach, id, 1)).error?.code, 'annotation.version_conflict');
  });

  it('changed by ten at once moves on by one version', async () => {
    const id = await drawn(coach, lineOn(10));
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => update(coach, id, 1, lineOn(11 + i))));
    assert.deepEqual(
      answers.map(({ response }) => response.status).sort((a, b) => a - b),
      [200, ...Array.from({ length: 9 }, () => 409)],
    );
  });

  it('is changed by its author alone', async () => {
    const id = await drawn(coach, lineOn(12));
    const { response, error } = await update(player, id, 1, lineOn(13));
    assert.deepEqual([response.status, error?.code, error?.['reason']], [403, 'access.denied', 'not_author']);
  });

  it('keeps every version', async () => {
    const [first, second] = [lineOn(14), lineOn(15)];
    const id = await drawn(coach, first);
    await update(coach, id, 1, second);
    assert.equal((await remove(coach, id, 2)).response.status, 204);
    const { data } = await player.api.GET('/api/v1/videos/{videoId}/annotations/{annotationId}/revisions', {
      params: { path: { videoId, annotationId: id } },
    });
    assert.deepEqual(
      data?.items.map(({ version, document, changedById }) => [version, document, changedById]),
      [
        [1, first, coach.id],
        [2, second, coach.id],
        [3, null, coach.id],
      ],
    );
    const { response } = await coach.api.GET('/api/v1/videos/{videoId}/annotations/{annotationId}', {
      params: { path: { videoId, annotationId: id } },
    });
    assert.equal(response.status, 404);
  });

  it('is told with `since` once it changes, and as a tombstone once it is gone', async () => {
    const id = await drawn(coach, lineOn(16));
    const { until } = await list(player);
    assert.deepEqual(await list(player, until), { items: [], removed: [], until });
    const other = await drawn(coach, lineOn(17));
    await remove(coach, id, 1);
    const news = await list(player, until);
    assert.deepEqual([news.items.map((item) => item.id), news.removed], [[other], [id]]);
    const { response, error } = await player.api.GET('/api/v1/videos/{videoId}/annotations', {
      params: { path: { videoId }, query: { since: 'x' } },
    });
    assert.deepEqual([response.status, error?.code], [400, 'cursor.invalid']);
  });

  it('is counted on the video', async () => {
    const count = async () => (await player.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } })).data?.annotationCount;
    assert.equal(await count(), (await list(player)).items.length);
  });
});
