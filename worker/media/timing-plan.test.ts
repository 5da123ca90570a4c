import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Packet, VideoTrack } from './source-facts.ts';
import { median, planTiming, ticksPerSecond } from './timing-plan.ts';

const TRACK: VideoTrack = {
  ...{
    index: 0,
    codec: 'h264',
    width: 640,
    height: 360,
    pixelAspect: { num: 1, den: 1 },
    pixelFormat: 'yuv420p',
    rotation: 0,
    isCoverArt: false,
  },
  color: { range: 'tv', space: 'bt709', transfer: 'bt709', primaries: 'bt709' },
  timeBase: { num: 1, den: 1000 },
  claimedRates: [{ num: 25, den: 1 }],
};

const packet = (pts: number | null, dts: number | null = pts, more: Partial<Packet> = {}): Packet => ({
  stream: 0,
  pts,
  dts,
  duration: 40,
  isDiscarded: false,
  ...more,
});

const upTo = (count: number, from: number): Packet[] => Array.from({ length: count }, (_, n) => packet(from + n * 40));

describe('judging timestamps', () => {
  it('keeps sound ones, whatever order they are decoded in', () => {
    const plan = planTiming(TRACK, [packet(0, -80), packet(120, -40), packet(40, 0), packet(80, 40)]);
    assert.equal(plan.mode, 'keep');
    assert.deepEqual([plan.pictures, plan.gapTicks, plan.spanTicks], [4, 40, 160]);
  });

  it('leaves out other tracks and what an edit list cuts off', () => {
    const plan = planTiming(TRACK, [packet(0, 0, { isDiscarded: true }), packet(40), packet(80), packet(9999, 9999, { stream: 1 })]);
    assert.deepEqual([plan.pictures, plan.spanTicks], [2, 80]);
  });

  it('takes the decoding time where there is no other', () => {
    const plan = planTiming(TRACK, [packet(null, 0), packet(null, 40), packet(null, 80)]);
    assert.deepEqual([plan.mode, plan.spanTicks], ['keep', 120]);
  });

  it('spreads a few that share a time', () => {
    assert.equal(planTiming(TRACK, [packet(0), packet(40), packet(40), packet(120)]).mode, 'spread');
  });

  it('renumbers when nearly none has a time, at the rate the header claims', () => {
    const plan = planTiming(TRACK, [packet(null), packet(null), packet(null)]);
    assert.deepEqual([plan.mode, plan.gapTicks, plan.spanTicks], ['renumber', 40, 120]);
  });

  it('renumbers two recordings glued together', () => {
    const plan = planTiming(
      TRACK,
      [0, 40, 80, 120, 0, 40, 80, 120].map((time) => packet(time)),
    );
    assert.deepEqual([plan.mode, plan.spanTicks], ['renumber', 320]);
  });

  it('places the pictures before 0 of a Matroska file, which have no time or a guessed one, at the rate it keeps', () => {
    const track = { ...TRACK, claimedRates: [{ num: 30, den: 1 }] };
    const later = [0, 33, 67, 100, 133].map((time) => packet(time));
    for (const early of [
      [null, null, null],
      [-99, -66, -33],
    ]) {
      const plan = planTiming(track, [...early.map((time) => packet(time)), ...later], 'matroska,webm');
      assert.deepEqual([plan.mode, plan.pictures, plan.lead?.pictures, plan.lead?.startTicks], ['keep', 8, 3, -100]);
      assert.deepEqual([plan.times.has(-100), plan.times.has(-67), plan.spanTicks], [true, true, 273]);
    }
  });

  it('works out no time where other containers have one, or none further behind, or no steady rate', () => {
    const missing = [packet(null), packet(0), packet(40), packet(80)];
    assert.equal(planTiming(TRACK, [packet(-40), packet(0), packet(40)], 'mov,mp4').lead, undefined);
    assert.equal(planTiming(TRACK, missing, 'matroska,webm').lead?.pictures, 1);
    assert.equal(planTiming(TRACK, [...missing, ...upTo(20, 120), packet(null)], 'matroska,webm').lead, undefined);
    assert.equal(planTiming(TRACK, [packet(null), packet(0), packet(41), packet(90)], 'matroska,webm').lead, undefined);
  });

  it('measures the last picture by its own duration', () => {
    assert.equal(planTiming(TRACK, [packet(0), packet(40, 40, { duration: 500 })]).spanTicks, 540);
  });

  it('finds nothing in an empty track', () => {
    assert.equal(planTiming(TRACK, []).pictures, 0);
  });
});

describe('choosing the ticks of the rendition', () => {
  const of = (num: number, den: number): number => ticksPerSecond({ num, den });

  it('uses 90000 where the source fits into it', () => {
    assert.deepEqual([of(1, 90_000), of(1, 1000), of(1, 600), of(1, 30_000), of(1, 15)], [90_000, 90_000, 90_000, 90_000, 90_000]);
  });

  it('uses a multiple of the source where it does not, so that nothing is rounded', () => {
    assert.deepEqual(
      [of(1, 24_000), of(1, 60_000), of(1001, 60_000), of(125, 2997), of(1, 15_360)],
      [24_000, 60_000, 60_000, 11_988, 15_360],
    );
  });

  it('does not follow a source into absurdity', () => {
    assert.equal(of(1, 16_000_000), 90_000);
  });
});

describe('the middle value', () => {
  it('of an odd number, and of nothing', () => {
    assert.deepEqual([median([3, 1, 2]), median([])], [2, null]);
  });
});
