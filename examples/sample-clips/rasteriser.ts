import type { Rgb } from './look.ts';
import type { Vec3 } from './vector.ts';

/** The picture being drawn: packed RGB, and how near each pixel's surface is. */
export interface Surface {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
  readonly depth: Float32Array;
}

/** 256 colours from shadow to highlight. */
export interface Paint {
  readonly ramp: Uint8Array;
  /** Pixels of depth over which two touching surfaces melt into one another. */
  readonly melt: number;
}

/** A thick line whose ends may differ in radius. Pixels; `z` towards the viewer. */
export interface Limb {
  readonly ax: number;
  readonly ay: number;
  readonly az: number;
  readonly ar: number;
  readonly bx: number;
  readonly by: number;
  readonly bz: number;
  readonly br: number;
}

/** Three half-axes at right angles, in pixels, y downwards, z towards the viewer. */
export interface Ellipsoid {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly axes: readonly [Vec3, Vec3, Vec3];
}

/** Towards the sun, in picture axes (y down): upper left, before the golfer. */
export const SUN = { x: -0.5, y: -0.64, z: 0.58 } as const;

export const createSurface = (width: number, height: number): Surface => ({
  width,
  height,
  rgb: new Uint8Array(width * height * 3),
  depth: new Float32Array(width * height),
});

/** `gloss` 0 is cloth, 1 is lacquer. */
export function paint([r, g, b]: Rgb, { gloss = 0, melt = 2 }: { gloss?: number; melt?: number } = {}): Paint {
  const ramp = new Uint8Array(256 * 3);
  const shade = [r * 0.5, g * 0.5 + 4, b * 0.56 + 12];
  const light = [r + (255 - r) * 0.3, g + (252 - g) * 0.28, b + (240 - b) * 0.22];
  for (let i = 0; i < 256; i++) {
    const k = i / 255;
    const shine = gloss * Math.max(0, (k - 0.86) / 0.14) ** 2;
    [r, g, b].forEach((base, c) => {
      const lit =
        k < 0.62 ? (shade[c] ?? 0) + (base - (shade[c] ?? 0)) * (k / 0.62) : base + ((light[c] ?? 0) - base) * ((k - 0.62) / 0.38);
      ramp[i * 3 + c] = Math.max(0, Math.min(255, lit + (255 - lit) * shine));
    });
  }
  return { ramp, melt };
}

/** Soft half-Lambert light, darkened a little where the surface turns away from the viewer. */
function rampIndex(nx: number, ny: number, nz: number): number {
  const lambert = 0.5 + 0.5 * (nx * SUN.x + ny * SUN.y + nz * SUN.z);
  const lit = lambert * (0.8 + 0.2 * nz);
  return lit <= 0 ? 0 : lit >= 1 ? 255 : (lit * 255) | 0;
}

/** Blends one surface point in, unless something nearer is already there. */
function plot(surface: Surface, at: number, z: number, alpha: number, ramp: Uint8Array, index: number, melt: number): void {
  const behind = surface.depth[at] ?? 0;
  const nearer = 0.5 + (z - behind) / melt;
  const k = nearer >= 1 ? alpha : nearer <= 0 ? 0 : alpha * nearer;
  if (k <= 0) return;
  const { rgb } = surface;
  for (let p = at * 3, c = index * 3, end = p + 3; p < end; p++, c++) {
    const under = rgb[p] ?? 0;
    rgb[p] = under + ((ramp[c] ?? 0) - under) * k + 0.5;
  }
  if (alpha > 0.5 && z > behind) surface.depth[at] = z;
}

/** Draws a shaded limb. Each row visits only the columns the limb can touch. */
export function drawLimb(surface: Surface, limb: Limb, { ramp, melt }: Paint, opacity = 1): void {
  const { ax, ay, az, ar, br } = limb;
  const [dx, dy, dz, dr] = [limb.bx - ax, limb.by - ay, limb.bz - az, br - ar];
  const wide = Math.max(ar, br) + 1;
  const perLength = 1 / Math.max(1e-6, dx * dx + dy * dy);
  const rows = rowsOf(surface, Math.min(ay, limb.by) - wide, Math.max(ay, limb.by) + wide);
  for (let y = rows.first; y <= rows.last; y++) {
    const span = columnsOf(limb, y, wide, surface.width);
    for (let x = span.first; x <= span.last; x++) {
      const [px, py] = [x - ax, y - ay];
      let t = (px * dx + py * dy) * perLength;
      t = t < 0 ? 0 : t > 1 ? 1 : t;
      const [ox, oy] = [px - dx * t, py - dy * t];
      const radius = ar + dr * t;
      const away = Math.sqrt(ox * ox + oy * oy);
      const coverage = radius - away + 0.5;
      if (coverage <= 0) continue;
      const [nx, ny] = [ox / radius, oy / radius];
      const flat = nx * nx + ny * ny;
      const nz = flat >= 1 ? 0 : Math.sqrt(1 - flat);
      const alpha = opacity * (coverage >= 1 ? 1 : coverage);
      plot(surface, y * surface.width + x, az + dz * t + nz * radius, alpha, ramp, rampIndex(nx, ny, nz), melt);
    }
  }
}

const scratch = { first: 0, last: 0 };
const scratchRows = { first: 0, last: 0 };

function rowsOf(surface: Surface, top: number, bottom: number): { first: number; last: number } {
  scratchRows.first = Math.max(0, Math.ceil(top));
  scratchRows.last = Math.min(surface.height - 1, Math.floor(bottom));
  return scratchRows;
}

/** The part of the limb within `wide` rows of y, widened by as much. */
function columnsOf({ ax, ay, bx, by }: Limb, y: number, wide: number, width: number): { first: number; last: number } {
  let [t0, t1] = [0, 1];
  if (Math.abs(by - ay) > 1e-6) {
    const [u, v] = [(y - wide - ay) / (by - ay), (y + wide - ay) / (by - ay)];
    t0 = Math.max(0, Math.min(u, v));
    t1 = Math.min(1, Math.max(u, v));
  }
  const [x0, x1] = [ax + (bx - ax) * t0, ax + (bx - ax) * t1];
  scratch.first = Math.max(0, Math.ceil(Math.min(x0, x1) - wide));
  scratch.last = Math.min(width - 1, Math.floor(Math.max(x0, x1) + wide));
  return scratch;
}

/** The ellipsoid as x'Qx = 1. */
function quadric(axes: readonly [Vec3, Vec3, Vec3]) {
  const q = { xx: 0, yy: 0, zz: 0, xy: 0, xz: 0, yz: 0 };
  for (const { x, y, z } of axes) {
    const k = 1 / (x * x + y * y + z * z) ** 2;
    q.xx += k * x * x;
    q.yy += k * y * y;
    q.zz += k * z * z;
    q.xy += k * x * y;
    q.xz += k * x * z;
    q.yz += k * y * z;
  }
  return q;
}

/** Chooses the paint of a surface point from its place on the body, each coordinate -1 to 1 along an axis; null leaves it out. */
export type PaintChooser = (a: number, b: number, c: number) => Paint | null;

/** Draws a shaded ellipsoid, seen from far away. */
export function drawEllipsoid(surface: Surface, ellipsoid: Ellipsoid, choose: Paint | PaintChooser): void {
  const { x: cx, y: cy, z: cz, axes } = ellipsoid;
  const q = quadric(axes);
  const [fxx, fxy, fyy] = [q.xx - (q.xz * q.xz) / q.zz, q.xy - (q.xz * q.yz) / q.zz, q.yy - (q.yz * q.yz) / q.zz];
  const area = fxx * fyy - fxy * fxy;
  const [halfWidth, halfHeight] = [Math.sqrt(fyy / area) + 1, Math.sqrt(fxx / area) + 1];
  const rows = rowsOf(surface, cy - halfHeight, cy + halfHeight);
  const firstX = Math.max(0, Math.ceil(cx - halfWidth));
  const lastX = Math.min(surface.width - 1, Math.floor(cx + halfWidth));
  for (let py = rows.first; py <= rows.last; py++) {
    const y = py - cy;
    for (let px = firstX; px <= lastX; px++) {
      const x = px - cx;
      const inside = 1 - (fxx * x * x + 2 * fxy * x * y + fyy * y * y);
      const slope = 2 * Math.hypot(fxx * x + fxy * y, fxy * x + fyy * y);
      const coverage = inside / Math.max(slope, 1e-6) + 0.5;
      if (coverage <= 0) continue;
      const z = (Math.sqrt(Math.max(0, inside) * q.zz) - (q.xz * x + q.yz * y)) / q.zz;
      const [gx, gy, gz] = [q.xx * x + q.xy * y + q.xz * z, q.xy * x + q.yy * y + q.yz * z, q.xz * x + q.yz * y + q.zz * z];
      const size = 1 / Math.max(1e-9, Math.sqrt(gx * gx + gy * gy + gz * gz));
      const paint = typeof choose === 'function' ? chosen(choose, axes, x, y, z) : choose;
      if (!paint) continue;
      const index = rampIndex(gx * size, gy * size, Math.max(0, gz * size));
      plot(surface, py * surface.width + px, cz + z, coverage >= 1 ? 1 : coverage, paint.ramp, index, paint.melt);
    }
  }
}

function chosen(choose: PaintChooser, axes: readonly [Vec3, Vec3, Vec3], x: number, y: number, z: number): Paint | null {
  const [a, b, c] = axes.map((axis) => (axis.x * x + axis.y * y + axis.z * z) / (axis.x ** 2 + axis.y ** 2 + axis.z ** 2));
  return choose(a ?? 0, b ?? 0, c ?? 0);
}
