import type { Box } from './fit.ts';
import { difference, lengthOf, shifted, type Point } from './point.ts';

/** The straight line from one point to another meets a box: touches its edge, crosses it or lies in it. After Liang and Barsky. */
export function segmentMeets(from: Point, to: Point, { left, top, width, height }: Box): boolean {
  const { x: dx, y: dy } = difference(to, from);
  let enters = 0;
  let leaves = 1;
  const edges = [
    [-dx, from.x - left],
    [dx, left + width - from.x],
    [-dy, from.y - top],
    [dy, top + height - from.y],
  ] as const;
  for (const [towards, room] of edges) {
    if (towards === 0 && room < 0) return false;
    if (towards < 0) enters = Math.max(enters, room / towards);
    if (towards > 0) leaves = Math.min(leaves, room / towards);
  }
  return enters <= leaves;
}

/** How far a point is from the straight line between two others, in their unit. */
export function distanceToSegment(point: Point, from: Point, to: Point): number {
  const along = difference(to, from);
  const square = along.x * along.x + along.y * along.y;
  const reach = difference(point, from);
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, (reach.x * along.x + reach.y * along.y) / square));
  return lengthOf(difference(point, shifted(from, along, share)));
}
