import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { COUNTER_LIMIT, decodeFrameCounter, decodeFrameCounterFrom, encodeFrameCounter } from './frame-counter.ts';

/** A 640 × 360 picture of these cells, as its brightness function. */
const strip =
  (cells: readonly boolean[], white = 235, black = 20) =>
  (x: number): number =>
    cells[Math.floor((x / 640) * cells.length)] ? white : black;

describe('the frame counter', () => {
  it('writes 5 as white, black, thirteen zeros, 1 0 1, even parity, white', () => {
    const drawn = encodeFrameCounter(5)
      .map((white) => (white ? '1' : '0'))
      .join('');
    assert.equal(drawn, '10' + '0000000000000101' + '0' + '1');
  });

  it('writes an odd number of ones with a white parity cell', () => assert.equal(encodeFrameCounter(7)[18], true));

  it('reads back every number of sixteen bits', () => {
    for (let frame = 0; frame <= COUNTER_LIMIT; frame++)
      if (decodeFrameCounter(strip(encodeFrameCounter(frame)), 640, 360) !== frame) assert.fail(`lost ${frame}`);
  });

  it('reads a pale, low-contrast picture', () =>
    assert.equal(decodeFrameCounter(strip(encodeFrameCounter(40_000), 180, 100), 640, 360), 40_000));

  it('answers null when one cell is wrong', () => {
    const cells = encodeFrameCounter(1234);
    cells[9] = !cells[9];
    assert.equal(decodeFrameCounter(strip(cells), 640, 360), null);
  });

  it('answers null for a picture without a strip', () =>
    assert.equal(
      decodeFrameCounter(() => 128, 640, 360),
      null,
    ));

  it('reads the pixels of a canvas', () => {
    const cells = encodeFrameCounter(321);
    const data = new Uint8ClampedArray(640 * 40 * 4).map((_, i) => strip(cells)(Math.floor(i / 4) % 640));
    assert.equal(decodeFrameCounterFrom({ width: 640, height: 40, data }), 321);
  });

  for (const frame of [-1, 1.5, 65_536]) it(`refuses to write ${frame}`, () => assert.throws(() => encodeFrameCounter(frame), RangeError));
});
