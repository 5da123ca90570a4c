import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { FileBytes, HeldBytes } from './file-bytes.ts';
import type { StoredBytes } from './object-store.ts';
import { readSealed } from './sealed-bytes.ts';
import { sealOf, writeSealed } from './sealed-file.ts';

const CHUNK = 1024 * 1024;

describe('the bytes of a sealed file', () => {
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'va-sealed-'));
  });
  after(() => rm(directory, { recursive: true }));

  const content = Buffer.from(Array.from({ length: CHUNK + 5000 }, (_, n) => (n * 7 + (n >> 11)) % 251));

  /** A file of so many bytes, under a seal that says this and that of them. */
  async function sealed(sizeBytes: number, said = ''): Promise<string> {
    const file = join(directory, `${String(sizeBytes)}-${String(said.length)}`);
    await rm(file, { force: true });
    const bytes = (async function* () {
      yield content.subarray(0, sizeBytes);
    })();
    await writeSealed(file, bytes, () => ({ sizeBytes, etag: 'e', metadata: { said } }));
    return file;
  }

  const written = async (bytes: StoredBytes | null): Promise<Buffer> => {
    assert.ok(bytes instanceof FileBytes || bytes instanceof HeldBytes);
    const target = new PassThrough();
    const arrived = buffer(target);
    let count = 0;
    await bytes.writeTo(target, (more) => (count += more));
    target.end();
    assert.equal(count, (await arrived).length);
    return arrived;
  };
  const streamed = (bytes: StoredBytes | null): Promise<Buffer> => {
    assert.ok(bytes);
    return buffer(bytes);
  };

  // on both sides of what is read at once: a chunk, and a chunk with the room for a seal
  for (const sizeBytes of [1, CHUNK - 1, CHUNK, CHUNK + 1, CHUNK + 900, CHUNK + 1024, CHUNK + 5000])
    it(`are ${String(sizeBytes)}, written out or streamed, and by range`, async () => {
      const file = await sealed(sizeBytes);
      const whole = content.subarray(0, sizeBytes);
      assert.ok((await written(await readSealed(file, null))).equals(whole));
      assert.ok((await streamed(await readSealed(file, null))).equals(whole));
      const half = Math.floor(sizeBytes / 2);
      assert.ok((await written(await readSealed(file, { first: half, last: sizeBytes + 9 }))).equals(whole.subarray(half)));
      assert.equal(await readSealed(file, { first: sizeBytes, last: sizeBytes }), null);
    });

  it('may be none at all', async () => {
    const file = await sealed(0);
    assert.equal((await streamed(await readSealed(file, null))).length, 0);
    assert.equal((await written(await readSealed(file, null))).length, 0);
    assert.equal(await readSealed(file, { first: 0, last: 0 }), null);
  });

  for (const sizeBytes of [10, CHUNK + 5000])
    it(`${String(sizeBytes)} of them may have a long seal`, async () => {
      const file = await sealed(sizeBytes, 'x'.repeat(3000));
      assert.equal((await sealOf(file))?.metadata?.['said']?.length, 3000);
      assert.ok((await written(await readSealed(file, null))).equals(content.subarray(0, sizeBytes)));
    });

  it('are not given when the seal is not whole', async () => {
    const bytes = await readFile(await sealed(10));
    for (const [name, damaged] of [
      ['cut', bytes.subarray(0, -1)],
      ['the mark alone', bytes.subarray(-8)],
      ['a seal longer than the file', Buffer.concat([Buffer.from([255, 255, 255, 255]), bytes.subarray(-8)])],
      ['nothing', Buffer.alloc(0)],
    ] as const) {
      const file = join(directory, name);
      await writeFile(file, damaged);
      await assert.rejects(readSealed(file, null), { code: 'EIO' }, name);
      await assert.rejects(sealOf(file), { code: 'EIO' }, name);
    }
  });

  it('are null for a directory and for what is not there', async () => {
    assert.deepEqual([await readSealed(directory, null), await readSealed(join(directory, 'no'), null)], [null, null]);
  });
});
