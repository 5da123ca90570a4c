import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { frameIndex, frameIndexFromPts } from './frame-index.ts';
import { frameRate } from './frame-rate.ts';
import { formatElapsed, formatTimecode, timecodeRate } from './timecode.ts';

const NTSC_30 = frameRate(30000, 1001);
const NTSC_60 = frameRate(60000, 1001);

describe('timecode', () => {
  const cases: [frame: number, num: number, den: number, text: string, why: string][] = [
    [0, 30000, 1001, '00:00:00;00', 'starts at zero'],
    [1799, 30000, 1001, '00:00:59;29', 'is the last of the first minute'],
    [1800, 30000, 1001, '00:01:00;02', 'skips the numbers 00 and 01'],
    [3597, 30000, 1001, '00:01:59;29', 'is 1800 + 1798 - 1'],
    [3598, 30000, 1001, '00:02:00;02', 'skips again'],
    [17981, 30000, 1001, '00:09:59;29', 'is the last of ten minutes'],
    [17982, 30000, 1001, '00:10:00;00', 'does not skip in the tenth minute'],
    [107892, 30000, 1001, '01:00:00;00', 'is six times ten minutes'],
    [3599, 60000, 1001, '00:00:59;59', 'is the last of the first minute'],
    [3600, 60000, 1001, '00:01:00;04', 'skips four numbers'],
    [35964, 60000, 1001, '00:10:00;00', 'is ten minutes'],
    [1439, 24, 1, '00:00:59:23', 'is the last of a minute of film'],
    [1440, 24, 1, '00:01:00:00', 'is 60 times 24'],
    [1440, 24000, 1001, '00:01:00:00', 'drops nothing at 23.976'],
    [1500, 25, 1, '00:01:00:00', 'is 60 times 25'],
    [119, 120, 1, '00:00:00:119', 'has three digits above 100 frames a second'],
    [240 * 61, 240, 1, '00:01:01:000', 'is 61 seconds'],
    [25 * 3600 * 30, 25, 1, '30:00:00:00', 'goes on past a day'],
    [-1, 25, 1, '-00:00:00:01', 'counts before the origin'],
  ];
  for (const [frame, num, den, text, why] of cases)
    it(`${String(frame)} at ${String(num)}/${String(den)} is ${text}: ${why}`, () =>
      assert.equal(formatTimecode(frame, frameRate(num, den)), text));

  it('never names a dropped number', () =>
    fc.assert(
      fc.property(fc.nat(1_000_000), (frame) => {
        assert.doesNotMatch(formatTimecode(frame, NTSC_30), /\d[1-9]:00;0[01]$/);
        assert.doesNotMatch(formatTimecode(frame, NTSC_60), /\d[1-9]:00;0[0-3]$/);
      }),
    ));

  it('gives a later frame a later text', () =>
    fc.assert(fc.property(fc.nat(2_000_000), (frame) => formatTimecode(frame, NTSC_30) < formatTimecode(frame + 1, NTSC_30))));

  it('stays within a tenth of a second of the real clock at 29.97', () =>
    fc.assert(
      fc.property(fc.nat(107_892), (frame) => {
        const [h = 0, m = 0, s = 0, f = 0] = formatTimecode(frame, NTSC_30).split(/[:;]/).map(Number);
        assert.ok(Math.abs(h * 3600 + m * 60 + s + f / 30 - (frame * 1001) / 30000) < 0.1);
      }),
    ));
});

describe('the rate of timecode', () => {
  const indexOf = (pts: readonly number[], last: number) => frameIndex(frameIndexFromPts(pts, last, frameRate(90_000)));

  it('is 24000/1001 although its 3753.75 ticks do not fit', () => {
    const pts = Array.from({ length: 96 }, (_, frame) => Math.round(frame * 3753.75));
    assert.deepEqual(timecodeRate(indexOf(pts, 3754)), { num: 24000, den: 1001 });
  });

  it('does not listen to the stay of the last frame', () =>
    assert.deepEqual(timecodeRate(indexOf([0, 3600, 7200], 9000)), { num: 25, den: 1 }));

  it('is known from a single frame', () => assert.deepEqual(timecodeRate(indexOf([0], 3000)), { num: 30, den: 1 }));

  it('does not exist for a clip whose beat changes', () => assert.equal(timecodeRate(indexOf([0, 3000, 4500], 1500)), null));
});

describe('elapsed time', () => {
  const cases: [number, string][] = [
    [0, '0:00.000'],
    [0.29, '0:00.290'],
    [61.0009, '1:01.000'],
    [-0.5, '-0:00.500'],
    [-0.0001, '0:00.000'],
    [3600, '60:00.000'],
  ];
  for (const [seconds, text] of cases) it(`writes ${String(seconds)} s as ${text}`, () => assert.equal(formatElapsed(seconds), text));
});
