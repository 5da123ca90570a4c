import type { ByteRange, RandomAccess } from './random-access.ts';

/** Ids of elements, with their length marker (RFC 9559; EBML is RFC 8794). */
const SEGMENT = 0x1853_8067;
const CLUSTER = 0x1f43_b675;
const ATTACHMENTS = 0x1941_a469;
const ATTACHED_FILE = 0x61a7;
const FILE_DATA = 0x465c;

/** Four bytes of id, eight of size. */
const MOST_HEADER_BYTES = 12;
/** Some hundreds of clusters; a live recording without sizes is walked block by block. */
const MOST_ELEMENTS = 200_000;
const SEARCH_BYTES = 1024 * 1024;

interface Element {
  readonly id: number;
  readonly start: number;
  /** Null: it ends where something begins that cannot be in it. */
  readonly end: number | null;
}

/**
 * The content of every attached file. Where the structure cannot be followed the rest is searched for the mark of attachments,
 * as lenient readers do: what they find must not stay unseen.
 */
export async function* matroskaAttachments(file: RandomAccess): AsyncGenerator<ByteRange> {
  let at = 0;
  for (let left = MOST_ELEMENTS; left > 0 && at < file.sizeBytes; left -= 1) {
    const element = await elementAt(file, at, file.sizeBytes);
    if (element === null) break;
    if (element.id === ATTACHMENTS) yield* filesIn(file, element.start, element.end ?? file.sizeBytes);
    if (element.id === SEGMENT || (element.end === null && element.id === CLUSTER)) at = element.start;
    else if (element.end === null) break;
    else at = element.end;
  }
  for (let found = await findMark(file, at); found !== null; found = await findMark(file, found + 4)) {
    const element = await elementAt(file, found, file.sizeBytes);
    if (element) yield* filesIn(file, element.start, element.end ?? file.sizeBytes);
  }
}

/** Between two positions of an Attachments element. What cannot be taken apart is one file as it is. */
async function* filesIn(file: RandomAccess, start: number, end: number): AsyncGenerator<ByteRange> {
  for (let at = start; at < end;) {
    const child = await elementAt(file, at, end);
    if (child === null || child.end === null) {
      yield { start: at, end };
      return;
    }
    if (child.id === ATTACHED_FILE) yield* filesIn(file, child.start, child.end);
    if (child.id === FILE_DATA) yield { start: child.start, end: child.end };
    at = child.end;
  }
}

/** Null: there is no element. One that claims to reach beyond `limit` ends there. */
async function elementAt(file: RandomAccess, at: number, limit: number): Promise<Element | null> {
  const header = await file.readAt(at, MOST_HEADER_BYTES);
  const idBytes = lengthOf(header[0], 4);
  const sizeBytes = lengthOf(header[idBytes], 8);
  if (idBytes === 0 || sizeBytes === 0 || header.length < idBytes + sizeBytes) return null;
  const start = at + idBytes + sizeBytes;
  const field = header.subarray(idBytes, idBytes + sizeBytes);
  const size = valueOf(field);
  const isUnknown = size === 2 ** (7 * sizeBytes) - 1;
  return { id: header.readUIntBE(0, idBytes), start, end: isUnknown ? null : Math.min(limit, start + size) };
}

/** How many bytes a number takes, told by the zeros before its first one; 0 for more than it may. */
function lengthOf(first: number | undefined, most: number): number {
  const length = first === undefined || first === 0 ? 0 : Math.clz32(first) - 23;
  return length <= most ? length : 0;
}

/** Without the marker bit. Beyond 2^53 it is no place in a file of ours, and exact no longer matters. */
const valueOf = (field: Buffer): number =>
  field.reduce((value, byte, i) => value * 256 + (i === 0 ? byte & (0xff >> field.length) : byte), 0);

const MARK = Buffer.from([0x19, 0x41, 0xa4, 0x69]);

async function findMark(file: RandomAccess, from: number): Promise<number | null> {
  for (let at = from; at < file.sizeBytes; at += SEARCH_BYTES) {
    // a mark may lie across two reads
    const found = (await file.readAt(at, SEARCH_BYTES + MARK.length - 1)).indexOf(MARK);
    if (found >= 0) return at + found;
  }
  return null;
}
