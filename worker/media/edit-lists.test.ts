import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, editListLoop } from '../test/hostile-files.ts';
import { DEFAULT_UPLOAD_LIMITS } from '../../domain/video/limits.ts';
import { readEditLists, type EditList } from './edit-lists.ts';
import { inMemory } from './random-access.ts';
import { checkEdits } from './validate.ts';

const words = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
};

const MOVIE_TIMESCALE = 1000;
const mvhd = box('mvhd', words(0, 0, 0, MOVIE_TIMESCALE, 0));

/** Thirty pictures in the second, for so many seconds, with the given edits. */
function track(seconds: number, edits: { rounds: number; ticks: number } | null): Buffer {
  const stts = box('stbl', box('stts', words(0, 1, 30 * seconds, 512)));
  const media = box('mdia', Buffer.concat([box('mdhd', words(0, 0, 0, 15_360, 0xffff_ffff)), box('minf', stts)]));
  const plain = Buffer.concat([box('tkhd', Buffer.alloc(84)), media]);
  return box('trak', edits ? editListLoop(plain, edits) : plain);
}

const movie = (...tracks: Buffer[]): Buffer => Buffer.concat([box('ftyp', words(0, 0)), box('moov', Buffer.concat([mvhd, ...tracks]))]);
const listsOf = (bytes: Buffer): Promise<EditList[]> => readEditLists(inMemory(bytes));
const verdict = async (bytes: Buffer): Promise<string | undefined> => checkEdits(await listsOf(bytes), DEFAULT_UPLOAD_LIMITS)?.code;

describe('edit lists', () => {
  it('tell how often and how long a track is shown', async () => {
    assert.deepEqual(await listsOf(movie(track(10, { rounds: 3, ticks: 2000 }), track(10, null))), [
      { entries: 3, shownMs: 6000, isPaced: false },
    ]);
  });

  it('cannot show more of a track than there is, whatever the headers claim', async () => {
    assert.deepEqual(await listsOf(movie(track(3, { rounds: 1, ticks: 0x7fff_ffff }))), [{ entries: 1, shownMs: 3000, isPaced: false }]);
  });

  it('tell whether a part is slowed down, and do not take a late start for that', async () => {
    const slowed = movie(track(3, { rounds: 2, ticks: 1000 }));
    const first = slowed.indexOf('elst') + 12;
    slowed.writeUInt32BE(0x2000, first + 12 + 8);
    assert.deepEqual(
      (await listsOf(slowed)).map(({ isPaced }) => isPaced),
      [true],
    );
    slowed.writeInt32BE(-1, first + 12 + 4);
    assert.deepEqual(
      (await listsOf(slowed)).map(({ isPaced }) => isPaced),
      [false],
    );
  });

  it('that loop are refused before anything follows them', async () => {
    assert.equal(await verdict(movie(track(1, { rounds: 20_000, ticks: 1000 }))), 'TOO_MANY_FRAMES');
    assert.equal(await verdict(movie(track(10, { rounds: 31, ticks: 10_000 }))), 'DURATION_EXCEEDED');
    assert.equal(await verdict(movie(track(10, { rounds: 30, ticks: 10_000 }))), undefined);
  });

  it('of a long sound track with a start are no loop', async () => {
    assert.equal(await verdict(movie(track(400, { rounds: 2, ticks: 400_000 }))), undefined);
  });

  it('are found behind the pictures, and in a file of 64 bit sizes', async () => {
    const content = Buffer.concat([mvhd, track(1, { rounds: 20_000, ticks: 1000 })]);
    const long = Buffer.concat([words(1), Buffer.from('moov'), words(0, content.length + 16), content]);
    assert.equal(await verdict(Buffer.concat([box('mdat', Buffer.alloc(5000)), long])), 'TOO_MANY_FRAMES');
  });

  it('of a file that is no box, or stops in the middle of one, are none', async () => {
    const whole = movie(track(1, { rounds: 3, ticks: 1000 }));
    for (let bytes = 0; bytes < whole.length; bytes += 1) assert.equal(await verdict(whole.subarray(0, bytes)), undefined);
    assert.deepEqual(await listsOf(Buffer.from('not a film at all, but long enough')), []);
    assert.deepEqual(await listsOf(words(0, 0, 0, 0)), []);
  });

  it('that claim more entries than there is room for are counted by the room', async () => {
    const whole = movie(track(1, { rounds: 2, ticks: 1000 }));
    whole.writeUInt32BE(0xffff_ffff, whole.indexOf('elst') + 8);
    assert.deepEqual(await listsOf(whole), [{ entries: 2, shownMs: 2000, isPaced: false }]);
  });

  it('among more boxes than anybody writes are looked for no longer', async () => {
    const free = Buffer.concat(Array.from({ length: 30_000 }, () => box('free', Buffer.alloc(0))));
    assert.deepEqual(await listsOf(Buffer.concat([free, movie(track(1, { rounds: 20_000, ticks: 1000 }))])), []);
  });
});
