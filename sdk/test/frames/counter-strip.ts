/**
 * A frame number drawn as 20 cells along the top edge of a picture, so that a test can read from the pixels which frame
 * is on the screen: a white, a black, sixteen bits with the highest first, an even-parity bit, a white. It survives
 * heavy compression and scaling down to 160 pixels of width.
 */
const CELLS = 20;
const BITS = 16;

/** Height of the strip as a part of the picture's height; numbers are read in its middle. */
const STRIP_HEIGHT = 32 / 360;

const cellsOf = (frame: number): readonly boolean[] => {
  const bits = Array.from({ length: BITS }, (_, bit) => ((frame >> (BITS - 1 - bit)) & 1) === 1);
  const odd = bits.filter(Boolean).length % 2 === 1;
  return [true, false, ...bits, odd, true];
};

/** Draws the number into a picture of one byte of brightness per pixel. */
export function drawFrameNumber(luma: Uint8Array, width: number, height: number, frame: number): void {
  const cells = cellsOf(frame);
  for (let y = 0; y < Math.round(height * STRIP_HEIGHT); y += 1)
    for (let x = 0; x < width; x += 1) luma[y * width + x] = cells[Math.floor((x * CELLS) / width)] === true ? 235 : 16;
}

export interface RgbaPicture {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/** The number in a picture as `getImageData` gives it; null when there is no readable strip. */
export function readFrameNumber({ width, height, data }: RgbaPicture): number | null {
  const y = Math.round((height * STRIP_HEIGHT) / 2);
  const brightness = Array.from({ length: CELLS }, (_, cell) => {
    const x = Math.round(((cell + 0.5) * width) / CELLS);
    let sum = 0;
    for (let dx = -1; dx <= 1; dx += 1) for (let dy = -1; dy <= 1; dy += 1) sum += data[((y + dy) * width + x + dx) * 4 + 1] ?? 0;
    return sum / 9;
  });
  const [first = 0, black = 0] = brightness;
  const white = (first + (brightness[CELLS - 1] ?? 0)) / 2;
  if (white - black < 60) return null;
  const bits = brightness.slice(2, 2 + BITS).map((value) => value > (white + black) / 2);
  const parity = (brightness[2 + BITS] ?? 0) > (white + black) / 2;
  if ((bits.filter(Boolean).length % 2 === 1) !== parity) return null;
  return bits.reduce((number, bit) => number * 2 + (bit ? 1 : 0), 0);
}
