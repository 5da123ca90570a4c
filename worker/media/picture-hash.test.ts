import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pictureHashes } from './picture-hash.ts';

const picture = (brightness: (x: number, y: number) => number): number[] =>
  Array.from({ length: 72 }, (_, i) => brightness(i % 9, Math.floor(i / 9)));

describe('the hash of a picture', () => {
  it('has a bit for each pair that brightens to the right', () => {
    assert.equal(pictureHashes(Uint8Array.from(picture((x) => x * 10))).toString('hex'), 'ffffffffffffffff');
    assert.equal(pictureHashes(Uint8Array.from(picture((x) => 200 - x * 10))).toString('hex'), '0000000000000000');
    assert.equal(pictureHashes(Uint8Array.from(picture(() => 128))).toString('hex'), '0000000000000000');
  });

  it('has a byte a row from the top, the leftmost pair in the highest bit', () => {
    const step = picture((x, y) => ((y === 0 && x >= 1) || (y === 7 && x === 8) ? 255 : 0));
    assert.equal(pictureHashes(Uint8Array.from(step)).toString('hex'), '8000000000000001');
  });

  it('follows the pictures in order', () => {
    const two = [...picture((x) => x), ...picture((x) => -x + 9)];
    assert.equal(pictureHashes(Uint8Array.from(two)).toString('hex'), 'ffffffffffffffff0000000000000000');
  });

  it('does not make up half a picture', () => {
    assert.throws(() => pictureHashes(new Uint8Array(73)), { code: 'FFMPEG_FAIL' });
  });
});
