import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, it } from 'node:test';
import { DomainError } from '../../domain/errors.ts';
import { sourceKey } from './object-keys.ts';
import { s3Store } from './object-store.s3.ts';
import type { S3StoreOptions } from './s3-client.ts';
import type { ObjectStore } from './object-store.ts';

const KEY = sourceKey(randomUUID(), randomUUID(), 'one');
const ETAG = '781e5e245d69b566979b86e28d23f2c7';

const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof DomainError && error.code === code;

const errorXml = (code: string): string => `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>m</Message></Error>`;
const partsXml = (first: number, last: number, more: boolean): string =>
  `<ListPartsResult><IsTruncated>${String(more)}</IsTruncated><NextPartNumberMarker>${String(last)}</NextPartNumberMarker>` +
  Array.from(
    { length: last - first + 1 },
    (_, i) => `<Part><PartNumber>${String(first + i)}</PartNumber><ETag>"${ETAG}"</ETag><Size>9</Size></Part>`,
  ).join('') +
  '</ListPartsResult>';

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A script for what real stores do only on a bad day. Null leaves the call without an answer. */
type Script = (asked: Asked) => { status?: number; body?: string } | null;

describe('the S3 store, when the other side', () => {
  let server: Server;
  let calls: Asked[];

  async function storeAgainst(script: Script, options: Partial<S3StoreOptions> = {}): Promise<ObjectStore> {
    calls = [];
    server = createServer((request: IncomingMessage, response: ServerResponse) => {
      void text(request).then((body) => {
        const asked = { method: request.method ?? '', url: new URL(request.url ?? '', 'http://s3'), headers: request.headers, body };
        calls.push(asked);
        const answer = script(asked);
        if (answer) response.writeHead(answer.status ?? 200).end(answer.body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (!address || typeof address === 'string') throw new Error('the server has no port');
    const endpoint = `http://127.0.0.1:${String(address.port)}`;
    return s3Store({
      endpoint,
      region: 'us-east-1',
      bucket: 'media',
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      forcePathStyle: true,
      ...options,
    });
  }
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const completions = (): readonly Asked[] => calls.filter(({ method }) => method === 'POST');
  /** One part has arrived and no object stands at the key; the completion is answered as given. */
  const completing =
    (answers: readonly { status?: number; body: string }[]): Script =>
    ({ method }) => {
      if (method === 'GET') return { body: partsXml(1, 1, false) };
      if (method === 'HEAD') return { status: 404 };
      return answers[Math.min(completions().length, answers.length) - 1] ?? null;
    };
  const complete = (store: ObjectStore): Promise<string> => store.completeMultipart(KEY, 'u', [{ partNumber: 1, etag: ETAG }]);
  const DONE = { body: '<CompleteMultipartUploadResult><ETag>"x-1"</ETag></CompleteMultipartUploadResult>' };

  it('answers a completion with 200 and an error inside, does not take it for success', async () => {
    await assert.rejects(complete(await storeAgainst(completing([{ body: errorXml('InternalError') }]))), hasCode('service.unavailable'));
  });

  it('answers so once, asks again', async () => {
    assert.equal(await complete(await storeAgainst(completing([{ body: errorXml('InternalError') }, DONE]))), 'completed');
    assert.equal(completions().length, 2);
  });

  it('answers a completion with 200 and nothing, does not take it for success', async () => {
    await assert.rejects(complete(await storeAgainst(completing([{ body: '' }]))), hasCode('service.unavailable'));
  });

  it('no longer knows the upload, says that it is gone', async () => {
    assert.equal(await complete(await storeAgainst(completing([{ status: 404, body: errorXml('NoSuchUpload') }]))), 'gone');
  });

  it('finds an object at the key at the last moment, says that the upload is gone', async () => {
    assert.equal(await complete(await storeAgainst(completing([{ status: 412, body: errorXml('PreconditionFailed') }]))), 'gone');
    assert.equal(completions()[0]?.headers['if-none-match'], '*');
  });

  for (const code of ['InvalidPart', 'EntityTooSmall'])
    it(`refuses a part with ${code}, says that the parts are not as they must be`, async () => {
      await assert.rejects(
        complete(await storeAgainst(completing([{ status: 400, body: errorXml(code) }]))),
        hasCode('upload.parts_incomplete'),
      );
    });

  it('lists parts page by page, reads every page and no page twice', async () => {
    const store = await storeAgainst(({ url }) => {
      const marker = Number(url.searchParams.get('part-number-marker') ?? 0);
      return { body: marker === 0 ? partsXml(1, 1000, true) : partsXml(1001, 1002, false) };
    });
    assert.equal((await store.listParts(KEY, 'u'))?.length, 1002);
    assert.equal(calls.length, 2);
  });

  it('still has parts after an abort, aborts again', async () => {
    let left = 2;
    const store = await storeAgainst(({ method }) => {
      if (method === 'DELETE') return { status: 204 };
      left -= 1;
      return left > 0 ? { body: partsXml(1, 1, false) } : { status: 404, body: errorXml('NoSuchUpload') };
    });
    await store.abortMultipart(KEY, 'u');
    assert.deepEqual(
      calls.map(({ method }) => method),
      ['DELETE', 'GET', 'DELETE', 'GET'],
    );
  });

  it('does not answer, is unavailable after its time', async () => {
    const store = await storeAgainst(() => null, { callTimeoutMs: 50 });
    await assert.rejects(store.head(KEY), hasCode('service.unavailable'));
  });

  it('refuses the credentials, is unavailable and says nothing more', async () => {
    const store = await storeAgainst(() => ({ status: 403, body: errorXml('AccessDenied') }));
    await assert.rejects(
      store.ping(),
      (error) => error instanceof DomainError && error.context.detail === 'the object store could not answer',
    );
  });

  it('fails the first time a file is written, sends it whole again, with its checksum and encryption', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'va-s3-'));
    await writeFile(join(directory, 'file'), '0123456789');
    const store = await storeAgainst(() => (calls.length === 1 ? { status: 500, body: errorXml('InternalError') } : {}), {
      serverSideEncryption: 'aws:kms',
    });
    await store.putFile(KEY, join(directory, 'file'), { contentType: 'video/mp4' });
    await rm(directory, { recursive: true });
    assert.deepEqual(
      calls.map(({ body }) => body),
      ['0123456789', '0123456789'],
    );
    assert.equal(calls[1]?.headers['content-md5'], Buffer.from(ETAG, 'hex').toString('base64'));
    assert.equal(calls[1]?.headers['x-amz-server-side-encryption'], 'aws:kms');
  });

  it('does not remove an object, does not say that all are removed', async () => {
    const store = await storeAgainst(({ method }) =>
      method === 'GET'
        ? { body: `<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>${KEY}</Key></Contents></ListBucketResult>` }
        : { body: `<DeleteResult><Error><Key>${KEY}</Key><Code>AccessDenied</Code></Error></DeleteResult>` },
    );
    await assert.rejects(store.removePrefix(KEY.slice(0, -'source'.length)), hasCode('service.unavailable'));
  });

  it('has a bucket for originals and one for the rest, sends each key to its own and lists both as one', async () => {
    const under = KEY.slice(0, -'o/one/source'.length);
    const names = { ingest: ['o/one/source', 'o/two/source'], media: ['a', 'r/1/x/poster.jpg'] };
    const store = await storeAgainst(
      ({ method, url }) => {
        if (method === 'HEAD') return {};
        const found = url.pathname.startsWith('/ingest') ? names.ingest : names.media;
        const contents = found.map((name) => `<Contents><Key>${under}${name}</Key></Contents>`).join('');
        return { body: `<ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>` };
      },
      { ingestBucket: 'ingest', mediaBucket: 'played' },
    );
    await store.head(KEY);
    await store.head(`${under}r/1/x/poster.jpg`);
    await store.ping();
    assert.deepEqual(
      calls.map(({ url }) => url.pathname.split('/')[1]),
      ['ingest', 'played', 'ingest', 'played'],
    );
    assert.ok((await store.signPart(KEY, { uploadId: 'u', partNumber: 1, sizeBytes: 9, expiresInSeconds: 9 })).includes('/ingest/t/'));
    const keys: string[] = [];
    for await (const key of store.list(under)) keys.push(key.slice(under.length));
    assert.deepEqual(keys, ['a', 'o/one/source', 'o/two/source', 'r/1/x/poster.jpg']);
  });

  it('lists uploads page by page, reads every page and no page twice', async () => {
    const store = await storeAgainst(({ url }) => {
      const marker = url.searchParams.get('upload-id-marker');
      const upload = (id: string): string => `<Upload><Key>${KEY}</Key><UploadId>${id}</UploadId></Upload>`;
      return {
        body:
          marker === null
            ? `<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>${KEY}</NextKeyMarker><NextUploadIdMarker>u1</NextUploadIdMarker>${upload('u1')}</ListMultipartUploadsResult>`
            : `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated><NextUploadIdMarker>u2</NextUploadIdMarker>${upload('u2')}</ListMultipartUploadsResult>`,
      };
    });
    const ids: string[] = [];
    for await (const { uploadId } of store.listUploads(KEY.slice(0, -'source'.length))) ids.push(uploadId);
    assert.deepEqual(ids, ['u1', 'u2']);
    assert.equal(calls.length, 2);
  });

  it('has another address for browsers, signs that one, with the length and until the time given', async () => {
    const store = await storeAgainst(() => null, {
      publicEndpoint: 'https://media.example',
      clock: () => new Date('2026-01-01T12:00:00Z'),
    });
    const url = new URL(await store.signPart(KEY, { uploadId: 'u', partNumber: 3, sizeBytes: 9, expiresInSeconds: 900 }));
    assert.equal(url.origin + url.pathname, `https://media.example/media/${KEY}`);
    assert.equal(url.searchParams.get('X-Amz-SignedHeaders'), 'content-length;host');
    assert.equal(url.searchParams.get('X-Amz-Date'), '20260101T120000Z');
    assert.equal(url.searchParams.get('X-Amz-Expires'), '900');
    assert.ok(![...url.searchParams.keys()].some((name) => name.toLowerCase().includes('checksum')));
  });
});
