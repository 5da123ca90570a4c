import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_PARTS, MIN_PART_SIZE_BYTES, partSizeFor, planParts } from './part-plan.ts';

const MIB = 1024 * 1024;

describe('the plan of an upload', () => {
  it('cuts a file into parts of 5 MiB, the last with the rest', () => {
    assert.deepEqual(planParts(14 * MIB), [
      { partNumber: 1, offsetBytes: 0, sizeBytes: 5 * MIB },
      { partNumber: 2, offsetBytes: 5 * MIB, sizeBytes: 5 * MIB },
      { partNumber: 3, offsetBytes: 10 * MIB, sizeBytes: 4 * MIB },
    ]);
  });

  it('leaves no empty part behind a file of a whole number of parts', () => {
    assert.deepEqual(
      planParts(10 * MIB).map(({ sizeBytes }) => sizeBytes),
      [5 * MIB, 5 * MIB],
    );
  });

  it('sends a single byte as one part', () => {
    assert.deepEqual(planParts(1), [{ partNumber: 1, offsetBytes: 0, sizeBytes: 1 }]);
  });

  for (const size of [0, -1, 1.5, Number.NaN, 2 ** 60])
    it(`refuses ${size} bytes`, () => {
      assert.throws(() => planParts(size), RangeError);
    });

  it('makes whole rounds of six parts of at most 8 MiB', () => {
    // 200 MB are 23.8 times 8 MiB: four rounds. 480 MB are 57.2 times: ten.
    assert.deepEqual([partSizeFor(200e6), planParts(200e6).length], [Math.ceil(200e6 / 24), 24]);
    assert.deepEqual([partSizeFor(480e6), planParts(480e6).length], [8e6, 60]);
    assert.deepEqual([partSizeFor(48 * MIB), partSizeFor(48 * MIB + 1)], [8 * MIB, 5 * MIB]);
  });

  it('takes larger parts where S3 would see too many', () => {
    const fileSizeBytes = 200 * 1024 * MIB;
    // 10 000 parts at most are 1 666 rounds of six
    assert.equal(partSizeFor(fileSizeBytes), Math.ceil(fileSizeBytes / 9996));
    assert.ok(planParts(fileSizeBytes).length <= MAX_PARTS);
  });

  it('covers every byte exactly once, within S3’s bounds, for any size', () => {
    for (const size of [1, MIN_PART_SIZE_BYTES, 2 * MIN_PART_SIZE_BYTES - 1, 2 * MIN_PART_SIZE_BYTES + 1, 500 * MIB, 78_125 * MIB + 1]) {
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
