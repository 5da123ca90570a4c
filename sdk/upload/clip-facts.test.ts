import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mustFit, warningsOf, type ClipFacts } from './clip-facts.ts';

const LIMITS = { maxSizeBytes: 1000, maxDurationMs: 300_000 };
const FACTS: ClipFacts = {
  picture: { width: 1920, height: 1080, rotation: 0, isHdr: false },
  durationMs: 300_000,
  fps: 29.97,
  captureFps: null,
};

describe('what a person should know of a clip before it is sent', () => {
  it('is nothing for an ordinary clip of exactly the longest length', () => {
    assert.deepEqual(warningsOf(FACTS, LIMITS), []);
  });

  it('is that it is too long, with both lengths, where the limit is known', () => {
    const long = { ...FACTS, durationMs: 300_001 };
    assert.deepEqual(warningsOf(long, LIMITS), [{ kind: 'tooLong', durationMs: 300_001, maxDurationMs: 300_000 }]);
    assert.deepEqual(warningsOf(long, null), []);
  });

  it('is that slow motion was flattened: filmed at 240, played at 30', () => {
    assert.deepEqual(warningsOf({ ...FACTS, fps: 30, captureFps: 240 }, LIMITS), [{ kind: 'slowed', captureFps: 240, fps: 30 }]);
    assert.deepEqual(warningsOf({ ...FACTS, fps: 239.8, captureFps: 240 }, LIMITS), []);
  });

  it('is that it has no picture, or cannot be read', () => {
    assert.deepEqual(warningsOf({ ...FACTS, picture: null, fps: null }, LIMITS), [{ kind: 'noPicture' }]);
    assert.deepEqual(warningsOf(null, LIMITS), [{ kind: 'unreadable' }]);
  });

  it('is a refusal when the file is over the limit by one byte', () => {
    mustFit(new Blob(['x'.repeat(1000)]), LIMITS);
    assert.throws(() => mustFit(new Blob(['x'.repeat(1001)]), LIMITS), { code: 'upload.too_large' });
  });
});
