/** What a drawing was pinned to when it was made. */
export interface AnchorPin {
  readonly frame: number;
  /** When that frame appeared. Milliseconds. */
  readonly ptsMs: number;
  /** 64-bit difference hash of its picture, 16 hex digits; null where none was made. */
  readonly pictureHash: string | null;
}

/** The pictures of one rendition, in frame order. */
export interface AnchorTarget {
  /** Eight bytes a frame. */
  readonly pictureHashes: Uint8Array;
  readonly frameCount: number;
  /** When a frame appears. Milliseconds. */
  ptsMsOf(frame: number): number;
}

/** How a drawing fits a rendition: on its picture, on the same picture so many frames later (negative: earlier), or on none. */
export type Anchor = { readonly state: 'exact' } | { readonly state: 'shifted'; readonly frames: number } | { readonly state: 'lost' };

/** Bits in which two hashes of the same picture may differ: another scaler moves a few grey values past each other. */
const SAME_PICTURE_BITS = 6;

/**
 * The same, for the frame itself when it still appears at its time: better colours may turn every even area of the picture over.
 * Hashes of unlike pictures differ in 32 bits, give or take 4.
 */
const SAME_PLACE_BITS = 16;

/** So many bits better must another picture be: neighbours in slow motion differ less from each other than two encodes do. */
const CLEARLY_BITS = 4;

/** How far a picture is looked for, in frames to either side. */
const WINDOW = 120;

const HASH_BYTES = 8;
const EXACT: Anchor = { state: 'exact' };
const LOST: Anchor = { state: 'lost' };

/**
 * Finds the picture a drawing was made on in another rendition of the same video. The most alike picture within the window wins, of
 * equally alike ones the nearest; the frame itself keeps the drawing unless another is the same bit for bit, or clearly more alike.
 */
export function checkAnchor(pin: AnchorPin, target: AnchorTarget): Anchor {
  const frame = pin.pictureHash === null ? frameByTime(pin, target) : frameByPicture(pin, bytesOf(pin.pictureHash), target);
  if (frame === null) return LOST;
  return frame === pin.frame ? EXACT : { state: 'shifted', frames: frame - pin.frame };
}

function frameByPicture(pin: AnchorPin, hash: Uint8Array, target: AnchorTarget): number | null {
  const bitsAt = (frame: number): number => distance(hash, target.pictureHashes.subarray(frame * HASH_BYTES, (frame + 1) * HASH_BYTES));
  const own = pin.frame < target.frameCount ? bitsAt(pin.frame) : Infinity;
  if (own === 0) return pin.frame;
  const other = mostAlikeBeside(pin.frame, bitsAt, target.frameCount);
  if (other !== null && (other.bits === 0 || own - other.bits >= CLEARLY_BITS)) return other.frame;
  return own <= (isStillThere(pin, target) ? SAME_PLACE_BITS : SAME_PICTURE_BITS) ? pin.frame : (other?.frame ?? null);
}

function mostAlikeBeside(wanted: number, bitsAt: (frame: number) => number, frameCount: number): { frame: number; bits: number } | null {
  let best: { readonly frame: number; readonly bits: number } | null = null;
  for (let away = 1; away <= WINDOW && best?.bits !== 0; away += 1)
    for (const frame of [wanted - away, wanted + away]) {
      if (frame < 0 || frame >= frameCount) continue;
      const bits = bitsAt(frame);
      if (bits <= SAME_PICTURE_BITS && (best === null || bits < best.bits)) best = { frame, bits };
    }
  return best;
}

/** The frame of the pin's number appears within half a frame of the pin's time. */
function isStillThere({ frame, ptsMs }: Pick<AnchorPin, 'frame' | 'ptsMs'>, target: AnchorTarget): boolean {
  if (frame >= target.frameCount) return false;
  return Math.abs(target.ptsMsOf(frame) - ptsMs) < (target.ptsMsOf(frame + 1) - target.ptsMsOf(frame)) / 2;
}

/** Without a picture only the time can tell: the frame that appears within half a frame of it. */
function frameByTime({ frame: wanted, ptsMs }: AnchorPin, target: AnchorTarget): number | null {
  const last = Math.min(target.frameCount - 1, wanted + WINDOW);
  for (let frame = Math.max(0, wanted - WINDOW); frame <= last; frame += 1) if (isStillThere({ frame, ptsMs }, target)) return frame;
  return null;
}

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from({ length: HASH_BYTES }, (_, at) => parseInt(hex.slice(at * 2, at * 2 + 2), 16));

/** How many bits differ: the Hamming distance. A hash that is not whole differs in all. */
export function distance(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== HASH_BYTES || b.length !== HASH_BYTES) return HASH_BYTES * 8;
  return a.reduce((sum, byte, at) => sum + ones(byte ^ (b[at] ?? 0)), 0);
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
