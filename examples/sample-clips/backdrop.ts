import type { Camera } from './camera.ts';
import type { Rgb } from './look.ts';
import type { View } from './options.ts';
import { smoothstep } from './vector.ts';

type Colour = [number, number, number];

/** Repeatable noise of a grid point, 0 to 1. */
function speckle(x: number, y: number): number {
  let h = Math.imul(x | 0, 374761393) ^ Math.imul(y | 0, 668265263);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth noise, 0 to 1. */
function cloudiness(x: number, y: number): number {
  const [ix, iy] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [smoothstep(0, 1, x - ix), smoothstep(0, 1, y - iy)];
  const top = speckle(ix, iy) * (1 - fx) + speckle(ix + 1, iy) * fx;
  const bottom = speckle(ix, iy + 1) * (1 - fx) + speckle(ix + 1, iy + 1) * fx;
  return top * (1 - fy) + bottom * fy;
}

const layered = (x: number, y: number): number =>
  cloudiness(x, y) * 0.55 + cloudiness(x * 2.1 + 7, y * 2.1) * 0.28 + cloudiness(x * 4.3, y * 4.3 + 3) * 0.17;

function tint(colour: Colour, [r, g, b]: Rgb, k: number): void {
  colour[0] += (r - colour[0]) * k;
  colour[1] += (g - colour[1]) * k;
  colour[2] += (b - colour[2]) * k;
}

/** Draws everything that stands still: sky, woods, range, mat. */
export function drawBackdrop(rgb: Uint8Array, camera: Camera, view: View): void {
  const { width, height, horizonY } = camera;
  const colour: Colour = [0, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (y < horizonY) paintAbove(colour, camera, x, y, view);
      else paintGround(colour, camera, x, y, view);
      rgb.set(colour, (y * width + x) * 3);
    }
}

/** Sky with thin cloud, two hazy ridges, and a wood whose crowns are noise on noise. */
function paintAbove(colour: Colour, camera: Camera, x: number, y: number, view: View): void {
  const { focal, horizonY, centreX } = camera;
  const across = (x - centreX) / focal;
  const up = (horizonY - y) / focal;
  const rise = Math.min(1, up / 0.42);
  colour[0] = 226 - 118 * rise;
  colour[1] = 238 - 68 * rise;
  colour[2] = 246 - 16 * rise;
  const cloud = smoothstep(0.5, 0.8, layered(across * 5 + 3, up * 15 + 2)) * smoothstep(0.05, 0.18, up);
  tint(colour, [255, 253, 248], cloud * 0.8);
  const hill = 0.075 + 0.035 * cloudiness(across * 4 + 11, 1);
  tint(colour, [158, 190, 200], edge(hill - up, focal) * 0.75);
  const nearHill = 0.05 + 0.03 * cloudiness(across * 7 + 31, 5);
  tint(colour, [126, 170, 160], edge(nearHill - up, focal) * 0.85);
  paintWood(colour, across, up, focal, view === 'face-on' ? 1.35 : 0.8);
}

/** How far a pixel lies below a silhouette, softened over a few pixels: the lens is focused on the golfer. */
const edge = (below: number, focal: number): number => smoothstep(-2.5 / focal, 2.5 / focal, below);

function paintWood(colour: Colour, across: number, up: number, focal: number, tall: number): void {
  for (const [layer, dark] of [0, 1].entries()) {
    const [seed, size] = [17 + layer * 29, (layer === 0 ? 0.085 : 0.055) * tall];
    const crown = Math.sqrt(Math.abs(Math.sin(across * (30 + layer * 22) + 3 * cloudiness(across * 9, seed))));
    const top = size * (0.5 + 0.36 * cloudiness(across * 6 + seed, seed) + 0.17 * crown + 0.07 * cloudiness(across * 130, seed));
    const inside = edge(top - up, focal);
    if (inside <= 0) continue;
    const leaf = layered(across * 60 + seed, up * 75);
    const lit = smoothstep(0.25, 0.75, leaf * 0.6 + (up / top) * 0.5);
    const base: Rgb = dark ? [44, 98, 66] : [78, 132, 92];
    tint(colour, [base[0] + 46 * lit, base[1] + 46 * lit, base[2] + 26 * lit], inside);
  }
}

function paintGround(colour: Colour, camera: Camera, x: number, y: number, view: View): void {
  const { focal, horizonY, centreX, standHeight, distance } = camera;
  const depth = (standHeight * focal) / Math.max(0.4, y - horizonY);
  const side = ((x - centreX) * depth) / focal;
  const far = smoothstep(4, 60, depth);
  colour[0] = 104 + 62 * far;
  colour[1] = 164 + 26 * far;
  colour[2] = 74 + 38 * far;
  const stripe = view === 'face-on' ? Math.sin((distance - depth) * 1.15 + 0.6) : Math.sin(side * 1.7);
  // Far off a stripe is thinner than a pixel: it fades instead of flickering.
  const crisp = view === 'face-on' ? Math.min(1, (standHeight * focal) / (depth * depth) / 1.6) : 1;
  const band = smoothstep(-0.3, 0.3, stripe) - 0.5;
  tint(colour, band > 0 ? [178, 214, 108] : [52, 122, 58], Math.abs(band) * 0.42 * crisp * (1 - far * 0.45));
  const blade = layered(side * 26, depth * 26) - 0.5;
  tint(colour, blade > 0 ? [190, 220, 120] : [40, 100, 44], Math.abs(blade) * 0.42 * smoothstep(16, 3, depth));
  paintGreens(colour, side, depth);
  const wood = smoothstep(140, 400, depth);
  tint(colour, [96, 146, 92], wood * 0.7);
  paintMat(colour, side * camera.mirror, distance - depth, view, depth / focal);
}

/** Target greens out on the range: ellipses by perspective alone. */
function paintGreens(colour: Colour, side: number, depth: number): void {
  for (const [x, z, radius] of [
    [-7, 62, 7],
    [13, 95, 11],
    [-30, 120, 13],
    [44, 70, 8],
  ] as const) {
    const away = Math.hypot(side - x, (depth - z) * 0.55);
    tint(colour, [164, 214, 120], smoothstep(radius + 0.6, radius - 0.6, away) * 0.8);
  }
}

/** A tee mat: rubber rim, turf inside, two lines to aim along. View coordinates, in metres. */
function paintMat(colour: Colour, x: number, z: number, view: View, pixel: number): void {
  const [across, deep] = view === 'face-on' ? [x, z - 0.42] : [x - 0.42, z];
  const [halfAcross, halfDeep] = view === 'face-on' ? [0.98, 0.88] : [0.88, 0.98];
  paintMatBody(colour, Math.abs(across) - halfAcross, Math.abs(deep) - halfDeep, pixel, x, z);
}

function paintMatBody(colour: Colour, overX: number, overZ: number, pixel: number, x: number, z: number): void {
  const outside = Math.max(overX, overZ);
  const soft = pixel * 1.2;
  tint(colour, [20, 34, 30], smoothstep(0.14, 0, outside) * 0.35);
  tint(colour, [46, 52, 56], smoothstep(soft, -soft, outside));
  const turf = smoothstep(soft, -soft, outside + 0.045);
  if (turf <= 0) return;
  const weave = speckle(Math.floor(x * 90), Math.floor(z * 90)) - 0.5;
  tint(colour, [50 + 14 * weave, 134 + 26 * weave, 92 + 16 * weave], turf);
}
