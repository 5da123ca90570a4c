/** A box of an MP4 (ISO/IEC 14496-12), by its place in the bytes. */
export interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The outermost boxes. One that says it ends beyond the bytes, or has no room for a header, is the last. */
export function boxesOf(bytes: Buffer): readonly Box[] {
  const boxes: Box[] = [];
  for (let start = 0; start + 8 <= bytes.length;) {
    const end = start + Math.max(8, bytes.readUInt32BE(start));
    boxes.push({ type: bytes.toString('latin1', start + 4, start + 8), start, end });
    start = end;
  }
  return boxes;
}

/** Box types in order, `!` after them when they do not end where the bytes end. */
export const shapeOf = (bytes: Buffer): string => {
  const boxes = boxesOf(bytes);
  return `${boxes.map(({ type }) => type).join(' ')}${boxes.at(-1)?.end === bytes.length ? '' : ' !'}`;
};

/** A `moof` with its `mdat`. */
export interface Fragment {
  readonly start: number;
  readonly end: number;
}

export function fragmentsOf(bytes: Buffer): readonly Fragment[] {
  const boxes = boxesOf(bytes);
  return boxes.flatMap(({ type, start }, at) => {
    const next = boxes[at + 1];
    return type === 'moof' && next?.type === 'mdat' ? [{ start, end: next.end }] : [];
  });
}

/** NAL unit types (ITU-T H.264, table 7-1). */
const [SLICE, IDR] = [1, 5];

/** Where the first slice of the first picture begins: at its NAL unit header. -1: there is none. */
export function firstSlice(bytes: Buffer): number {
  const mdat = boxesOf(bytes).find(({ type }) => type === 'mdat');
  if (!mdat) return -1;
  const end = Math.min(bytes.length, mdat.end);
  for (let at = mdat.start + 8; at + 5 <= end; at += 4 + bytes.readUInt32BE(at)) {
    const type = bytes.readUInt8(at + 4) & 31;
    if (type === IDR || type === SLICE) return at + 4;
  }
  return -1;
}

/** Whether the first picture of a segment, or of a range of one, can be decoded alone. */
export function startsWithIdr(bytes: Buffer): boolean {
  const at = firstSlice(bytes);
  return at >= 0 && (bytes.readUInt8(at) & 31) === IDR;
}
