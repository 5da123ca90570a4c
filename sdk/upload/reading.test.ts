import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { fileReading, samplesOf } from './reading.ts';

const MIB = 1024 * 1024;
const signal = new AbortController().signal;
const sizeOf = (bytes: number): Buffer => {
  const eight = Buffer.alloc(8);
  eight.writeBigUInt64BE(BigInt(bytes));
  return eight;
};

describe('what a file contains', () => {
  it('is told by its size and first, middle and last MiB', async () => {
    const bytes = randomBytes(5 * MIB);
    const expected = createHash('sha256')
      .update(sizeOf(bytes.length))
      .update(bytes.subarray(0, MIB))
      .update(bytes.subarray(2 * MIB, 3 * MIB))
      .update(bytes.subarray(4 * MIB))
      .digest('hex');
    assert.equal(await fileReading.fingerprint(new Blob([bytes])), expected);
  });

  it('takes a small file whole', async () => {
    const expected = createHash('sha256').update(sizeOf(3)).update('abc').digest('hex');
    assert.equal(await fileReading.fingerprint(new Blob(['abc'])), expected);
    assert.deepEqual(samplesOf(3 * MIB), [[0, 3 * MIB]]);
  });

  it('does not depend on name and date', async () => {
    const [here, there] = [new File(['abc'], 'a.mp4', { lastModified: 1 }), new File(['abc'], 'IMG_1.MOV', { lastModified: 2 })];
    assert.equal(await fileReading.fingerprint(here), await fileReading.fingerprint(there));
  });

  it('differs for a longer file with the same samples', async () => {
    assert.notEqual(
      await fileReading.fingerprint(new Blob([new Uint8Array(4 * MIB)])),
      await fileReading.fingerprint(new Blob([new Uint8Array(5 * MIB)])),
    );
  });

  it('has the checksum of FIPS 180-4’s own example, and of a file that ends within a piece', async () => {
    assert.equal(await fileReading.checksum(new Blob(['abc']), signal), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const bytes = randomBytes(2 * MIB + 17);
    assert.equal(await fileReading.checksum(new Blob([bytes]), signal), createHash('sha256').update(bytes).digest('hex'));
  });

  it('is not read to the end when nobody wants it any more', async () => {
    await assert.rejects(fileReading.checksum(new Blob(['abc']), AbortSignal.abort()), { name: 'AbortError' });
  });

  it('says that a file which cannot be read any more is unreadable', async () => {
    const gone = { size: 3, slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }) };
    await assert.rejects(fileReading.fingerprint(gone as unknown as Blob), { code: 'file.unreadable' });
  });
});
