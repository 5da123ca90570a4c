/**
 * A frame number that a program can read back from the picture: twenty cells along the top edge.
 * Cell 0 white, 1 black, 2–17 the number (most significant bit first, white = 1), 18 even parity, 19 white.
 * No imports and no Node or browser objects: the player's browser tests read pictures with it too.
 */
export const COUNTER_CELLS = 20;
/** The strip's height as a share of the picture's. */
export const COUNTER_HEIGHT = 32 / 360;
export const COUNTER_LIMIT = 0xffff;

const BITS = 16;
const FIRST_BIT = 2;
const PARITY_CELL = 18;
/** White and black closer than this (of 255) are not a strip. */
const LEAST_CONTRAST = 60;

/** The cells from left to right, true for white. */
export function encodeFrameCounter(frame: number): boolean[] {
  if (!Number.isInteger(frame) || frame < 0 || frame > COUNTER_LIMIT)
    throw new RangeError(`a frame counter holds 0 to ${COUNTER_LIMIT}: ${frame}`);
  const bits = Array.from({ length: BITS }, (_, i) => ((frame >> (BITS - 1 - i)) & 1) === 1);
  const odd = bits.filter(Boolean).length % 2 === 1;
  return [true, false, ...bits, odd, true];
}

/** Reads the frame number from a picture as displayed; null when there is no valid strip. */
export function decodeFrameCounter(luminanceAt: (x: number, y: number) => number, width: number, height: number): number | null {
  const cell = (index: number): number => cellBrightness(luminanceAt, width, height, index);
  const white = (cell(0) + cell(COUNTER_CELLS - 1)) / 2;
  const black = cell(1);
  if (white - black < LEAST_CONTRAST) return null;
  const bit = (index: number): number => (cell(index) > (white + black) / 2 ? 1 : 0);
  let frame = 0;
  let ones = 0;
  for (let i = FIRST_BIT; i < FIRST_BIT + BITS; i++) {
    frame = frame * 2 + bit(i);
    ones += bit(i);
  }
  return ones % 2 === bit(PARITY_CELL) ? frame : null;
}

/** The mean of nine pixels in the middle of a cell. */
function cellBrightness(luminanceAt: (x: number, y: number) => number, width: number, height: number, index: number): number {
  const x = Math.round(((index + 0.5) / COUNTER_CELLS) * width);
  const y = Math.round((COUNTER_HEIGHT / 2) * height);
  let total = 0;
  for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) total += luminanceAt(x + dx, y + dy);
  return total / 9;
}

/** Four bytes per pixel, red first: a canvas's `ImageData` fits. */
export interface RgbaPicture {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

export const decodeFrameCounterFrom = ({ data, width, height }: RgbaPicture): number | null =>
  decodeFrameCounter(
    (x, y) => {
      const at = (y * width + x) * 4;
      return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
    },
    width,
    height,
  );
