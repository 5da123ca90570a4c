import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_PARTS, MIN_PART_SIZE_BYTES, partSizeFor, planParts } from './part-plan.ts';

const MIB = 1024 * 1024;

describe('the plan of an upload', () => {
  it('cuts a file into parts of 8 MiB, the last with the rest', () => {
    assert.deepEqual(planParts(20 * MIB), [
      { partNumber: 1, offsetBytes: 0, sizeBytes: 8 * MIB },
      { partNumber: 2, offsetBytes: 8 * MIB, sizeBytes: 8 * MIB },
      { partNumber: 3, offsetBytes: 16 * MIB, sizeBytes: 4 * MIB },
    ]);
  });

  it('leaves no empty part behind a file of a whole number of parts', () => {
    assert.deepEqual(
      planParts(16 * MIB).map(({ sizeBytes }) => sizeBytes),
      [8 * MIB, 8 * MIB],
    );
  });

  it('sends a single byte as one part', () => {
    assert.deepEqual(planParts(1), [{ partNumber: 1, offsetBytes: 0, sizeBytes: 1 }]);
  });

  for (const size of [0, -1, 1.5, Number.NaN, 2 ** 60])
    it(`refuses ${size} bytes`, () => {
      assert.throws(() => planParts(size), RangeError);
    });

  it('takes larger parts where S3 would see too many', () => {
    const fileSizeBytes = 200 * 1024 * MIB;
    assert.equal(partSizeFor(fileSizeBytes), 25 * MIB);
    assert.ok(Math.ceil(fileSizeBytes / partSizeFor(fileSizeBytes)) <= MAX_PARTS);
  });

  it('covers every byte exactly once, within S3’s bounds, for any size', () => {
    for (const size of [1, MIN_PART_SIZE_BYTES, 8 * MIB - 1, 8 * MIB + 1, 500 * MIB, 78_125 * MIB + 1]) {
      const parts = planParts(size);
      assert.equal(
        parts.reduce((end, part) => (assert.equal(part.offsetBytes, end), end + part.sizeBytes), 0),
        size,
      );
      assert.ok(parts.length <= MAX_PARTS);
      assert.ok(parts.slice(0, -1).every((part) => part.sizeBytes >= MIN_PART_SIZE_BYTES));
    }
  });
});
