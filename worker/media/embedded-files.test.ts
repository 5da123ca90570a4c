import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, fuzzed } from '../test/hostile-files.ts';
import { embeddedFiles } from './embedded-files.ts';
import { readEditLists } from './edit-lists.ts';
import { MediaError } from './media-error.ts';
import { inMemory } from './random-access.ts';

const COVER = Buffer.from('\xff\xd8 a picture', 'latin1');
const PAPER = Buffer.from('a paper that comes along');

/** The bytes of everything inside, as text. */
const inside = async (file: Buffer): Promise<string[]> =>
  (await embeddedFiles(inMemory(file))).map(({ start, end }) => file.toString('latin1', start, end));

/** An element of Matroska with a size of eight bytes, or with none. */
const element = (id: string, content: Buffer, isSized = true): Buffer => {
  const size = Buffer.from('01ffffffffffffff', 'hex');
  if (isSized) size.writeUIntBE(content.length, 2, 6);
  if (isSized) size[1] = 0;
  return Buffer.concat([Buffer.from(id, 'hex'), size, content]);
};
const head = element('1a45dfa3', Buffer.from('4282886d6174726f736b61', 'hex'));
const attached = (...files: Buffer[]): Buffer => {
  const named = (data: Buffer): Buffer => Buffer.concat([element('466e', Buffer.from('a.txt')), element('465c', data)]);
  return element('1941a469', Buffer.concat(files.map((data) => element('61a7', named(data)))));
};
const cluster = (isSized: boolean): Buffer => element('1f43b675', element('a3', Buffer.alloc(40, 0x81)), isSized);
const matroska = (...parts: Buffer[]): Buffer => Buffer.concat([head, element('18538067', Buffer.concat(parts))]);

describe('what a Matroska file carries', () => {
  it('is every attached file', async () => {
    assert.deepEqual(
      await inside(matroska(cluster(true), attached(COVER, PAPER))),
      [COVER, PAPER].map((b) => b.toString('latin1')),
    );
    assert.deepEqual(await inside(matroska(cluster(true))), []);
  });

  it('is found behind the clusters of a live recording, which have no size', async () => {
    const live = Buffer.concat([head, element('18538067', Buffer.concat([cluster(false), cluster(false), attached(PAPER)]), false)]);
    assert.deepEqual(await inside(live), [PAPER.toString()]);
  });

  it('is found behind bytes that make no sense', async () => {
    assert.deepEqual(await inside(matroska(cluster(true), Buffer.alloc(3_000_000), attached(PAPER))), [PAPER.toString()]);
  });

  it('is one file where it cannot be taken apart, and of a cut file what is there', async () => {
    const broken = element('1941a469', Buffer.concat([Buffer.alloc(1), PAPER]));
    assert.deepEqual(await inside(matroska(broken)), [`\0${PAPER.toString()}`]);
    assert.deepEqual(await inside(matroska(attached(PAPER)).subarray(0, -5)), [PAPER.toString().slice(0, -5)]);
  });

  it('may be no more than any film carries', async () => {
    const many = (count: number): Buffer => matroska(attached(...Array.from({ length: count }, () => PAPER)));
    assert.equal((await inside(many(128))).length, 128);
    await assert.rejects(inside(many(129)), { code: 'TYPE_REJECTED' });
    // each mark claims the rest of the file
    const marks = Buffer.concat(Array.from({ length: 40 }, () => Buffer.from('1941a46901ffffffffffffff', 'hex')));
    await assert.rejects(inside(matroska(Buffer.alloc(8), marks, Buffer.alloc(100))), { code: 'TYPE_REJECTED' });
  });
});

const ftyp = box('ftyp', Buffer.from('isom\0\0\0\0'));
const value = (content: Buffer): Buffer => box('data', Buffer.concat([Buffer.alloc(8), content]));
const movie = (...parts: Buffer[]): Buffer => Buffer.concat([ftyp, ...parts]);

describe('what an MP4 or QuickTime file carries', () => {
  it('is the cover and every other value, in the way of ISO and of QuickTime', async () => {
    const list = box('ilst', box('covr', value(COVER)));
    const [iso, plain] = [
      Buffer.concat([Buffer.alloc(4), box('hdlr', Buffer.alloc(24)), list]),
      Buffer.concat([box('hdlr', Buffer.alloc(24)), list]),
    ];
    for (const meta of [iso, plain])
      assert.deepEqual(await inside(movie(box('moov', box('udta', box('meta', meta))))), [COVER.toString('latin1')]);
  });

  it('is what lies in boxes nobody looks into, and behind the last, like a box or not', async () => {
    const luggage = [box('free', PAPER), box('mdat', Buffer.from('film')), box('uuid', Buffer.concat([Buffer.alloc(16), PAPER]))];
    assert.deepEqual(await inside(movie(...luggage)), [PAPER.toString(), PAPER.toString()]);
    assert.deepEqual(await inside(movie(box('moov', box('trak', box('free', PAPER))), Buffer.alloc(5))), [PAPER.toString(), '\0\0\0\0\0']);
    const unknown = box('evil', PAPER);
    assert.deepEqual(await inside(movie(unknown)), [PAPER.toString(), unknown.toString('latin1')]);
    // its first four bytes are a size beyond the end of the file
    assert.deepEqual(await inside(movie(PAPER)), [PAPER.toString().slice(8), PAPER.toString()]);
  });

  it('is nothing in a film that is only a film', async () => {
    assert.deepEqual(await inside(movie(box('moov', box('mvhd', Buffer.alloc(100))), box('mdat', Buffer.alloc(1000)))), []);
  });

  it('may be no more than any film carries', async () => {
    await assert.rejects(inside(movie(...Array.from({ length: 129 }, () => box('free', PAPER)))), { code: 'TYPE_REJECTED' });
    const nested = Array.from({ length: 50 }).reduce<Buffer>((content) => box('udta', content), PAPER);
    const [deepest = '', ...others] = await inside(movie(box('moov', nested)));
    assert.deepEqual([deepest.endsWith(PAPER.toString()), others], [true, []]);
  });
});

describe('files with bits flipped', () => {
  const list = box('ilst', box('covr', value(COVER)));
  const meta = box('meta', Buffer.concat([Buffer.alloc(4), box('hdlr', Buffer.alloc(24)), list]));
  const kinds = {
    Matroska: matroska(cluster(true), attached(COVER, PAPER), cluster(false)),
    MP4: movie(box('moov', Buffer.concat([box('mvhd', Buffer.alloc(100)), box('udta', meta)])), box('free', PAPER), box('mdat', PAPER)),
  };
  for (const [kind, whole] of Object.entries(kinds))
    it(`are read to their end, and never beyond (${kind})`, async () => {
      for (let seed = 1; seed <= 400; seed += 1) {
        const bytes = fuzzed(whole, { share: 0.02, seed, spared: 4 });
        await readEditLists(inMemory(bytes));
        const found = await embeddedFiles(inMemory(bytes)).catch((error: unknown) => {
          assert.ok(error instanceof MediaError && error.code === 'TYPE_REJECTED', String(error));
          return [];
        });
        for (const { start, end } of found) assert.ok(start >= 0 && start < end && end <= bytes.length, `${String(start)}–${String(end)}`);
      }
    });
});
