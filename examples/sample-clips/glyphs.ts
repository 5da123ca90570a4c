import type { Rgb } from './look.ts';
import type { Surface } from './rasteriser.ts';

/** Five columns by seven rows, one base-32 digit per row. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': 'ehjlphe',
  '1': '4c4444e',
  '2': 'eh1248v',
  '3': 'v2421he',
  '4': '26aiv22',
  '5': 'vgu11he',
  '6': '68guhhe',
  '7': 'v124888',
  '8': 'ehhehhe',
  '9': 'ehhf12c',
  A: 'ehhvhhh',
  B: 'uhhuhhu',
  C: 'ehggghe',
  D: 'shhhhhs',
  E: 'vgguggv',
  F: 'vgguggg',
  G: 'ehgnhhf',
  H: 'hhhvhhh',
  I: 'e44444e',
  J: '72222ic',
  K: 'hikokih',
  L: 'ggggggv',
  M: 'hrllhhh',
  N: 'hhpljhh',
  O: 'ehhhhhe',
  P: 'uhhuggg',
  Q: 'ehhhlid',
  R: 'uhhukih',
  S: 'fgge11u',
  T: 'v444444',
  U: 'hhhhhhe',
  V: 'hhhhha4',
  W: 'hhhllla',
  X: 'hha4ahh',
  Y: 'hhha444',
  Z: 'v1248gv',
  '-': '000v000',
  '.': '00000cc',
  ':': '0cc0cc0',
  '/': '01248g0',
};

/** Writes capitals, digits and - . : / with their top left corner at x, y. */
export function drawText({ rgb, width, height }: Surface, text: string, x: number, y: number, size: number, colour: Rgb): void {
  for (let place = 0; place < text.length; place++) {
    const rows = GLYPHS[text.charAt(place).toUpperCase()] ?? '';
    for (let row = 0; row < rows.length; row++)
      for (let column = 0; column < 5; column++)
        if ((Number.parseInt(rows.charAt(row), 32) >> (4 - column)) & 1)
          fillRect({ rgb, width, height }, x + (place * 6 + column) * size, y + row * size, size, size, colour);
  }
}

type Picture = Pick<Surface, 'rgb' | 'width' | 'height'>;

export function fillRect({ rgb, width, height }: Picture, x: number, y: number, w: number, h: number, [r, g, b]: Rgb): void {
  for (let py = Math.max(0, y); py < Math.min(height, y + h); py++)
    for (let px = Math.max(0, x); px < Math.min(width, x + w); px++) {
      const p = (py * width + px) * 3;
      rgb[p] = r;
      rgb[p + 1] = g;
      rgb[p + 2] = b;
    }
}

export const textWidth = (text: string, size: number): number => Math.max(0, text.length * 6 - 1) * size;
