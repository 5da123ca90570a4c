import { difference, scaled, type Point, type Size } from './point.ts';

const DEGREES = 180 / Math.PI;

/**
 * The inner angle at `vertex`, 0..180 degrees, as it is seen in a picture of this size. Null while an arm has no length:
 * there is no angle then, and 0 would be a lie.
 */
export function innerAngle(vertex: Point, from: Point, to: Point, size: Size): number | null {
  const corner = scaled(vertex, size);
  const a = difference(scaled(from, size), corner);
  const b = difference(scaled(to, size), corner);
  if ((a.x === 0 && a.y === 0) || (b.x === 0 && b.y === 0)) return null;
  // atan2 of cross and dot keeps its precision near 0 and 180, where the arc cosine loses half its digits.
  return Math.abs(Math.atan2(a.x * b.y - a.y * b.x, a.x * b.x + a.y * b.y)) * DEGREES;
}

/** How far a line leans from upright, 0..90 degrees, whichever end is named first. Null for a line without length. */
export function degreesFromVertical(from: Point, to: Point, size: Size): number | null {
  const { x, y } = difference(scaled(to, size), scaled(from, size));
  return x === 0 && y === 0 ? null : Math.atan2(Math.abs(x), Math.abs(y)) * DEGREES;
}
