import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { frameRate, framesPerSecond, nominalRate, parseFrameRate } from './frame-rate.ts';

describe('a frame rate', () => {
  it('is a fraction in lowest terms', () => {
    assert.deepEqual(frameRate(60_000, 2002), { num: 30_000, den: 1001 });
    assert.deepEqual(frameRate(50), { num: 50, den: 1 });
  });

  it('keeps its value when it is reduced', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (num, den) => {
        const rate = frameRate(num, den);
        assert.equal(rate.num * den, rate.den * num);
      }),
    ));

  for (const [num, den] of [
    [0, 1],
    [1, 0],
    [-25, 1],
    [29.97, 1],
    [Number.NaN, 1],
  ] as const)
    it(`refuses ${String(num)}/${String(den)}`, () => assert.throws(() => frameRate(num, den), RangeError));

  it('is read from what ffprobe writes', () => {
    assert.deepEqual(parseFrameRate('30000/1001'), { num: 30_000, den: 1001 });
    assert.deepEqual(parseFrameRate('25'), { num: 25, den: 1 });
    for (const text of ['0/0', '30/0', '', '29.97', '-30/1', '30/1/1']) assert.equal(parseFrameRate(text), null);
  });
});

describe('the nominal rate', () => {
  it('tells 29.97 from 30 and 59.94 from 60', () => {
    assert.deepEqual(nominalRate(1000, 1000 * 3003, frameRate(90_000)), { num: 30_000, den: 1001 });
    assert.deepEqual(nominalRate(1000, 1000 * 3000, frameRate(90_000)), { num: 30, den: 1 });
    assert.deepEqual(nominalRate(600, 600 * 1001, frameRate(60_000)), { num: 60_000, den: 1001 });
    assert.deepEqual(nominalRate(600, 600 * 1000, frameRate(60_000)), { num: 60, den: 1 });
  });

  it('forgives the rounding of whole ticks', () =>
    assert.deepEqual(nominalRate(720, Math.round(720 * 3753.75) + 1, frameRate(90_000)), { num: 24_000, den: 1001 }));

  it('is exact for a rate that no camera is built for', () => {
    assert.deepEqual(nominalRate(15, 90_000, frameRate(90_000)), { num: 15, den: 1 });
    assert.ok(Math.abs(framesPerSecond(nominalRate(109, 327_150, frameRate(90_000))) - 29.986) < 0.001);
  });
});
