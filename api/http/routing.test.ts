import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import request from 'supertest';
import { DomainError } from '../../domain/errors.ts';
import { assertComplete } from './mount.ts';
import { operationsOf, readSpec } from './spec.ts';
import type { ReceivePart } from './store.ts';
import { VIDEO } from './rows.test-kit.ts';
import { answered, appWith, LEASE, SESSION } from './test-kit.ts';

const { app } = appWith();
const bearer = { Authorization: `Bearer ${SESSION}` };

describe('an address', () => {
  it('that leads nowhere is a problem like any other', async () => {
    for (const path of ['/', '/api/v1', '/api/v1/video', '/api/v1/Videos', '/api/v1/videos/', '/store/t/x']) {
      const { status, body, headers } = await answered(request(app).get(path).set(bearer));
      assert.deepEqual([status, body['code']], [404, 'route.not_found'], path);
      assert.equal(headers['x-powered-by'], undefined);
    }
  });

  it('tells which methods it takes', async () => {
    const { status, body, headers } = await answered(request(app).put('/api/v1/videos').set(bearer));
    assert.deepEqual([status, body['code'], headers['allow']], [405, 'route.method_not_allowed', 'GET, HEAD, OPTIONS']);
    const { headers: options } = await answered(request(app).options(`/api/v1/videos/${VIDEO}`));
    assert.equal(options['allow'], 'GET, HEAD, PATCH, DELETE, OPTIONS');
  });

  it('of a renewal is not a file called renew', async () => {
    assert.equal((await answered(request(app).get(`/api/v1/play/${LEASE}/renew`))).status, 405);
  });

  it('that is not percent-encoding is a bad request', async () => {
    assert.equal((await answered(request(app).get('/api/v1/videos/%E0%A4%A').set(bearer))).status, 400);
  });

  it('answers HEAD where it answers GET', async () => {
    const { status, text } = await answered(request(app).head(`/api/v1/videos/${VIDEO}`).set(bearer));
    assert.deepEqual([status, text], [200, undefined]);
  });

  it('in an answer is made from the settings, never from what the request calls the host', async () => {
    const { text, body } = await answered(
      request(app)
        .get(`/api/v1/videos/${VIDEO}/playback`)
        .set({ ...bearer, Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'gopher' }),
    );
    assert.equal(body['renewUrl'], `https://api.example/api/v1/play/${LEASE}/renew`);
    assert.doesNotMatch(text, /evil|gopher/);
  });
});

describe('a video in an answer', () => {
  it('has the members of the spec and no other column of the row', async () => {
    const { body } = await answered(request(app).get(`/api/v1/videos/${VIDEO}`).set(bearer));
    for (const column of ['tenantId', 'attemptId', 'publishedAttemptId', 'checksumSha256', 'accessEpoch', 'deletedAt'])
      assert.ok(!(column in body), column);
    assert.equal(body['hasPoster'], true);
    assert.equal(body['capturedAt'], '2026-07-01T12:00:00.000Z');
  });
});

describe('the start', () => {
  const operations = operationsOf(readSpec());
  const handlers = Object.fromEntries(operations.map(({ id }) => [id, () => null]));

  it('accepts one handler for every operation', () => {
    assert.doesNotThrow(() => assertComplete(operations, handlers));
  });

  it('refuses an operation without a handler, and a handler without an operation', () => {
    assert.throws(
      () => assertComplete(operations, { ...Object.fromEntries(Object.entries(handlers).slice(1)), gone: () => null }),
      /getLiveness.*gone/,
    );
  });

  it('refuses an operation that the spec opens to everybody unnoticed', () => {
    const opened = operations.map((operation) => (operation.id === 'listVideos' ? { ...operation, access: 'public' as const } : operation));
    assert.throws(() => assertComplete(opened, handlers), /listVideos/);
  });
});

describe('the store’s door', () => {
  const received: { key: string; signature: string | null; bytes: string }[] = [];
  const receivePart: ReceivePart = async ({ key, query }, body) => {
    if (query.get('signature') !== 'good') throw new DomainError('store.signature_invalid', { detail: 'the address has expired' });
    const chunks: unknown[] = await body.toArray();
    received.push({ key, signature: query.get('signature'), bytes: Buffer.concat(chunks as Buffer[]).toString() });
    return { etag: 'e1' };
  };
  const { app: withDisk, lines } = appWith({}, { receivePart });
  const put = (query: string, body: string) =>
    answered(request(withDisk).put(`/store/t/1/v/2/source?${query}`).type('video/mp4').send(body));

  it('hands the bytes over as they come, and tells the part’s tag to any page', async () => {
    const { status, headers } = await put('signature=good', '{"not":"parsed"}');
    assert.deepEqual([status, headers['etag'], headers['access-control-allow-origin']], [200, '"e1"', '*']);
    assert.match(headers['access-control-expose-headers'] ?? '', /ETag/);
    assert.deepEqual(received, [{ key: 't/1/v/2/source', signature: 'good', bytes: '{"not":"parsed"}' }]);
  });

  it('tells a refusal to a sender that is still sending', async () => {
    const { status, body, headers } = await put('signature=old', 'x'.repeat(4_000_000));
    assert.deepEqual([status, body['code'], headers['access-control-allow-origin']], [403, 'store.signature_invalid', '*']);
  });

  it('takes PUT only, and lets a page ask for it', async () => {
    assert.equal((await answered(request(withDisk).get('/store/t/1'))).status, 405);
    const { headers } = await answered(
      request(withDisk).options('/store/t/1').set({ Origin: 'https://club.example', 'Access-Control-Request-Method': 'PUT' }),
    );
    assert.deepEqual([headers['access-control-allow-origin'], headers['access-control-allow-methods']], ['*', 'GET, HEAD, POST, PUT']);
  });

  it('keeps signatures out of the log', () => {
    assert.doesNotMatch(lines.join(''), /signature=|t\/1\/v\/2/);
  });
});
