/** A point or direction in metres. World axes: x towards the target, y up, z the way the golfer faces at address. */
export interface Vec3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export const vec = (x: number, y: number, z: number): Vec3 => ({ x, y, z });
export const add = (a: Vec3, b: Vec3): Vec3 => vec(a.x + b.x, a.y + b.y, a.z + b.z);
export const subtract = (a: Vec3, b: Vec3): Vec3 => vec(a.x - b.x, a.y - b.y, a.z - b.z);
export const scale = (a: Vec3, k: number): Vec3 => vec(a.x * k, a.y * k, a.z * k);
export const dot = (a: Vec3, b: Vec3): number => a.x * b.x + a.y * b.y + a.z * b.z;
export const length = (a: Vec3): number => Math.hypot(a.x, a.y, a.z);
export const distance = (a: Vec3, b: Vec3): number => length(subtract(a, b));
export const mix = (a: Vec3, b: Vec3, k: number): Vec3 => add(scale(a, 1 - k), scale(b, k));

export const cross = (a: Vec3, b: Vec3): Vec3 => vec(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);

/** `a + direction * amount` */
export const along = (a: Vec3, direction: Vec3, amount: number): Vec3 => add(a, scale(direction, amount));

export function unit(a: Vec3): Vec3 {
  const size = length(a);
  return size < 1e-9 ? vec(0, 1, 0) : scale(a, 1 / size);
}

export const radians = (degrees: number): number => (degrees * Math.PI) / 180;
export const degrees = (radians: number): number => (radians * 180) / Math.PI;
export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** 0 below `from`, 1 above `to`, a soft S between. */
export function smoothstep(from: number, to: number, value: number): number {
  const k = clamp((value - from) / (to - from), 0, 1);
  return k * k * (3 - 2 * k);
}

/** The angle at `corner` between the two other points, in degrees (0 to 180). */
export function angleAt(corner: Vec3, a: Vec3, b: Vec3): number {
  const cosine = dot(unit(subtract(a, corner)), unit(subtract(b, corner)));
  return degrees(Math.acos(clamp(cosine, -1, 1)));
}

/**
 * Where the middle joint of a two-part limb lies (law of cosines), bent towards `pole`.
 * A reach longer than the limb gives the straight limb's middle: the limb stretches rather than tears.
 */
export function bendJoint(root: Vec3, end: Vec3, upper: number, lower: number, pole: Vec3): Vec3 {
  const reach = distance(root, end);
  const axis = unit(subtract(end, root));
  if (reach >= upper + lower) return along(root, axis, (reach * upper) / (upper + lower));
  const alongAxis = (upper * upper - lower * lower + reach * reach) / (2 * reach);
  const aside = Math.sqrt(Math.max(0, upper * upper - alongAxis * alongAxis));
  const sideways = unit(subtract(pole, scale(axis, dot(pole, axis))));
  return add(along(root, axis, alongAxis), scale(sideways, aside));
}
