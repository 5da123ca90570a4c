import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get as httpGet } from 'node:http';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import request from 'supertest';
import { startServer } from './server.ts';
import { mediaFile, VIDEO } from './rows.test-kit.ts';
import { answered, appWith, LEASE, SESSION, type Changes } from './test-kit.ts';

const FILE = `/api/v1/play/${LEASE}/analysis.mp4`;
const { app } = appWith();
const play = (range?: string) =>
  request(app)
    .get(FILE)
    .set(range === undefined ? {} : { Range: range })
    .buffer(true)
    .parse(textParser);

const textParser: Parameters<ReturnType<ReturnType<typeof request>['get']>['parse']>[0] = (res, done) => {
  let text = '';
  res.on('data', (chunk: Buffer) => (text += chunk.toString()));
  res.on('end', () => done(null, text));
};

describe('a file of a lease', () => {
  it('comes whole without a range', async () => {
    const { status, headers, body } = await answered(play());
    assert.deepEqual([status, body, headers['content-length'], headers['content-range']], [200, '0123456789', '10', undefined]);
    assert.equal(headers['content-type'], 'video/mp4');
    assert.equal(headers['accept-ranges'], 'bytes');
    assert.equal(headers['etag'], '"abc"');
    assert.equal(headers['cache-control'], 'private, no-store');
    assert.equal(headers['content-disposition'], 'inline');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });

  it('comes in the part that was asked for', async () => {
    const { status, headers, body } = await answered(play('bytes=2-4'));
    assert.deepEqual([status, body, headers['content-length'], headers['content-range']], [206, '234', '3', 'bytes 2-4/10']);
  });

  it('tells its length when the range lies behind its end', async () => {
    const { status, headers } = await answered(play('bytes=10-'));
    assert.deepEqual([status, headers['content-range']], [416, 'bytes */10']);
    assert.match(headers['content-type'] ?? '', /^application\/problem\+json/);
  });

  it('answers HEAD with everything but the bytes, and does not ask the store', async () => {
    const open = () => Promise.reject(new Error('the store was asked'));
    const kit = appWith({ playback: { file: async () => ({ ...mediaFile('bytes=2-4'), open }) } });
    const { status, headers, text } = await answered(request(kit.app).head(FILE));
    assert.deepEqual([status, headers['content-length'], headers['content-range'], text], [206, '3', 'bytes 2-4/10', undefined]);
  });

  it('that the caller has already is 304, with its validator and no byte', async () => {
    const kit = appWith({ playback: { file: async () => ({ ...mediaFile(null), isUnchanged: true }) } });
    const { status, headers, text } = await answered(request(kit.app).get(FILE));
    assert.deepEqual([status, headers['etag'], headers['content-length'], text], [304, '"abc"', undefined, '']);
  });

  it('may come from the store: a redirect that nobody keeps, readable by every site', async () => {
    const url = 'https://store.test/key?X-Amz-Signature=1';
    const kit = appWith({
      playback: { file: async () => ({ ...mediaFile(null), elsewhere: () => ({ by: 'redirect', url, tenantId: 't' }) }) },
    });
    const { status, headers } = await answered(request(kit.app).get(FILE).redirects(0));
    assert.deepEqual([status, headers['location'], headers['cache-control']], [302, url, 'no-store']);
    assert.deepEqual(
      [headers['access-control-allow-origin'], headers['referrer-policy'], headers['etag']],
      ['*', 'no-referrer', undefined],
    );
    assert.equal((await answered(request(kit.app).head(FILE))).status, 200);
  });

  it('may be left to nginx, which is told the path and the range we decided on', async () => {
    const url = 'https://store.test/media/key?X-Amz-Signature=1';
    const file = { ...mediaFile('bytes=2-4'), elsewhere: () => ({ by: 'accel' as const, url, tenantId: 't' }) };
    const { headers } = await answered(request(appWith({ playback: { file: async () => file } }).app).get(FILE));
    assert.equal(headers['x-accel-redirect'], '/_store/media/key?X-Amz-Signature=1');
    assert.deepEqual([headers['x-media-range'], headers['x-media-tenant'], headers['etag']], ['bytes=2-4', 't', '"abc"']);
  });

  it('needs no credential, and a poster does', async () => {
    assert.equal((await answered(request(app).get(`/api/v1/videos/${VIDEO}/poster`))).status, 401);
    const { status, headers } = await answered(
      request(app).get(`/api/v1/videos/${VIDEO}/poster`).set('Authorization', `Bearer ${SESSION}`),
    );
    assert.deepEqual([status, headers['content-type'], headers['cross-origin-resource-policy']], [200, 'image/jpeg', 'same-origin']);
  });

  it('has a plain name', async () => {
    for (const name of ['..%2Fsource', 'a%00.mp4', 'ANALYSIS.MP4', '.mp4'])
      assert.equal((await answered(request(app).get(`/api/v1/play/${LEASE}/${name}`))).status, 400, name);
  });

  it('is held against the spec where it is not plainly good', async () => {
    for (const [address, field] of [
      [`/api/v1/play/${LEASE.slice(1)}/analysis.mp4`, 'leaseId'],
      [`/api/v1/play/${LEASE}/analysis.mpeg44`, 'fileName'],
      [`${FILE}?token=1`, 'token'],
      [`${FILE}?`, undefined],
    ] as const) {
      const { status, body } = await answered(request(app).get(address));
      assert.deepEqual(
        [status, body['code'], body['field']],
        field === undefined ? [200, undefined, undefined] : [400, 'request.invalid', field],
      );
    }
    assert.equal((await answered(request(app).head(FILE))).status, 200);
  });
});

const endless = () =>
  new Readable({
    read() {
      this.push(Buffer.alloc(64 * 1024));
    },
  });

/** The application behind a real port, for what happens to a connection. */
async function listening(changes: Changes, context: TestContext) {
  const kit = appWith(changes);
  const server = await startServer(kit.app, { host: '127.0.0.1', port: 0 });
  context.after(() => server.close(0));
  const open = async () => {
    const sent = httpGet({ host: '127.0.0.1', port: server.port, path: FILE, agent: false });
    const [response] = (await once(sent, 'response')) as [Readable];
    return response;
  };
  return { ...kit, open, stop: () => server.close(0) };
}

describe('a stream', () => {
  it('whose reader leaves is let go, and nobody calls it a failure', async (context) => {
    const body = endless();
    const closed = new Promise((resolve) => body.once('close', resolve));
    const { lines, open, stop } = await listening(
      { playback: { file: async () => ({ ...mediaFile(null), totalBytes: 1e9, open: async () => body }) } },
      context,
    );
    const response = await open();
    await once(response, 'data');
    response.destroy();
    await closed;
    await stop();
    assert.ok(body.destroyed);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /"aborted":true/);
  });

  it('that breaks in the store breaks for the reader too, and is logged', async (context) => {
    const body = Readable.from(
      (async function* () {
        yield Buffer.from('01234');
        await Promise.resolve();
        throw new Error('the disk is gone');
      })(),
    );
    const { lines, open, stop } = await listening(
      { playback: { file: async () => ({ ...mediaFile(null), open: async () => body }) } },
      context,
    );
    const response = await open();
    response.resume();
    await assert.rejects(once(response, 'end'), { code: 'ECONNRESET' });
    await stop();
    assert.ok(lines.some((line) => line.includes('request failed') && line.includes('the disk is gone')));
  });
});
