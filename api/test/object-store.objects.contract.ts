import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../domain/errors.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { beginUpload, bytesOf, fileHolding, hasCode, keysOf, sendPart } from './object-store-kit.ts';
import type { Engine } from './object-store-kit.ts';

const LAST = Buffer.from('the end');

async function write(store: ObjectStore, key: string, bytes: Buffer): Promise<void> {
  const { file, remove } = await fileHolding(bytes);
  await store.putFile(key, file, { contentType: 'image/jpeg' });
  await remove();
}

async function holdingsOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { kind, key } of store.holdings(prefix)) found.push(`${kind} ${key}`);
  return found;
}

/** What every store keeps to about objects, prefixes and keys. */
export function objectContract(engine: Engine): void {
  describe('an object', () => {
    it('is null to look at, and cannot be read, when it is not there', async () => {
      const { store, key, prefix } = await beginUpload(engine);
      assert.equal(await store.head(key), null);
      assert.equal(await store.head(`${prefix}o/1`), null);
      await assert.rejects(store.read(key), hasCode('service.unavailable'));
    });

    it('is read by ranges', async () => {
      const { store, key, uploadId } = await beginUpload(engine);
      await store.completeMultipart(key, uploadId, [await sendPart(store, key, uploadId, 1, Buffer.from('0123456789'))]);
      const read = async (first: number, last: number): Promise<string> => (await bytesOf(store, key, { first, last })).toString();
      assert.equal(await read(0, 0), '0');
      assert.equal(await read(9, 9), '9');
      assert.equal(await read(3, 5), '345');
      assert.equal(await read(7, 9), '789');
      assert.equal(await read(8, 500), '89');
      assert.equal(await read(0, 9), '0123456789');
      await assert.rejects(read(10, 12), hasCode('service.unavailable'));
    });

    it('is written from a file, also an empty one, and replaced by the next', async () => {
      const { store, prefix } = await beginUpload(engine);
      await write(store, `${prefix}r/1/a/poster.jpg`, Buffer.from('first'));
      const first = await store.head(`${prefix}r/1/a/poster.jpg`);
      await write(store, `${prefix}r/1/a/poster.jpg`, Buffer.from('second one'));
      await write(store, `${prefix}r/1/a/empty`, Buffer.alloc(0));
      assert.equal((await bytesOf(store, `${prefix}r/1/a/poster.jpg`)).toString(), 'second one');
      const second = await store.head(`${prefix}r/1/a/poster.jpg`);
      assert.deepEqual({ ...second, etag: '' }, { sizeBytes: 10, etag: '', metadata: {} });
      assert.match(second?.etag ?? '', /^[0-9a-f]{32}$/);
      assert.notEqual(second?.etag, first?.etag, 'an ETag tells one writing from the next');
      assert.equal((await bytesOf(store, `${prefix}r/1/a/empty`)).length, 0);
      assert.equal((await store.head(`${prefix}r/1/a/empty`))?.sizeBytes, 0);
    });

    it('may take the file it is written from', async () => {
      const { store, key } = await beginUpload(engine);
      const { file, remove } = await fileHolding(Buffer.from('taken'));
      await store.putFile(key, file, { contentType: 'image/jpeg', mayTake: true });
      await remove();
      assert.equal((await bytesOf(store, key)).toString(), 'taken');
    });

    it('is not written at all from a file that cannot be read', async () => {
      const { store, key } = await beginUpload(engine);
      await assert.rejects(store.putFile(key, '/nowhere/at/all', { contentType: 'image/jpeg' }), hasCode('service.unavailable'));
      assert.equal(await store.head(key), null);
    });
  });

  describe('a prefix', () => {
    it('lists nothing where nothing is, and otherwise its own keys in the order of their bytes', async () => {
      const { store, prefix } = await beginUpload(engine);
      assert.deepEqual(await keysOf(store, prefix), []);
      for (const name of ['r/10/x', 'r/1/b/z', 'r/1/b.c', 'r/1/b-c', 'r/1/a']) await write(store, prefix + name, LAST);
      assert.deepEqual(
        await keysOf(store, `${prefix}r/1/`),
        ['a', 'b-c', 'b.c', 'b/z'].map((name) => `${prefix}r/1/${name}`),
      );
    });

    it('is removed with everything under it and nothing beside it, and may be removed again', async () => {
      const { store, prefix } = await beginUpload(engine);
      for (const name of ['r/1/a', 'r/1/b/c', 'r/10/x']) await write(store, prefix + name, LAST);
      await store.removePrefix(`${prefix}r/1/`);
      await store.removePrefix(`${prefix}r/1/`);
      assert.deepEqual(await keysOf(store, prefix), [`${prefix}r/10/x`]);
      await write(store, `${prefix}r/1/a`, LAST);
      assert.equal((await store.head(`${prefix}r/1/a`))?.sizeBytes, LAST.length);
    });
  });

  describe('what the store holds', () => {
    it('is objects and open uploads under a prefix, and nothing beside it', async () => {
      const { store, prefix, key } = await beginUpload(engine);
      await write(store, `${prefix}r/1/a`, LAST);
      assert.deepEqual(await holdingsOf(store, prefix), [`object ${prefix}r/1/a`, `upload ${key}`]);
      assert.deepEqual(await holdingsOf(store, `${prefix}r/2/`), []);
    });

    it('is purged with its uploads, counted, and may be purged again; the address of a part is refused after it and not before', async () => {
      const { store, prefix, key, uploadId } = await beginUpload(engine);
      await sendPart(store, key, uploadId, 1, LAST);
      await write(store, `${prefix}r/1/a`, LAST);
      await write(store, `${prefix}r/10/x`, LAST);
      assert.equal(await store.refusesPart(key, uploadId), false);
      assert.deepEqual(await store.purgePrefix(`${prefix}r/1/`), { object: 1, version: 0, marker: 0, upload: 0 });
      assert.deepEqual(await store.purgePrefix(prefix), { object: 1, version: 0, marker: 0, upload: 1 });
      assert.deepEqual(await store.purgePrefix(prefix), { object: 0, version: 0, marker: 0, upload: 0 });
      assert.deepEqual([await holdingsOf(store, prefix), await keysOf(store, prefix)], [[], []]);
      assert.equal(await store.refusesPart(key, uploadId), true);
    });
  });

  it('refuses malformed keys and prefixes as programming faults', async () => {
    const { store, prefix } = await beginUpload(engine);
    const isPlain = (error: unknown): boolean => error instanceof Error && !(error instanceof DomainError);
    for (const name of ['../x', 'a//b', '/a', '.hidden', 'a\0b', 'a%2fb', 'a\\b', 'a b', 'ø', 'a/']) {
      const calls = [
        () => store.head(prefix + name),
        () => store.read(prefix + name),
        () => store.createMultipart(prefix + name, { contentType: 'video/mp4', metadata: {} }),
        () => store.signPart(prefix + name, { uploadId: 'x', partNumber: 1, sizeBytes: 1, expiresInSeconds: 1 }),
        () => store.listParts(prefix + name, 'x'),
        () => store.completeMultipart(prefix + name, 'x', []),
        () => store.abortMultipart(prefix + name, 'x'),
        () => store.putFile(prefix + name, '/dev/null', { contentType: 'video/mp4' }),
      ];
      for (const call of calls) await assert.rejects(call, isPlain);
    }
    await assert.rejects(store.removePrefix(`${prefix}r/1`), isPlain);
    assert.throws(() => store.list(`${prefix}r/1`), isPlain);
    assert.throws(() => store.listUploads(`${prefix}r/1`), isPlain);
  });

  it('signs no part that could never be sent', async () => {
    const { store, key, uploadId } = await beginUpload(engine);
    const part = { uploadId, partNumber: 1, sizeBytes: 1, expiresInSeconds: 1 };
    for (const fault of [{ partNumber: 0 }, { partNumber: 10_001 }, { sizeBytes: 0 }, { sizeBytes: 1.5 }, { expiresInSeconds: 0 }])
      await assert.rejects(store.signPart(key, { ...part, ...fault }), RangeError);
  });

  it('answers a ping', async () => {
    await engine.open().ping();
  });
}
