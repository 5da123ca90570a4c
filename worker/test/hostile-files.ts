import { readFile, writeFile } from 'node:fs/promises';

/** Builders of files that nobody films: boxes of an MP4 are taken apart, bent and put together again. */
export const box = (type: string, content: Buffer): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, content]);
};

interface Box {
  readonly type: string;
  readonly content: Buffer;
}

/** The boxes that lie side by side in these bytes. */
export function boxesIn(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    if (size < 8) throw new Error('this builder reads plain boxes only');
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), content: bytes.subarray(at + 8, at + size) });
    at += size;
  }
  return boxes;
}

/** Copies an MP4 whose index stands at its end, with the content of every box on the path replaced by `bend`. */
export async function bendBox(from: string, to: string, path: readonly string[], bend: (content: Buffer) => Buffer): Promise<string> {
  await writeFile(to, bent(await readFile(from), path, bend));
  return to;
}

function bent(bytes: Buffer, [type, ...deeper]: readonly string[], bend: (content: Buffer) => Buffer): Buffer {
  if (type === undefined) return bend(bytes);
  return Buffer.concat(boxesIn(bytes).map((one) => box(one.type, one.type === type ? bent(one.content, deeper, bend) : one.content)));
}

/** How a point of the stored picture is shown, but for shifts: (x, y) → (a·x + c·y, b·x + d·y). ISO 14496-12, 8.3.2. */
export type Orientation = readonly [a: number, b: number, c: number, d: number];

/** The track's header with another display matrix, shifted so that the shown picture lies in the first quadrant. */
export function oriented(tkhd: Buffer, [a, b, c, d]: Orientation, { width, height }: { width: number; height: number }): Buffer {
  const copy = Buffer.from(tkhd);
  const matrixAt = 40; // version 0: after times, track number, layer and volume
  const shift = (alongX: number, alongY: number): number => Math.max(0, -alongX) * width + Math.max(0, -alongY) * height;
  [a, b, 0, c, d, 0, shift(a, c), shift(b, d)].forEach((term, i) => copy.writeInt32BE(term * 0x1_0000, matrixAt + 4 * i));
  return copy;
}

/** As many copies of the first track as wanted. */
export function multiplyTracks(moov: Buffer, count: number): Buffer {
  const boxes = boxesIn(moov);
  const track = boxes.find(({ type }) => type === 'trak');
  if (!track) throw new Error('no track to copy');
  const copy = box('trak', track.content);
  return Buffer.concat([...boxes.map(({ type, content }) => box(type, content)), ...Array.from({ length: count - 1 }, () => copy)]);
}

/** An edit list that shows the same first `ticks` of the track over and over. */
export const editListLoop = (trak: Buffer, { rounds, ticks }: { rounds: number; ticks: number }): Buffer =>
  withEdits(
    trak,
    Array.from({ length: rounds }, (): Edit => [ticks, 0, 1]),
  );

/** One entry of an edit list: how long, in ticks of the movie, from where, in ticks of the track, and how fast. */
export type Edit = readonly [ticks: number, from: number, rate: number];

/** The track with the given edits and no others. */
export function withEdits(trak: Buffer, edits: readonly Edit[]): Buffer {
  const entries = Buffer.alloc(8 + 12 * edits.length);
  entries.writeUInt32BE(edits.length, 4);
  for (const [i, [ticks, from, rate]] of edits.entries()) {
    entries.writeUInt32BE(ticks, 8 + 12 * i);
    entries.writeInt32BE(from, 12 + 12 * i);
    entries.writeUInt32BE(rate * 0x1_0000, 16 + 12 * i);
  }
  const others = boxesIn(trak).filter(({ type }) => type !== 'edts');
  const [header, ...rest] = others.map(({ type, content }) => box(type, content));
  return Buffer.concat([...(header ? [header] : []), box('edts', box('elst', entries)), ...rest]);
}

/** Claims another size, in the track's description and in the JPEG of every picture. Takes and gives a whole Motion JPEG file. */
export function claimSize(mjpegFile: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(mjpegFile);
  const startOfFrame = Buffer.from([0xff, 0xc0, 0x00, 0x11, 0x08]);
  for (let at = copy.indexOf(startOfFrame); at >= 0; at = copy.indexOf(startOfFrame, at + 1)) {
    copy.writeUInt16BE(height, at + 5);
    copy.writeUInt16BE(width, at + 7);
  }
  const entry = copy.indexOf('jpeg', copy.indexOf('stsd'), 'latin1');
  if (entry >= 0) {
    copy.writeUInt16BE(width, entry + 4 + 24);
    copy.writeUInt16BE(height, entry + 4 + 26);
  }
  return copy;
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Flips one bit in this share of the bytes after the first `spared`. */
export function fuzzed(bytes: Buffer, { share, seed, spared }: { share: number; seed: number; spared: number }): Buffer {
  const copy = Buffer.from(bytes);
  const next = seeded(seed);
  for (let at = spared; at < copy.length; at += 1) if (next() < share) copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(next() * 8));
  return copy;
}
