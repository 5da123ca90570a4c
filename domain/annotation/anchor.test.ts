import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkAnchor, distance, type AnchorTarget } from './anchor.ts';

/**
 * A hash for every n below 256 that differs from every other in at least eight bits: each of its eight bytes is n, so one bit of n is
 * eight bits of the hash.
 */
const hashOf = (n: number): Uint8Array => new Uint8Array(8).fill(n);
const hex = (hash: Uint8Array): string => Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');

const MS = 20;

/** A rendition at 50 frames a second whose frame f shows picture `pictures[f]`. */
const showing = (pictures: readonly Uint8Array[]): AnchorTarget => ({
  pictureHashes: Uint8Array.from(pictures.flatMap((picture) => [...picture])),
  frameCount: pictures.length,
  ptsMsOf: (frame) => frame * MS,
});

const pinned = (frame: number, picture = frame) => ({ frame, ptsMs: frame * MS, pictureHash: hex(hashOf(picture)) });
const firstPictures = (count: number, from = 0): Uint8Array[] => Array.from({ length: count }, (_, n) => hashOf(from + n));

const withBitsFlipped = (hash: Uint8Array, bits: number): Uint8Array =>
  hash.map((byte, at) => (at * 8 < bits ? byte ^ (0xff >> (8 - Math.min(8, bits - at * 8))) : byte));

describe('a drawing checked against another rendition', () => {
  it('is exact where the same frame shows the same picture', () => {
    assert.deepEqual(checkAnchor(pinned(40), showing(firstPictures(100))), { state: 'exact' });
  });

  it('is shifted by as many frames as were put in front', () => {
    const late = showing([hashOf(200), hashOf(201), hashOf(202), ...firstPictures(100)]);
    for (const frame of [0, 40, 99]) assert.deepEqual(checkAnchor(pinned(frame), late), { state: 'shifted', frames: 3 });
  });

  it('is shifted back by as many frames as are missing in front', () => {
    assert.deepEqual(checkAnchor(pinned(40), showing(firstPictures(95, 5))), { state: 'shifted', frames: -5 });
  });

  it('is lost where nothing within reach is alike', () => {
    const unlike = Array.from({ length: 100 }, () => hashOf(0xff - 2));
    assert.deepEqual(checkAnchor(pinned(2), showing(unlike)), { state: 'lost' });
    const farAway = [...Array.from({ length: 140 }, () => hashOf(255)), hashOf(1)];
    assert.deepEqual(checkAnchor(pinned(2, 1), showing(farAway)), { state: 'lost' });
  });

  it('is lost where its frame and picture are gone from the end', () => {
    assert.deepEqual(checkAnchor(pinned(99), showing(firstPictures(64))), { state: 'lost' });
  });

  it('stays exact at its own time when the colours were made anew, up to sixteen bits of 64', () => {
    const alone = (bits: number) => showing([hashOf(255), withBitsFlipped(hashOf(2), bits), hashOf(255)]);
    assert.deepEqual(checkAnchor(pinned(1, 2), alone(16)), { state: 'exact' });
    assert.deepEqual(checkAnchor(pinned(1, 2), alone(17)), { state: 'lost' });
  });

  it('stays exact at another time when the scaler changed up to six bits, and no more', () => {
    const alone = (bits: number) => showing([hashOf(255), withBitsFlipped(hashOf(2), bits), hashOf(255)]);
    const retimed = { ...pinned(1, 2), ptsMs: 2000 };
    assert.deepEqual(checkAnchor(retimed, alone(6)), { state: 'exact' });
    assert.deepEqual(checkAnchor(retimed, alone(7)), { state: 'lost' });
  });

  it('stays where it is when a neighbour is more alike by no more than encodes differ', () => {
    const beside = (own: number, neighbour: number) =>
      checkAnchor(pinned(1, 2), showing([hashOf(9), withBitsFlipped(hashOf(2), own), withBitsFlipped(hashOf(2), neighbour)]));
    assert.deepEqual(beside(4, 1), { state: 'exact' });
    assert.deepEqual(beside(5, 1), { state: 'shifted', frames: 1 });
    assert.deepEqual(beside(1, 0), { state: 'shifted', frames: 1 });
  });

  it('prefers the more alike picture to the nearer one', () => {
    const target = showing([hashOf(9), withBitsFlipped(hashOf(2), 5), hashOf(2)]);
    assert.deepEqual(checkAnchor(pinned(1, 2), target), { state: 'shifted', frames: 1 });
  });

  it('stays where it is in pictures that do not move', () => {
    const still = showing(Array.from({ length: 50 }, () => hashOf(7)));
    assert.deepEqual(checkAnchor(pinned(20, 7), still), { state: 'exact' });
  });

  it('goes by time where no picture was kept', () => {
    const byTime = (frame: number, ptsMs: number) => checkAnchor({ frame, ptsMs, pictureHash: null }, showing(firstPictures(100)));
    assert.deepEqual(byTime(40, 800), { state: 'exact' });
    assert.deepEqual(byTime(40, 809), { state: 'exact' });
    assert.deepEqual(byTime(40, 840), { state: 'shifted', frames: 2 });
    assert.deepEqual(byTime(40, 9000), { state: 'lost' });
  });
});

describe('the distance of two hashes', () => {
  it('is the number of bits that differ', () => {
    assert.equal(distance(hashOf(0), hashOf(0)), 0);
    assert.equal(distance(hashOf(0), hashOf(1)), 8);
    assert.equal(distance(hashOf(0), hashOf(255)), 64);
    assert.equal(distance(hashOf(0b1010), hashOf(0b0101)), 32);
  });

  it('is the largest there is when one is not whole', () => assert.equal(distance(hashOf(1), new Uint8Array(3)), 64));
});
