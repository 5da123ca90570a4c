import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import request from 'supertest';
import { DomainError } from '../../domain/errors.ts';
import { startServer } from './server.ts';
import { answered, appWith, SESSION, type Kit } from './test-kit.ts';

const ADDRESS = '/api/v1/audit-events/export?from=2026-07-01T00%3A00%3A00Z&to=2026-08-01T00%3A00%3A00Z';
const headers = { Authorization: `Bearer ${SESSION}` };

const kitWith = (pages: () => AsyncIterable<string>): Kit =>
  appWith({ auditLog: { export: async () => ({ contentType: 'application/x-ndjson', fileName: 'audit.ndjson', pages }) } });

/** Asks a real server. Resolves with the answer's head. */
async function ask(kit: Kit, work: (response: IncomingMessage) => Promise<void>): Promise<void> {
  const server = await startServer(kit.app, { host: '127.0.0.1', port: 0 });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    httpGet({ host: '127.0.0.1', port: server.port, path: ADDRESS, headers, agent: false }, resolve).once('error', reject);
    await work(await promise);
  } finally {
    await server.close(100);
  }
}

describe('a stream of lines', () => {
  it('is a file to save, of no length that is told', async () => {
    const { app } = kitWith(async function* () {
      yield 'a\n';
      yield 'b\nc\n';
    });
    const got = await answered(request(app).get(ADDRESS).set(headers).buffer(true));
    assert.deepEqual([got.status, got.text, got.headers['content-length']], [200, 'a\nb\nc\n', undefined]);
    assert.match(got.headers['content-type'] ?? '', /^application\/x-ndjson/);
    assert.equal(got.headers['content-disposition'], 'attachment; filename="audit.ndjson"');
    assert.equal(got.headers['cache-control'], 'private, no-store');
  });

  it('answers HEAD without making a page', async () => {
    const kit = kitWith(() => {
      throw new Error('a page was made');
    });
    const { status, text } = await answered(request(kit.app).head(ADDRESS).set(headers));
    assert.deepEqual([status, text], [200, undefined]);
  });

  it('is refused as everything is when it is refused before its first page', async () => {
    const kit = appWith({ auditLog: { export: () => Promise.reject(new DomainError('request.invalid', { field: 'to' })) } });
    const { status, body } = await answered(request(kit.app).get(ADDRESS).set(headers));
    assert.deepEqual([status, body['field']], [400, 'to']);
  });

  it('is cut off, and does not end, when it fails half-way', async () => {
    const { promise: taken, resolve: fail } = Promise.withResolvers<void>();
    const kit = kitWith(async function* () {
      yield 'a\n';
      await taken;
      throw new Error('the database went away');
    });
    await ask(kit, async (response) => {
      response.once('data', () => fail());
      await assert.rejects(once(response, 'end'), /aborted/);
    });
    assert.ok(kit.lines.some((line) => line.includes('request failed')));
  });

  it('makes no page that nobody takes, and stops when the reader leaves', async () => {
    let [made, ended] = [0, false];
    const { promise: over, resolve: stop } = Promise.withResolvers<void>();
    const page = 'x'.repeat(1024 * 1024);
    const kit = kitWith(async function* () {
      try {
        for (;;) {
          made += 1;
          yield page;
        }
      } finally {
        ended = true;
        stop();
      }
    });
    await ask(kit, async (response) => {
      response.pause();
      // The kernel's buffers fill first; then nothing moves any more.
      let [last, still] = [-1, 0];
      while (still < 20) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        still = made === last ? still + 1 : 0;
        last = made;
      }
      assert.ok(!ended && made < 64, `${String(made)} MiB were made for a reader that stands still`);
      response.destroy();
      await over;
      assert.ok(made <= last + 1);
    });
  });
});
