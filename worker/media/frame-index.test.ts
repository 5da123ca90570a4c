import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FrameFacts, FrameSource } from './frame-index.ts';
import { indexFrames } from './frame-index.ts';
import type { Packet } from './source-facts.ts';

const TICKS = { num: 90_000, den: 1 };

const packets = (times: readonly number[], duration = 0): Packet[] =>
  times.map((pts) => ({ stream: 0, pts, dts: pts, duration, isDiscarded: false }));

/** A source in the rendition's own ticks, with the same times. */
const sourceOf = (
  times: readonly number[],
  more: Partial<FrameSource['timing']> = {},
  claimedRates: FrameSource['track']['claimedRates'] = [],
): FrameSource => ({
  track: { timeBase: { num: 1, den: 90_000 }, claimedRates },
  timing: { mode: 'keep', pictures: times.length, gapTicks: 3000, spanTicks: 0, times: new Set(times), ...more },
  startTicks: 0,
});

const indexed = (times: readonly number[], source = sourceOf(times)): FrameFacts => indexFrames(packets(times), TICKS, source);

const every = (gap: number, count: number): number[] => Array.from({ length: count }, (_, n) => Math.round(n * gap));

describe('indexing the rendition', () => {
  it('sorts by time and measures the rate', () => {
    assert.deepEqual(indexed([3003, 0, 6006, 9009]), {
      frameIndex: { version: 1, timebase: TICKS, startTicks: 0, runs: [[4, 3003]] },
      fps: { num: 30_000, den: 1001 },
      timing: 'constant',
      captureFps: 30_000 / 1001,
    });
  });

  it('knows what the camera filmed at from the stretch of a slow motion that was not slowed', () => {
    const at = (...stretches: readonly (readonly [gap: number, count: number])[]): number[] =>
      stretches.reduce<number[]>(
        (times, [gap, count]) => [...times, ...every(gap, count).map((t) => t + (times.at(-1) ?? -gap) + gap)],
        [],
      );
    assert.equal(indexed(at([375, 60], [3000, 120], [375, 60])).captureFps, 240);
    // QuickTime's own clock of 600: 240 a second are two and three ticks in turn
    const coarse = every(2.5, 80).map((tick) => tick * 150);
    const slow = [...coarse, ...every(3000, 80).map((time) => time + 33_000)];
    const source = sourceOf(slow.map((time) => time / 150));
    const facts = indexed(slow, { ...source, track: { timeBase: { num: 1, den: 600 }, claimedRates: [] } });
    assert.ok(Math.abs(facts.captureFps - 240) < 240 * 0.02, String(facts.captureFps));
  });

  it('takes no hiccup, and no film of two speeds, for slow motion', () => {
    const hiccups = every(3000, 100).flatMap((time) => [time, time + 180]);
    assert.ok(indexed(hiccups).captureFps < 100);
    assert.ok(indexed([...every(1500, 60), ...every(3750, 60).map((time) => time + 90_000)]).captureFps < 60);
  });

  it('takes the last picture’s own duration unless it is out of proportion', () => {
    const runs = (duration: number): unknown => indexFrames(packets([0, 3000], duration), TICKS, sourceOf([0, 3000])).frameIndex.runs;
    assert.deepEqual(
      [runs(2000), runs(0), runs(900_000)],
      [
        [
          [1, 3000],
          [1, 2000],
        ],
        [[2, 3000]],
        [[2, 3000]],
      ],
    );
  });

  it('gives one picture the distance the source would have had', () => {
    const { frameIndex, fps } = indexed([0]);
    assert.deepEqual([frameIndex.runs, fps], [[[1, 3000]], { num: 30, den: 1 }]);
  });

  it('calls jitter constant and a two-speed cadence variable', () => {
    assert.equal(indexed(every(3000, 40).map((time, n) => time + (n % 3) * 90)).timing, 'constant');
    assert.equal(indexed([0, 3000, 9000, 12_000, 15_000, 18_000, 24_000, 27_000]).timing, 'variable');
  });

  it('forgives one odd gap in fifty and not one in forty-nine', () => {
    const withPause = (count: number): number[] => every(3000, count).map((time, n) => (n === 20 ? time + 1500 : time));
    // one late picture makes two odd gaps: 2 of 100, and 2 of 99
    assert.equal(indexed(withPause(101)).timing, 'constant');
    assert.equal(indexed(withPause(100)).timing, 'variable');
  });

  it('knows that a file in milliseconds rounds', () => {
    // 240 pictures a second in milliseconds: 4, 4, 5, 4, 4, 4 …
    const milliseconds = every(1000 / 240, 240);
    const source = { ...sourceOf(milliseconds), track: { timeBase: { num: 1, den: 1000 }, claimedRates: [{ num: 240, den: 1 }] } };
    const { timing, fps } = indexed(
      milliseconds.map((time) => time * 90),
      source,
    );
    assert.deepEqual([timing, fps], ['constant', { num: 240, den: 1 }]);
  });

  it('does not believe a claim the pictures contradict', () => {
    const times = every(3000, 30);
    assert.deepEqual(indexed(times, sourceOf(times, {}, [{ num: 120, den: 1 }])).fps, { num: 30, den: 1 });
  });

  it('knows 29.97 when it is written as 2997/100', () => {
    const times = every(90_000 / 29.97, 264);
    assert.deepEqual(indexed(times, sourceOf(times, {}, [{ num: 2997, den: 100 }])).fps, { num: 30_000, den: 1001 });
  });

  it('calls a picture that is not where the file put it repaired', () => {
    assert.equal(indexed([0, 3000, 4500, 9000], sourceOf([0, 3000, 9000], { mode: 'spread' })).timing, 'repaired');
    assert.equal(indexed([0, 3000, 6000], sourceOf([0, 3000, 6000], { mode: 'spread' })).timing, 'constant');
    assert.equal(indexed([0, 3000, 6000], sourceOf([0, 3000, 6000], { mode: 'renumber' })).timing, 'repaired');
  });

  it('compares times after the shift to zero', () => {
    assert.equal(indexed([0, 3000], { ...sourceOf([126_000, 129_000]), startTicks: 126_000 }).timing, 'constant');
  });

  it('refuses pictures without a time, or two with the same', () => {
    assert.throws(() => indexed([]), { code: 'FFMPEG_FAIL' });
    assert.throws(() => indexed([0, 3000, 3000]), { code: 'FFMPEG_FAIL' });
  });
});
