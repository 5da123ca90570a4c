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

/** How far a picture is looked for, in frames to either side. */
const WINDOW = 120;

const HASH_BYTES = 8;
const EXACT: Anchor = { state: 'exact' };
const LOST: Anchor = { state: 'lost' };

/**
 * Finds the picture a drawing was made on in another rendition of the same video. The frame itself wins when its picture is the same
 * bit for bit; otherwise the most alike picture within the window, and of equally alike ones the nearest.
 */
export function checkAnchor(pin: AnchorPin, target: AnchorTarget): Anchor {
  const frame = pin.pictureHash === null ? frameByTime(pin, target) : frameByPicture(pin.frame, bytesOf(pin.pictureHash), target);
  if (frame === null) return LOST;
  return frame === pin.frame ? EXACT : { state: 'shifted', frames: frame - pin.frame };
}

function frameByPicture(wanted: number, hash: Uint8Array, { pictureHashes, frameCount }: AnchorTarget): number | null {
  let best: { readonly frame: number; readonly bits: number } | null = null;
  for (let away = 0; away <= WINDOW; away += 1)
    for (const frame of away === 0 ? [wanted] : [wanted - away, wanted + away]) {
      if (frame < 0 || frame >= frameCount) continue;
      const bits = distance(hash, pictureHashes.subarray(frame * HASH_BYTES, (frame + 1) * HASH_BYTES));
      if (bits <= SAME_PICTURE_BITS && (best === null || bits < best.bits)) best = { frame, bits };
      if (best?.bits === 0) return best.frame;
    }
  return best?.frame ?? null;
}

/** Without a picture only the time can tell: the frame that appears within half a frame of it. */
function frameByTime({ frame: wanted, ptsMs }: AnchorPin, target: AnchorTarget): number | null {
  const first = Math.max(0, wanted - WINDOW);
  const last = Math.min(target.frameCount - 1, wanted + WINDOW);
  for (let frame = first; frame <= last; frame += 1) {
    const halfMs = (target.ptsMsOf(frame + 1) - target.ptsMsOf(frame)) / 2;
    if (Math.abs(target.ptsMsOf(frame) - ptsMs) < halfMs) return frame;
  }
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
