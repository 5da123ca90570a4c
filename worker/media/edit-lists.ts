import type { MovieBox } from './movie-boxes.ts';
import { BoxWalk } from './movie-boxes.ts';
import type { RandomAccess } from './random-access.ts';

/** What the edit list of one track of an MP4 or QuickTime file makes of it. */
export interface EditList {
  readonly entries: number;
  /** How much of the track the entries show, one after the other; none shows more than there is. Of the first entries only. */
  readonly shownMs: number;
  /** Some entry shows its part slower or faster than it was filmed. Of the first entries only. */
  readonly isPaced: boolean;
}

/** More entries than these are only counted. */
export const MOST_EDITS = 250;

/** 1, in sixteen bits and sixteen behind the point. */
const USUAL_RATE = 0x1_0000;

const MOST_TABLE_BYTES = 1024 * 1024;

/** The edit list of every track that has one. Empty for a file that is not built of boxes. */
export async function readEditLists(file: RandomAccess): Promise<EditList[]> {
  const walk = new BoxWalk(file);
  const lists: EditList[] = [];
  for await (const movie of walk.boxes()) {
    if (movie.type !== 'moov') continue;
    const timescale = (await clockOf(walk, file, ['mvhd'], movie)) ?? 0;
    for await (const track of walk.at(['trak'], movie)) lists.push(...(await listsOf(walk, file, track, timescale)));
  }
  return lists;
}

async function listsOf(walk: BoxWalk, file: RandomAccess, track: MovieBox, movieTimescale: number): Promise<EditList[]> {
  const found: EditList[] = [];
  let mediaMs: number | null = null;
  for await (const list of walk.at(['edts', 'elst'], track)) {
    mediaMs ??= await lengthOf(walk, file, track);
    found.push(await readList(file, list, { movieTimescale, mediaMs }));
  }
  return found;
}

interface Clocks {
  readonly movieTimescale: number;
  readonly mediaMs: number;
}

async function readList(file: RandomAccess, { start, end }: MovieBox, { movieTimescale, mediaMs }: Clocks): Promise<EditList> {
  const head = await file.readAt(start, 8);
  if (head.length < 8) return { entries: 0, shownMs: 0, isPaced: false };
  const isLong = head.readUInt8(0) === 1;
  const entryBytes = isLong ? 20 : 12;
  // the count may be a lie; what is not there shows nothing
  const entries = Math.min(head.readUInt32BE(4), Math.floor((end - start - 8) / entryBytes));
  const table = await file.readAt(start + 8, Math.min(entries, MOST_EDITS) * entryBytes);
  let [shownMs, isPaced] = [0, false];
  for (let at = 0; at + entryBytes <= table.length; at += entryBytes) {
    const duration = isLong ? Number(table.readBigUInt64BE(at)) : table.readUInt32BE(at);
    const ms = movieTimescale > 0 ? (duration * 1000) / movieTimescale : 0;
    shownMs += Math.min(ms, mediaMs);
    const isEmpty = table.readInt32BE(at + (isLong ? 8 : 4)) === -1;
    const rate = table.readInt32BE(at + entryBytes - 4);
    isPaced ||= !isEmpty && rate !== 0 && rate !== USUAL_RATE;
  }
  return { entries, shownMs, isPaced };
}

/** How long the pictures or samples of a track last by their own table: the header's figure may be a lie. */
async function lengthOf(walk: BoxWalk, file: RandomAccess, track: MovieBox): Promise<number> {
  const timescale = await clockOf(walk, file, ['mdia', 'mdhd'], track);
  if (timescale === null) return 0;
  let ticks = 0;
  for await (const { start, end } of walk.at(['mdia', 'minf', 'stbl', 'stts'], track)) {
    const table = await file.readAt(start + 8, Math.min(MOST_TABLE_BYTES, Math.max(0, end - start - 8)));
    for (let at = 0; at + 8 <= table.length; at += 8) ticks += table.readUInt32BE(at) * table.readUInt32BE(at + 4);
  }
  return (ticks * 1000) / timescale;
}

/** Ticks per second of the first such header; null when there is none. */
async function clockOf(walk: BoxWalk, file: RandomAccess, path: readonly string[], inside: MovieBox): Promise<number | null> {
  for await (const { start } of walk.at(path, inside)) {
    const head = await file.readAt(start, 24);
    const at = head[0] === 1 ? 20 : 12;
    const timescale = head.length >= at + 4 ? head.readUInt32BE(at) : 0;
    return timescale > 0 ? timescale : null;
  }
  return null;
}
