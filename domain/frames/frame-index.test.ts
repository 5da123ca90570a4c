import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { frameIndex, frameIndexFromPts } from './frame-index.ts';
import { frameRate } from './frame-rate.ts';

const PER_90K = frameRate(90_000);

/** Any clip: where it starts, and how long each frame stays, in ticks. */
const clips = fc.record({
  startTicks: fc.integer({ min: 0, max: 200_000 }),
  stays: fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 200 }),
  timebase: fc.constantFrom(PER_90K, frameRate(30_000), frameRate(15_360), frameRate(30_000, 1001), frameRate(1_000_000)),
});

const built = ({
  startTicks,
  stays,
  timebase,
}: {
  startTicks: number;
  stays: readonly number[];
  timebase: { num: number; den: number };
}) => {
  const pts = [startTicks];
  for (const stay of stays.slice(0, -1)) pts.push((pts.at(-1) ?? 0) + stay);
  return { pts, index: frameIndex(frameIndexFromPts(pts, stays.at(-1) ?? 1, timebase)) };
};

describe('a frame index', () => {
  it('finds every frame at the place to seek to', () =>
    fc.assert(
      fc.property(clips, (clip) => {
        const { pts, index } = built(clip);
        pts.forEach((_, frame) => assert.equal(index.frameAt(index.seekTimeOf(frame)), frame));
      }),
    ));

  it('finds every frame at its own timestamp, also when a media clock rounds that to microseconds', () =>
    fc.assert(
      fc.property(clips, (clip) => {
        const { pts, index } = built(clip);
        // A stay of one or two microseconds has no room for a rounding of one.
        fc.pre(clip.stays.every((stay) => (stay * clip.timebase.den) / clip.timebase.num > 1e-5));
        pts.forEach((_, frame) => {
          const seconds = index.ptsOf(frame);
          for (const told of [seconds, Math.floor(seconds * 1e6) / 1e6, Math.ceil(seconds * 1e6) / 1e6])
            assert.equal(index.frameAt(told), frame);
        });
      }),
    ));

  it('keeps the timestamps it was built from', () =>
    fc.assert(
      fc.property(clips, (clip) => {
        const { pts, index } = built(clip);
        assert.equal(index.count, pts.length);
        pts.forEach((ticks, frame) => assert.ok(Math.abs(index.ptsOf(frame) - (ticks * clip.timebase.den) / clip.timebase.num) < 1e-9));
      }),
    ));

  it('is as long as its frames together', () =>
    fc.assert(
      fc.property(clips, (clip) => {
        const { index } = built(clip);
        const ticks = clip.stays.reduce((sum, stay) => sum + stay, 0);
        assert.ok(Math.abs(index.durationSeconds - (ticks * clip.timebase.den) / clip.timebase.num) < 1e-9);
      }),
    ));

  it('answers with a frame that exists, whatever it is asked', () =>
    fc.assert(
      fc.property(clips, fc.double(), (clip, number) => {
        const { index } = built(clip);
        for (const frame of [index.clamp(number), index.frameAt(number)])
          assert.ok(Number.isInteger(frame) && frame >= 0 && frame < index.count);
      }),
    ));

  it('stores a steady clip as one run', () => {
    const { index } = built({ startTicks: 0, stays: Array.from({ length: 500 }, () => 3003), timebase: PER_90K });
    assert.deepEqual(index.data.runs, [[500, 3003]]);
    assert.ok(index.isConstant);
  });

  it('shows the first frame before the start and the last one after the end', () => {
    const { index } = built({ startTicks: 45_000, stays: [3600, 3600], timebase: PER_90K });
    assert.equal(index.frameAt(0), 0);
    assert.equal(index.frameAt(0.539), 0);
    assert.equal(index.frameAt(0.54), 1);
    assert.equal(index.frameAt(9), 1);
    assert.ok(Math.abs(index.ptsOf(2) - 0.58) < 1e-12);
  });

  it('seeks to the middle of a stay, not to its edge', () => {
    const { index } = built({ startTicks: 0, stays: [3600, 1800, 3600], timebase: PER_90K });
    assert.equal(index.seekTimeOf(0), 0.02);
    assert.equal(index.seekTimeOf(1), 0.05);
    assert.equal(index.seekTimeOf(2), 0.08);
  });

  for (const [why, pts] of [
    ['stand still', [0, 0]],
    ['go back', [0, 3000, 1500]],
    ['are missing', []],
  ] as const)
    it(`refuses timestamps that ${why}`, () => assert.throws(() => frameIndexFromPts(pts, 1, PER_90K), RangeError));

  it('refuses a run of nothing', () =>
    assert.throws(() => frameIndex({ version: 1, timebase: PER_90K, startTicks: 0, runs: [[0, 10]] }), RangeError));
});
