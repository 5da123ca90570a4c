import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObjectStore } from '../platform/object-store.ts';
import {
  MiB,
  beginUpload,
  bytesOf,
  etagOfParts,
  freshPrefix,
  hasCode,
  heldBytes,
  md5,
  put,
  sendPart,
  stretch,
} from './object-store-kit.ts';
import type { Engine } from './object-store-kit.ts';

/** S3 takes no smaller part but the last. */
const FULL_PART = 5 * MiB;
const FIRST = Buffer.alloc(FULL_PART, 'a');
const SECOND = Buffer.alloc(FULL_PART, 'b');
const LAST = Buffer.from('the end');

/** What every store keeps to about uploads and the addresses of their parts. */
export function uploadContract(engine: Engine): void {
  let store: ObjectStore;
  let key: string;
  let prefix: string;

  const begin = async (): Promise<string> => {
    const begun = await beginUpload(engine);
    ({ store, key, prefix } = begun);
    return begun.uploadId;
  };

  const whole = async (bytes: Buffer = LAST): Promise<string> => {
    const uploadId = await begin();
    assert.equal(await store.completeMultipart(key, uploadId, [await sendPart(store, key, uploadId, 1, bytes)]), 'completed');
    return uploadId;
  };

  describe('an upload', () => {
    it('makes one object of parts that arrive in any order, with the metadata it began with', async () => {
      const uploadId = await begin();
      const last = await sendPart(store, key, uploadId, 3, LAST);
      const first = await sendPart(store, key, uploadId, 1, FIRST);
      const second = await sendPart(store, key, uploadId, 2, SECOND);
      assert.equal(await store.head(key), null);

      assert.equal(await store.completeMultipart(key, uploadId, [last, first, second]), 'completed');

      const sizeBytes = 2 * FULL_PART + LAST.length;
      assert.deepEqual(await store.head(key), {
        sizeBytes,
        etag: etagOfParts([FIRST, SECOND, LAST]),
        metadata: { 'write-token': 'token-1' },
      });
      assert.ok((await bytesOf(store, key)).equals(Buffer.concat([FIRST, SECOND, LAST])));
    });

    it('gives metadata back under names in lower case', async () => {
      store = engine.open();
      key = `${freshPrefix()}o/1/source`;
      const uploadId = await store.createMultipart(key, { contentType: 'video/mp4', metadata: { 'Write-Token': 'Kept As It Is' } });
      await store.completeMultipart(key, uploadId, [await sendPart(store, key, uploadId, 1, LAST)]);
      assert.deepEqual((await store.head(key))?.metadata, { 'write-token': 'Kept As It Is' });
    });

    it('can be resumed by whoever asks which parts have arrived', async () => {
      const uploadId = await begin();
      assert.deepEqual(await store.listParts(key, uploadId), []);
      await sendPart(store, key, uploadId, 2, LAST);
      await sendPart(store, key, uploadId, 1, FIRST);

      const later = engine.open();
      const stored = await later.listParts(key, uploadId);
      assert.deepEqual(stored, [
        { partNumber: 1, sizeBytes: FULL_PART, etag: md5(FIRST) },
        { partNumber: 2, sizeBytes: LAST.length, etag: md5(LAST) },
      ]);
      assert.equal(await later.completeMultipart(key, uploadId, stored), 'completed');
      assert.equal((await later.head(key))?.sizeBytes, FULL_PART + LAST.length);
    });

    it('keeps the newest bytes of a part that is sent twice', async () => {
      const uploadId = await begin();
      const old = await sendPart(store, key, uploadId, 1, Buffer.from('old bytes'));
      const replaced = await sendPart(store, key, uploadId, 1, LAST);
      assert.deepEqual(await store.listParts(key, uploadId), [{ partNumber: 1, sizeBytes: LAST.length, etag: md5(LAST) }]);

      await assert.rejects(store.completeMultipart(key, uploadId, [old]), hasCode('upload.parts_incomplete'));
      assert.equal(await store.completeMultipart(key, uploadId, [replaced]), 'completed');
      assert.ok((await bytesOf(store, key)).equals(LAST));
    });

    it('refuses a completion that names no part, an absent one, one twice or one with other bytes, and stays open', async () => {
      const uploadId = await begin();
      const part = await sendPart(store, key, uploadId, 1, LAST);
      const faults = [[], [part, { partNumber: 2, etag: part.etag }], [part, part], [{ partNumber: 1, etag: md5(FIRST) }]];
      for (const named of faults) await assert.rejects(store.completeMultipart(key, uploadId, named), hasCode('upload.parts_incomplete'));

      assert.equal(await store.head(key), null);
      assert.equal(await store.completeMultipart(key, uploadId, [part]), 'completed');
    });

    it('is gone once it is complete, and its object stays as it is', async () => {
      const uploadId = await whole();
      const part = { partNumber: 1, etag: md5(LAST) };
      assert.equal(await store.completeMultipart(key, uploadId, [part]), 'gone');
      assert.equal(await engine.open().completeMultipart(key, uploadId, [part]), 'gone');
      assert.equal(await store.listParts(key, uploadId), null);
      assert.ok((await bytesOf(store, key)).equals(LAST));
    });

    it('becomes one whole object when four complete it at once', async () => {
      const uploadId = await begin();
      const parts = [await sendPart(store, key, uploadId, 1, FIRST), await sendPart(store, key, uploadId, 2, LAST)];
      const ends = await Promise.allSettled([1, 2, 3, 4].map(() => engine.open().completeMultipart(key, uploadId, parts)));

      assert.ok(ends.some((end) => end.status === 'fulfilled' && end.value === 'completed'));
      for (const end of ends) if (end.status === 'rejected') assert.ok(hasCode('service.unavailable')(end.reason), String(end.reason));
      assert.equal(await store.completeMultipart(key, uploadId, parts), 'gone');
      assert.ok((await bytesOf(store, key)).equals(Buffer.concat([FIRST, LAST])));
    });

    it('never replaces an object that stands at its key', async () => {
      await whole();
      const other = await store.createMultipart(key, { contentType: 'video/mp4', metadata: { 'write-token': 'token-2' } });
      const part = await sendPart(store, key, other, 1, Buffer.from('an intruder'));
      assert.equal(await store.completeMultipart(key, other, [part]), 'gone');
      assert.deepEqual((await store.head(key))?.metadata, { 'write-token': 'token-1' });
      assert.ok((await bytesOf(store, key)).equals(LAST));
      await store.abortMultipart(key, other);
    });

    it('can be aborted twice, and then can neither be completed, listed nor added to', async () => {
      const uploadId = await begin();
      const part = await sendPart(store, key, uploadId, 1, LAST);
      const address = await store.signPart(key, { uploadId, partNumber: 2, sizeBytes: LAST.length, expiresInSeconds: 60 });
      await store.abortMultipart(key, uploadId);
      await store.abortMultipart(key, uploadId);

      assert.equal(await store.completeMultipart(key, uploadId, [part]), 'gone');
      assert.equal(await store.listParts(key, uploadId), null);
      assert.ok((await put(address, LAST)).status >= 400);
      assert.equal(await store.head(key), null);
    });

    it('leaves its object alone when it is aborted after completion', async () => {
      const uploadId = await whole();
      await store.abortMultipart(key, uploadId);
      assert.ok((await bytesOf(store, key)).equals(LAST));
    });

    it('is listed under its prefix, with the time it began, until it is complete or aborted', async () => {
      const uploadIds = [await begin()];
      const others = [`${prefix}o/1/source`, `${prefix}o/2/source`];
      for (const at of others) uploadIds.push(await store.createMultipart(at, { contentType: 'video/mp4', metadata: {} }));
      const open = async (under = prefix): Promise<string[]> => {
        const found: string[] = [];
        for await (const upload of engine.open().listUploads(under)) {
          assert.ok(Math.abs(Date.now() - upload.begunAt.getTime()) < 60_000, upload.begunAt.toISOString());
          found.push(`${upload.key} ${upload.uploadId}`);
        }
        return found.sort();
      };
      const [own = '', same = '', beside = ''] = uploadIds;
      assert.deepEqual(await open(), [`${key} ${own}`, `${key} ${same}`, `${prefix}o/2/source ${beside}`].sort());
      assert.deepEqual(await open(`${prefix}o/2/`), [`${prefix}o/2/source ${beside}`]);
      assert.deepEqual(await open(freshPrefix()), []);

      await store.abortMultipart(key, same);
      await store.completeMultipart(key, own, [await sendPart(store, key, own, 1, LAST)]);
      assert.deepEqual(await open(), [`${prefix}o/2/source ${beside}`]);
    });

    it('is known only by its own id and its own key', async () => {
      const uploadId = await begin();
      const part = await sendPart(store, key, uploadId, 1, LAST);
      const elsewhere = `${prefix}o/2/source`;
      for (const [at, id] of [
        [elsewhere, uploadId],
        [key, 'unknown'],
        [key, '../../x'],
      ] as const) {
        assert.equal(await store.listParts(at, id), null);
        assert.equal(await store.completeMultipart(at, id, [part]), 'gone');
        await store.abortMultipart(at, id);
      }
      assert.equal((await store.listParts(key, uploadId))?.length, 1);
    });
  });

  describe('a signed address', () => {
    const signed = async (sizeBytes: number): Promise<{ address: string; uploadId: string }> => {
      const uploadId = await begin();
      return { uploadId, address: await store.signPart(key, { uploadId, partNumber: 1, sizeBytes, expiresInSeconds: 60 }) };
    };

    it('takes exactly as many bytes as were signed', async () => {
      const { address, uploadId } = await signed(LAST.length);
      assert.ok((await put(address, Buffer.concat([LAST, Buffer.from('!')]))).status >= 400);
      assert.ok((await put(address, LAST.subarray(1))).status >= 400);
      assert.deepEqual(await store.listParts(key, uploadId), []);
      assert.equal((await put(address, LAST)).status, 200);
    });

    it('is refused when any piece of it was altered or removed', async () => {
      const { address, uploadId } = await signed(LAST.length);
      const names = [...new URL(address).searchParams.keys()];
      const forged = names.flatMap((name) => {
        const [altered, removed] = [new URL(address), new URL(address)];
        const value = altered.searchParams.get(name) ?? '';
        altered.searchParams.set(name, value.slice(0, -1) + (value.endsWith('1') ? '2' : '1'));
        removed.searchParams.delete(name);
        return [altered, removed];
      });
      const elsewhere = new URL(address);
      elsewhere.pathname = elsewhere.pathname.replace('/o/1/', '/o/2/');

      for (const url of [elsewhere, ...forged]) {
        const { status } = await put(url.href, LAST);
        assert.ok(status >= 400 && status < 500, `${String(status)} for ${url.href}`);
      }
      assert.deepEqual(await store.listParts(key, uploadId), []);
    });

    it('is refused once it has expired', async () => {
      const uploadId = await begin();
      const anHourAgo = Date.now() - 3600_000;
      engine.clock.now = () => new Date(anHourAgo);
      const address = await store.signPart(key, { uploadId, partNumber: 1, sizeBytes: LAST.length, expiresInSeconds: 900 });
      engine.clock.now = () => new Date();
      assert.equal((await put(address, LAST)).status, 403);
      assert.deepEqual(await store.listParts(key, uploadId), []);
    });

    it('carries a part of 64 MiB, and gives it back, without the process holding it', async () => {
      const sizeBytes = 64 * MiB;
      const { address, uploadId } = await signed(sizeBytes);
      const before = heldBytes();
      let most = before;
      const watch = (bytes: number): void => {
        if (bytes % (8 * MiB) === 0) most = Math.max(most, heldBytes());
      };
      const { etag, status } = await put(address, stretch(sizeBytes, watch), sizeBytes);
      assert.equal(status, 200);
      await store.completeMultipart(key, uploadId, [{ partNumber: 1, etag }]);

      let read = 0;
      for await (const chunk of (await store.read(key)) as AsyncIterable<Uint8Array>) {
        if (Math.floor(read / (8 * MiB)) !== Math.floor((read + chunk.byteLength) / (8 * MiB))) watch(0);
        read += chunk.byteLength;
      }
      assert.equal(read, sizeBytes);
      assert.ok(most - before < 8 * MiB, `${String((most - before) / MiB)} MiB were held`);
    });
  });
}
