import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { arrow, document, ANNOTATION, VIDEO } from './rows.test-kit.ts';
import { answered, appWith, CALLS, KEY, SESSION } from './test-kit.ts';

const { app } = appWith();
const ANNOTATIONS = `/api/v1/videos/${VIDEO}/annotations`;

const patch = (body: string | Buffer, headers: Record<string, string> = {}) =>
  answered(
    request(app)
      .patch(`/api/v1/videos/${VIDEO}`)
      .set({ Authorization: `Bearer ${SESSION}`, 'Content-Type': 'application/json', ...headers })
      .serialize((sent: unknown) => sent as string)
      .send(body),
  );
const annotate = (changed: unknown) =>
  answered(
    request(app)
      .post(ANNOTATIONS)
      .set({ Authorization: `Bearer ${SESSION}`, 'Idempotency-Key': KEY })
      .send({ id: ANNOTATION, document: changed as object }),
  );
const nested = (levels: number): string => '{"metadata":'.repeat(levels) + '1' + '}'.repeat(levels);

describe('a request body', () => {
  const malformed: [string, string | Buffer][] = [
    ['is not JSON', '{"title":'],
    ['is not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22])],
    ['has a member called __proto__', '{"__proto__":{"role":"admin"}}'],
    ['has a member called constructor, deep inside', '{"metadata":{"a":{"constructor":{}}}}'],
    ['has a member called prototype', '{"prototype":1}'],
    ['has NUL in a text', '{"title":"a\\u0000b"}'],
    ['has half a surrogate pair in a text', '{"title":"\\ud83c"}'],
    ['has NUL in a name', '{"a\\u0000":1}'],
    ['is nested deeper than 32 levels', nested(33)],
    ['has more than 10 000 members', `{${Array.from({ length: 10_001 }, (_, i) => `"m${String(i)}":1`).join(',')}}`],
  ];
  for (const [what, body] of malformed)
    it(`is malformed when it ${what}`, async () => {
      const answer = await patch(body);
      assert.deepEqual([answer.status, answer.body['code']], [400, 'request.malformed']);
    });

  it('may be 32 levels deep as far as the guard is concerned', async () => {
    assert.equal((await patch(nested(32))).body['code'], 'request.invalid');
  });

  it('is too large above 256 KB', async () => {
    const answer = await patch(JSON.stringify({ title: 'x'.repeat(256 * 1024) }));
    assert.deepEqual([answer.status, answer.body['code'], answer.body['maxBytes']], [413, 'request.too_large', 262_144]);
  });

  it('is measured unpacked: a small gzip is no way around the limit', async () => {
    const packed = gzipSync(JSON.stringify({ title: 'x'.repeat(10_000_000) }));
    assert.ok(packed.length < 20_000);
    assert.equal((await patch(packed, { 'Content-Encoding': 'gzip' })).status, 413);
  });

  it('may be packed with gzip', async () => {
    assert.equal((await patch(gzipSync('{"title":"Iron"}'), { 'Content-Encoding': 'gzip' })).status, 200);
  });

  it('must not be packed with anything unknown', async () => {
    assert.equal((await patch('{"title":"Iron"}', { 'Content-Encoding': 'rot13' })).status, 415);
  });

  it('must be UTF-8 by its own words too', async () => {
    assert.equal((await patch('{"title":"Iron"}', { 'Content-Type': 'application/json; charset=utf-16' })).status, 415);
    assert.equal((await patch('{"title":"Iron"}', { 'Content-Type': 'application/json; charset=UTF-8' })).status, 200);
  });

  it('leaves the prototypes of this process alone', async () => {
    await patch('{"metadata":{"__proto__":{"polluted":"yes"}}}');
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  });

  it('of a drawing may hold a line of 5000 points, and not one of 5001', async () => {
    const line = (points: number) => ({
      ...document,
      shapes: [
        {
          id: arrow.id,
          type: 'freehand',
          style: arrow.style,
          points: Array.from({ length: points }, () => ({ x: 0.123456789, y: 0.987654321 })),
        },
      ],
    });
    assert.equal((await annotate(line(5000))).status, 201);
    assert.equal((await annotate(line(5001))).body['field'], 'document.shapes.0.points');
  });

  it('of a completion may name 10 000 parts', async () => {
    const parts = Array.from({ length: 10_000 }, (_, i) => ({ partNumber: i + 1, etag: `"${'0'.repeat(32)}"` }));
    const sending = request(app)
      .post('/api/v1/media/upload/complete')
      .set({ Authorization: `Bearer ${SESSION}`, 'Idempotency-Key': KEY });
    assert.equal((await answered(sending.send({ ...CALLS['completeUpload']?.body, parts }))).status, 200);
  });
});

describe('a refused field', () => {
  const withShape = (shape: unknown) => ({ ...document, shapes: [arrow, shape] });
  const { to: _to, ...endless } = arrow;
  const cases: [string, unknown, string][] = [
    ['a coordinate that is a word', withShape({ ...arrow, to: { x: 'left', y: 0 } }), 'document.shapes.1.to.x'],
    ['an arrow without an end', withShape(endless), 'document.shapes.1.to'],
    ['an arrow with a radius', withShape({ ...arrow, radius: 1 }), 'document.shapes.1.radius'],
    ['a shape without a type', withShape({ id: arrow.id }), 'document.shapes.1.type'],
    ['a colour with a name', withShape({ ...arrow, style: { color: 'red', width: 0.01 } }), 'document.shapes.1.style.color'],
    ['a fade without a length', { ...document, visibility: { profile: 'fade' } }, 'document.visibility.fadeFrames'],
    ['a visibility nobody knows', { ...document, visibility: { profile: 'blink' } }, 'document.visibility.profile'],
    ['half a frame', { ...document, frame: 1.5 }, 'document.frame'],
    ['a document of a later version', { ...document, schemaVersion: 2 }, 'document.schemaVersion'],
  ];
  for (const [what, changed, field] of cases)
    it(`is named exactly: ${what} is ${field}`, async () => {
      const answer = await annotate(changed);
      assert.deepEqual([answer.status, answer.body['code'], answer.body['field']], [400, 'request.invalid', field]);
    });

  it('is not a shape of a later version, which is taken as it is', async () => {
    assert.equal((await annotate(withShape({ id: arrow.id, type: 'ellipse', rx: 0.1, nested: { any: ['thing'] } }))).status, 201);
  });

  it('is named in a query', async () => {
    const list = (query: string) => answered(request(app).get(`/api/v1/videos?${query}`).set('Authorization', `Bearer ${SESSION}`));
    for (const [query, field] of [
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['limit=many', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['status=lost', 'status'],
      ['playerId=7', 'playerId'],
      ['filter[a]=1', 'filter[a]'],
    ] as const)
      assert.equal((await list(query)).body['field'], field, query);
    assert.equal((await list('category=%00')).body['code'], 'request.malformed');
  });
});
