import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { diskStore } from '../platform/object-store.disk.ts';
import type { DiskStore } from '../platform/object-store.disk.ts';
import { PART, SECRET, diesAt } from './disk-store.crash-kit.ts';
import { freshPrefix } from './object-store-kit.ts';

const ETAG = createHash('md5').update(PART).digest('hex');

describe('the disk store, killed before each single thing it does to the disk', () => {
  let root: string;
  let store: DiskStore;
  let key: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'va-crash-'));
    store = diskStore({ root, publicUrl: 'http://store', signingSecret: SECRET });
    await store.ping();
  });
  after(() => rm(root, { recursive: true }));

  const begun = async (): Promise<string> => {
    key = `${freshPrefix()}o/1/source`;
    return store.createMultipart(key, { contentType: 'video/mp4', metadata: { 'write-token': 'mine' } });
  };
  const send = async (uploadId: string): Promise<void> => {
    const query = new URL(await store.signPart(key, { uploadId, partNumber: 1, sizeBytes: PART.length, expiresInSeconds: 60 }))
      .searchParams;
    await store.receivePart({ key, query, headers: {} }, Readable.from([PART]));
  };

  /** Kills at the first, second, third … thing, each time from a new start, and looks at what is left; until nothing is left to kill. */
  async function atEveryPoint(action: string, start: () => Promise<string>, look: (uploadId: string) => Promise<void>): Promise<void> {
    for (let n = 1; ; n += 1) {
      const uploadId = await start();
      const died = await diesAt(n, root, key, uploadId, action);
      await look(uploadId);
      if (died) continue;
      assert.ok(n > 3, 'hardly anything was done');
      return;
    }
  }

  const isWhole = async (): Promise<void> => {
    assert.deepEqual((await store.head(key))?.metadata, { 'write-token': 'mine' });
    assert.ok((await buffer(await store.read(key))).equals(PART));
  };

  it('begins an upload whole or not at all', async () => {
    const fresh = (): Promise<string> => {
      key = `${freshPrefix()}o/1/source`;
      return Promise.resolve('-');
    };
    await atEveryPoint('begin', fresh, async () => {
      for (const uploadId of await readdir(join(root, '.uploads'))) {
        const { key: itsKey } = JSON.parse(await readFile(join(root, '.uploads', uploadId, 'upload.json'), 'utf8')) as { key: string };
        assert.deepEqual(await store.listParts(itsKey, uploadId), []);
      }
    });
  });

  it('has a part whole or not at all, and takes it again', async () => {
    const whole = { partNumber: 1, sizeBytes: PART.length, etag: ETAG };
    await atEveryPoint('part', begun, async (uploadId) => {
      const parts = await store.listParts(key, uploadId);
      if (parts?.length) assert.deepEqual(parts, [whole]);
      await send(uploadId);
      assert.deepEqual(await store.listParts(key, uploadId), [whole]);
    });
  });

  it('shows the object with its metadata or no object, and the completion can be repeated', async () => {
    const ready = async (): Promise<string> => {
      const uploadId = await begun();
      await send(uploadId);
      return uploadId;
    };
    await atEveryPoint('complete', ready, async (uploadId) => {
      const seen = await store.head(key);
      if (seen) await isWhole();
      assert.equal(await store.completeMultipart(key, uploadId, [{ partNumber: 1, etag: ETAG }]), seen ? 'gone' : 'completed');
      await isWhole();
      assert.equal(await store.listParts(key, uploadId), null);
      assert.ok(!(await readdir(join(root, '.uploads'))).includes(uploadId));
    });
  });

  it('has an upload open or aborted, and can abort it again', async () => {
    await atEveryPoint('abort', begun, async (uploadId) => {
      await store.abortMultipart(key, uploadId);
      assert.equal(await store.listParts(key, uploadId), null);
    });
  });

  it('shows a file that it writes whole or not at all', async () => {
    const bytes = await readFile(join(import.meta.dirname, 'disk-store.crash-child.ts'));
    const fresh = (): Promise<string> => {
      key = `${freshPrefix()}r/1/a/poster.jpg`;
      return Promise.resolve('-');
    };
    await atEveryPoint('putFile', fresh, async () => {
      if (await store.head(key)) assert.ok((await buffer(await store.read(key))).equals(bytes));
    });
  });
});
