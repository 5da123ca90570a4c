import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DomainError } from '../../domain/errors.ts';
import { sourceKey } from './object-keys.ts';
import { diskStore } from './object-store.disk.ts';
import type { DiskStore } from './object-store.disk.ts';

const BYTES = Buffer.from('0123456789');
const MD5 = '781e5e245d69b566979b86e28d23f2c7';

const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof DomainError && error.code === code;

describe('the disk store', () => {
  let root: string;
  let now: Date;
  let store: DiskStore;
  let key: string;
  let uploadId: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'va-disk-'));
    now = new Date('2026-01-01T12:00:00Z');
    store = diskStore({ root: join(root, 'objects'), publicUrl: 'https://api.example/', signingSecret: 's'.repeat(32), clock: () => now });
    key = sourceKey(randomUUID(), randomUUID(), 'one');
    uploadId = await store.createMultipart(key, { contentType: 'video/mp4', metadata: {} });
  });
  afterEach(() => rm(root, { recursive: true }));

  const address = (partNumber = 1): Promise<string> =>
    store.signPart(key, { uploadId, partNumber, sizeBytes: BYTES.length, expiresInSeconds: 900 });
  const receive = (url: string, body: Readable, headers = {}): Promise<{ etag: string }> =>
    store.receivePart({ key, query: new URL(url).searchParams, headers }, body);
  const scratch = (): Promise<string[]> => readdir(join(root, 'objects', '.tmp'));

  it('signs addresses of its own door', async () => {
    const url = new URL(await address());
    assert.equal(url.origin + url.pathname, `https://api.example/store/${key}`);
    assert.equal(url.searchParams.get('expires'), String(Date.parse('2026-01-01T12:15:00Z') / 1000));
  });

  it('takes a part until the second in which its address expires', async () => {
    const url = await address();
    now = new Date('2026-01-01T12:14:59.999Z');
    assert.deepEqual(await receive(url, Readable.from([BYTES])), { etag: MD5 });
    now = new Date('2026-01-01T12:15:00Z');
    await assert.rejects(receive(url, Readable.from([BYTES])), hasCode('store.signature_invalid'));
  });

  it('refuses an address in which a name comes twice, or a number is spelled differently', async () => {
    const url = await address();
    for (const forged of [
      `${url}&partNumber=1`,
      url.replace('partNumber=1', 'partNumber=01'),
      url.replace('partNumber=1', 'partNumber=1.0'),
    ])
      await assert.rejects(receive(forged, Readable.from([BYTES])), hasCode('store.signature_invalid'));
  });

  it('refuses an address signed with another secret', async () => {
    const other = diskStore({ root, publicUrl: 'https://api.example', signingSecret: 'o'.repeat(32), clock: () => now });
    const url = await other.signPart(key, { uploadId, partNumber: 1, sizeBytes: BYTES.length, expiresInSeconds: 900 });
    await assert.rejects(receive(url, Readable.from([BYTES])), hasCode('store.signature_invalid'));
  });

  it('reads not one byte of a part whose announced length is not the signed one', async () => {
    const body = new PassThrough();
    body.write(BYTES);
    await assert.rejects(receive(await address(), body, { 'content-length': '11' }), hasCode('upload.too_large'));
    await assert.rejects(receive(await address(), body, { 'content-length': '9' }), hasCode('request.invalid'));
    assert.equal(body.readableLength, BYTES.length);
  });

  it('stops reading a part that announces no length once it is longer than signed, and leaves the body to be answered', async () => {
    let pulled = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          pulled += 1;
          yield BYTES;
        }
      })(),
      { highWaterMark: 1 },
    );
    await assert.rejects(receive(await address(), endless), hasCode('upload.too_large'));
    assert.ok(pulled <= 4, `${String(pulled)} chunks were pulled`);
    assert.equal(endless.destroyed, false);
    assert.deepEqual(await store.listParts(key, uploadId), []);
    assert.deepEqual(await scratch(), []);
  });

  it('keeps nothing of a part that ends early or breaks off', async () => {
    await assert.rejects(receive(await address(), Readable.from([BYTES.subarray(1)])), hasCode('request.invalid'));
    const broken = Readable.from(
      (function* () {
        yield BYTES.subarray(1);
        throw Object.assign(new Error('aborted'), { code: 'ECONNRESET', syscall: 'read' });
      })(),
    );
    await assert.rejects(receive(await address(), broken), hasCode('request.invalid'));
    assert.deepEqual(await store.listParts(key, uploadId), []);
    assert.deepEqual(await scratch(), []);
  });

  it('refuses a part of an upload that is no longer open', async () => {
    const url = await address();
    await store.abortMultipart(key, uploadId);
    await assert.rejects(receive(url, Readable.from([BYTES])), hasCode('upload.not_open'));
  });

  it('lets one of many completions make the object', async () => {
    const part = { partNumber: 1, ...(await receive(await address(), Readable.from([BYTES]))) };
    const ends = await Promise.all(Array.from({ length: 8 }, () => store.completeMultipart(key, uploadId, [part])));
    assert.deepEqual(ends.filter((end) => end === 'completed').length, 1);
    assert.deepEqual(await scratch(), []);
  });

  it('opens files and directories to nobody else', async () => {
    const part = { partNumber: 1, ...(await receive(await address(), Readable.from([BYTES]))) };
    const modes = async (): Promise<Set<string>> => {
      const entries = await readdir(join(root, 'objects'), { recursive: true, withFileTypes: true });
      const stats = await Promise.all(entries.map((entry) => stat(join(entry.parentPath, entry.name))));
      return new Set(stats.map((stats) => `${stats.isDirectory() ? 'directory' : 'file'} ${(stats.mode & 0o777).toString(8)}`));
    };
    assert.deepEqual(await modes(), new Set(['directory 700', 'file 600']));
    await store.completeMultipart(key, uploadId, [part]);
    assert.deepEqual(await modes(), new Set(['directory 700', 'file 600']));
  });

  it('says that it is unavailable for an object that the disk has damaged, rather than give other bytes', async () => {
    const part = { partNumber: 1, ...(await receive(await address(), Readable.from([BYTES]))) };
    await store.completeMultipart(key, uploadId, [part]);
    await truncate(join(root, 'objects', key), 20);
    await assert.rejects(store.head(key), hasCode('service.unavailable'));
    await assert.rejects(store.read(key), hasCode('service.unavailable'));
  });

  it('removes what a killed process left unseen a day ago, and nothing younger', async () => {
    const [old, young] = [join(root, 'objects', '.tmp', 'old'), join(root, 'objects', '.tmp', 'young')];
    await mkdir(old);
    await writeFile(join(old, 'part'), BYTES);
    await writeFile(young, BYTES);
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600;
    await utimes(old, twoDaysAgo, twoDaysAgo);
    await diskStore({ root: join(root, 'objects'), publicUrl: '', signingSecret: 's'.repeat(32) }).ping();
    assert.deepEqual(await scratch(), ['young']);
  });

  it('says that it is unavailable when its root cannot be used, and recovers when it can', async () => {
    const blocked = join(root, 'blocked');
    await writeFile(blocked, '');
    const late = diskStore({ root: blocked, publicUrl: '', signingSecret: 's'.repeat(32) });
    await assert.rejects(late.ping(), hasCode('service.unavailable'));
    await rm(blocked);
    await late.ping();
  });

  it('takes no secret that could be guessed', () => {
    assert.throws(() => diskStore({ root, publicUrl: '', signingSecret: 'short' }), /at least 32 characters/);
  });
});
