import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closingCounts, closingLine, isGood, settle, table, type Outcome } from './outcome.ts';

const outcome = (step: string, passed: number, failed: number, more: Partial<Outcome> = {}): Outcome => ({
  step,
  passed,
  failed,
  seconds: 1.25,
  skipped: [],
  ...more,
});

describe('the counts of a run', () => {
  it('are those of the last closing line', () => {
    assert.deepEqual(closingCounts('1 passed, 1 failed\nagain\n12 passed, 0 failed\n'), { passed: 12, failed: 0, skipped: [] });
  });

  it('are unknown without a closing line', () => {
    assert.equal(closingCounts('all 12 passed, 0 failed or so'), null);
  });

  it('have a failure when the runner ended badly without counting one', () => {
    assert.deepEqual(settle({ passed: 3, failed: 0, skipped: [] }, 1), { passed: 3, failed: 1, skipped: [] });
  });

  it('have a failure when nothing ran', () => {
    assert.deepEqual(settle({ passed: 0, failed: 0, skipped: [] }, 0), { passed: 0, failed: 1, skipped: [] });
  });

  it('are one pass or one failure for what does not count', () => {
    assert.deepEqual(settle(null, 0), { passed: 1, failed: 0, skipped: [] });
    assert.deepEqual(settle(null, 2), { passed: 0, failed: 1, skipped: [] });
  });
});

describe('the report', () => {
  it('closes with the sums', () => {
    assert.equal(closingLine([outcome('lint', 1, 0), outcome('pure', 40, 2)]), '41 passed, 2 failed');
  });

  it('says which suites did not run, and why', () => {
    const text = table([outcome('pure', 3, 0), outcome('media', 2, 0, { skipped: ['real footage (MEDIA_DIR is absent)'] })]);
    assert.match(text, /^not run: media: real footage \(MEDIA_DIR is absent\)$/m);
  });

  it('is good only when something ran and nothing failed', () => {
    assert.equal(isGood([outcome('pure', 4, 0), outcome('media', 0, 0)]), true);
    assert.equal(isGood([outcome('pure', 4, 1)]), false);
    assert.equal(isGood([]), false);
  });
});
