import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstFrameFrom, nearestFrame, ptsExpression, ptsOf, secondsOf, timingOf } from './timing.ts';

describe('timing of frames', () => {
  it('places frame n of 30000/1001 at exactly n × 1001/30000 s', () => {
    const ntsc = timingOf({ num: 30_000, den: 1001 });
    assert.equal(ntsc.timescale, 30_000);
    assert.equal(ptsOf(ntsc, 30_000), 30_000 * 1001);
    assert.equal(secondsOf(ntsc, 30_000), 1001);
  });

  for (const [num, timescale, gap] of [
    [30, 15_360, 512],
    [60, 15_360, 256],
    [240, 15_360, 64],
  ] as const)
    it(`counts ${num} pictures a second in ${timescale} ticks`, () => {
      const timing = timingOf({ num, den: 1 });
      assert.equal(timing.timescale, timescale);
      assert.equal(ptsOf(timing, 1), gap);
      assert.equal(secondsOf(timing, num), 1);
    });

  it('repeats the uneven rhythm of a phone every twelve frames', () => {
    const phone = timingOf('variable');
    assert.equal(ptsOf(phone, 12), 39_750);
    for (let frame = 0; frame < 40; frame++) {
      const gap = ptsOf(phone, frame + 1) - ptsOf(phone, frame);
      assert.ok(gap >= 2940 && gap <= 6000, `gap ${gap} after frame ${frame}`);
      assert.equal(ptsOf(phone, frame + 12) - ptsOf(phone, frame), 39_750);
    }
    assert.ok(new Set(phone.gaps).size > 5, 'the gaps differ');
  });

  it('finds the frame nearest an instant, the earlier one of a tie', () => {
    const ten = timingOf({ num: 10, den: 1 });
    assert.equal(nearestFrame(ten, 0), 0);
    assert.equal(nearestFrame(ten, 0.5), 5);
    assert.equal(nearestFrame(ten, 0.549), 5);
    assert.equal(nearestFrame(ten, 0.55), 5);
    assert.equal(nearestFrame(ten, 0.551), 6);
  });

  it('finds the first frame not before an instant', () => {
    const ten = timingOf({ num: 10, den: 1 });
    assert.equal(firstFrameFrom(ten, 0.3), 3);
    assert.equal(firstFrameFrom(ten, 0.3001), 4);
  });

  it('says a constant rate to ffmpeg as one product', () => assert.equal(ptsExpression(timingOf({ num: 30_000, den: 1001 })), 'N*1001'));

  for (const rate of [
    { num: 0, den: 1 },
    { num: 30, den: 0 },
    { num: 29.97, den: 1 },
    { num: 2000, den: 1 },
  ])
    it(`refuses ${rate.num}/${rate.den} as a frame rate`, () => assert.throws(() => timingOf(rate), RangeError));
});
