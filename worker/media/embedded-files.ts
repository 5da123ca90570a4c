import type { MovieBox } from './movie-boxes.ts';
import { BoxWalk } from './movie-boxes.ts';
import { matroskaAttachments } from './matroska-attachments.ts';
import { MediaError } from './media-error.ts';
import type { ByteRange, RandomAccess } from './random-access.ts';
import { sniff, SNIFF_BYTES } from './sniff.ts';

/** Fonts of subtitles are twenty or thirty, what a shop writes about a film some sixty. */
const MOST_EMBEDDED = 128;
/** Even a film cut into a piece for every picture has fewer. */
const MOST_BOXES = 100_000;

/**
 * What a film carries besides itself: attachments, covers, and whatever lies in boxes that no player looks into. A scanner that is
 * given the whole file sees their bytes in its middle, and most signatures look at the beginning of a file.
 * @throws MediaError TYPE_REJECTED for more than any film carries.
 */
export async function embeddedFiles(file: RandomAccess): Promise<ByteRange[]> {
  const sniffed = sniff(await file.readAt(0, SNIFF_BYTES));
  const kind = 'container' in sniffed ? sniffed.container : null;
  const source = kind === 'matroska' ? matroskaAttachments(file) : kind === 'isobmff' ? movieExtras(file) : [];
  const found: ByteRange[] = [];
  let bytes = 0;
  for await (const one of source) {
    if (one.end <= one.start) continue;
    found.push(one);
    bytes += one.end - one.start;
    // they lie side by side, each with its label or without: what adds up to more lies about where it ends
    if (found.length > MOST_EMBEDDED || bytes > 2 * file.sizeBytes)
      throw new MediaError('TYPE_REJECTED', `more than ${String(MOST_EMBEDDED)} files inside the film, or more than there is room for`);
  }
  return found;
}

/** What a film is made of; everything else at the top is luggage. */
const FILM: ReadonlySet<string> = new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat', 'mfra', 'sidx', 'ssix', 'prft', 'wide', 'pdin']);
const FOLDERS: ReadonlySet<string> = new Set(['moov', 'trak', 'udta', 'meta', 'ilst']);
/** Bytes before the content: a UUID (ISO/IEC 14496-12, 4.2); the type and language of a value (QuickTime, value atom). */
const LABEL_BYTES: Readonly<Record<string, number>> = { free: 0, skip: 0, uuid: 16, data: 8 };

const KNOWN: ReadonlySet<string> = new Set([...FILM, ...FOLDERS, ...Object.keys(LABEL_BYTES)]);

async function* movieExtras(file: RandomAccess): AsyncGenerator<ByteRange> {
  const walk = new BoxWalk(file, MOST_BOXES);
  let seen = 0;
  for await (const box of walk.boxes()) {
    if (FOLDERS.has(box.type)) yield* insideOf(walk, file, box);
    else if (!FILM.has(box.type)) yield contentOf(box);
    // bytes that are appended to a film may only look like a box
    if (!KNOWN.has(box.type)) yield { start: seen, end: box.end };
    seen = box.end;
  }
  if (walk.isUsedUp) throw new MediaError('TYPE_REJECTED', `more than ${String(MOST_BOXES)} boxes`);
  // what no box holds
  yield { start: seen, end: file.sizeBytes };
}

const contentOf = ({ type, start, end }: MovieBox): ByteRange => ({ start: start + (LABEL_BYTES[type] ?? 0), end });

async function* insideOf(walk: BoxWalk, file: RandomAccess, folder: MovieBox, depth = 0): AsyncGenerator<ByteRange> {
  const start = folder.type === 'meta' ? await firstBoxOfMeta(file, folder) : folder.start;
  for await (const box of walk.boxes(start, folder.end)) {
    // every child of the list is a folder, named after what it is about
    const isFolder = FOLDERS.has(box.type) || folder.type === 'ilst';
    if (isFolder && depth < MOST_DEPTH) yield* insideOf(walk, file, box, depth + 1);
    else if (isFolder || box.type in LABEL_BYTES) yield contentOf(box);
  }
}

/** A track's own list of values: moov, trak, udta, meta, ilst, name, data. */
const MOST_DEPTH = 6;

/** QuickTime's begins with a box, ISO's with four bytes of version before it. */
async function firstBoxOfMeta(file: RandomAccess, { start }: MovieBox): Promise<number> {
  const head = await file.readAt(start, 8);
  return head.toString('latin1', 4, 8) === 'hdlr' ? start : start + 4;
}
