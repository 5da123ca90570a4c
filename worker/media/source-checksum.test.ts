import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { isAsTold, sourceChecksum, type FoundChecksums } from './source-checksum.ts';

const FOUR_MIB = 4 * 1024 * 1024;
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function checksumsOf(bytes: Uint8Array, chunkBytes: number): FoundChecksums {
  const checksum = sourceChecksum();
  for (let start = 0; start < bytes.length; start += chunkBytes) checksum.update(bytes.subarray(start, start + chunkBytes));
  return checksum.found();
}

describe('the checksums of a source', () => {
  it('of FIPS 180-4’s example are its digest, and the digest of that digest', () => {
    // sha256(sha256('abc')), as Bitcoin's double hash of "abc" is known.
    assert.deepEqual(checksumsOf(Buffer.from('abc'), 3), {
      checksumSha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      checksumSha256OfPieces: '4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358',
    });
  });

  it('cut the file at every 4 MiB, wherever the chunks of its stream end', () => {
    const bytes = randomBytes(2 * FOUR_MIB + 17);
    const pieces = [bytes.subarray(0, FOUR_MIB), bytes.subarray(FOUR_MIB, 2 * FOUR_MIB), bytes.subarray(2 * FOUR_MIB)];
    const expected = {
      checksumSha256: sha256(bytes).toString('hex'),
      checksumSha256OfPieces: sha256(Buffer.concat(pieces.map(sha256))).toString('hex'),
    };
    for (const chunkBytes of [65_536, 1_000_003, FOUR_MIB, bytes.length]) assert.deepEqual(checksumsOf(bytes, chunkBytes), expected);
  });

  it('have no empty piece at the end of a file that fills its last one', () => {
    const bytes = randomBytes(FOUR_MIB);
    assert.equal(checksumsOf(bytes, 1_000_000).checksumSha256OfPieces, sha256(sha256(bytes)).toString('hex'));
  });
});

describe('a source', () => {
  const found = { checksumSha256: 'a'.repeat(64), checksumSha256OfPieces: 'b'.repeat(64) };
  const wrong = 'c'.repeat(64);
  const cases: [string, string | null, string | null, boolean][] = [
    ['of which nothing was told', null, null, true],
    ['with the told checksum', found.checksumSha256, null, true],
    ['with the told checksum of pieces', null, found.checksumSha256OfPieces, true],
    ['with both', found.checksumSha256, found.checksumSha256OfPieces, true],
    ['with another checksum', wrong, null, false],
    ['with another checksum of pieces', null, wrong, false],
    ['with another checksum although the pieces’ is right', wrong, found.checksumSha256OfPieces, false],
    ['with another checksum of pieces although the whole’s is right', found.checksumSha256, wrong, false],
  ];
  for (const [name, checksumSha256, checksumSha256OfPieces, isGood] of cases)
    it(`${name} is ${isGood ? 'accepted' : 'refused'}`, () =>
      assert.equal(isAsTold({ checksumSha256, checksumSha256OfPieces }, found), isGood));
});
