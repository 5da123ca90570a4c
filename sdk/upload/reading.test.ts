import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileReading, fileReadingWith, samplesOf, scriptDigest } from './reading.ts';

const MIB = 1024 * 1024;
const signal = new AbortController().signal;
const sizeOf = (bytes: number): Buffer => {
  const eight = Buffer.alloc(8);
  eight.writeBigUInt64BE(BigInt(bytes));
  return eight;
};
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

for (const [where, reading] of [
  ['on a secure page', fileReading],
  ['on a page without HTTPS', fileReadingWith(scriptDigest)],
] as const)
  describe(`what a file contains, ${where}`, () => {
    it('is told by its size and first, middle and last MiB', async () => {
      const bytes = randomBytes(5 * MIB);
      const expected = createHash('sha256')
        .update(sizeOf(bytes.length))
        .update(bytes.subarray(0, MIB))
        .update(bytes.subarray(2 * MIB, 3 * MIB))
        .update(bytes.subarray(4 * MIB))
        .digest('hex');
      assert.equal(await reading.fingerprint(new Blob([bytes])), expected);
    });

    it('takes a small file whole', async () => {
      const expected = createHash('sha256').update(sizeOf(3)).update('abc').digest('hex');
      assert.equal(await reading.fingerprint(new Blob(['abc'])), expected);
      assert.deepEqual(samplesOf(3 * MIB), [[0, 3 * MIB]]);
    });

    it('does not depend on name and date', async () => {
      const [here, there] = [new File(['abc'], 'a.mp4', { lastModified: 1 }), new File(['abc'], 'IMG_1.MOV', { lastModified: 2 })];
      assert.equal(await reading.fingerprint(here), await reading.fingerprint(there));
    });

    it('differs for a longer file with the same samples', async () => {
      assert.notEqual(
        await reading.fingerprint(new Blob([new Uint8Array(4 * MIB)])),
        await reading.fingerprint(new Blob([new Uint8Array(5 * MIB)])),
      );
    });

    it('has as checksum of pieces the digest of FIPS 180-4’s digest of its example, where it is one piece', async () => {
      const digest = Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex');
      assert.equal(await reading.checksumOfPieces(new Blob(['abc']), signal), sha256(digest).toString('hex'));
    });

    it('has the digest of the digests of its pieces of 4 MiB, the last one shorter', async () => {
      const bytes = randomBytes(8 * MIB + 17);
      const pieces = [bytes.subarray(0, 4 * MIB), bytes.subarray(4 * MIB, 8 * MIB), bytes.subarray(8 * MIB)];
      const expected = sha256(Buffer.concat(pieces.map(sha256))).toString('hex');
      assert.equal(await reading.checksumOfPieces(new Blob([bytes]), signal), expected);
    });

    it('is not read to the end when nobody wants it any more', async () => {
      await assert.rejects(reading.checksumOfPieces(new Blob(['abc']), AbortSignal.abort()), { name: 'AbortError' });
    });

    it('cannot be told of a file that is gone', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'va-gone-'));
      writeFileSync(join(folder, 'swing.mp4'), 'abc');
      const file = await openAsBlob(join(folder, 'swing.mp4'));
      rmSync(folder, { recursive: true });
      await assert.rejects(reading.fingerprint(file), { code: 'file.unreadable' });
      await assert.rejects(reading.checksumOfPieces(file, signal), { code: 'file.unreadable' });
    });
  });
