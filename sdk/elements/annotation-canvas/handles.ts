import { DOCUMENT_LIMITS, type FreehandShape, type KnownShape, type TextShape } from '../../../domain/annotation/document.ts';
import { bounded, withPoints } from '../../../domain/annotation/edits.ts';
import type { Box } from '../../../domain/geometry/fit.ts';
import { difference, distance, lengthOf, normalised, scaled, type Point, type Size } from '../../../domain/geometry/point.ts';
import { distanceToSegment } from '../../../domain/geometry/segment.ts';

/** Where a shape can be taken to change its form: fractions of the picture, always in the same order for one type. */
export function handlesOf(shape: KnownShape, size: Size): readonly Point[] {
  switch (shape.type) {
    case 'line':
    case 'arrow':
      return [shape.from, shape.to];
    case 'angle':
      return [shape.from, shape.vertex, shape.to];
    case 'circle':
      return [{ x: shape.center.x + (shape.radius * size.height) / size.width, y: shape.center.y }];
    case 'text':
    case 'freehand': {
      const { left, top, width, height } = boundsOf(shape, size);
      return [normalised({ x: left + width, y: top + height }, size)];
    }
  }
}

/** The shape after one of its handles was taken to another place. Members that the handle does not stand for stay as they are. */
export function reshaped(shape: KnownShape, handle: number, at: Point, size: Size): KnownShape {
  const to = { x: bounded(at.x), y: bounded(at.y) };
  switch (shape.type) {
    case 'line':
    case 'arrow':
      return handle === 0 ? { ...shape, from: to } : { ...shape, to };
    case 'angle':
      return handle === 0 ? { ...shape, from: to } : handle === 1 ? { ...shape, vertex: to } : { ...shape, to };
    case 'circle':
      return { ...shape, radius: within(distance(shape.center, to, size), 0.004, DOCUMENT_LIMITS.radius) };
    case 'text':
      return { ...shape, size: within(shape.size * stretch(shape, to, size), 0.01, DOCUMENT_LIMITS.textSize) };
    case 'freehand':
      return grown(shape, stretch(shape, to, size), size);
  }
}

/** How much larger a box becomes when its lower right corner is taken somewhere, its upper left staying. */
function stretch(shape: TextShape | FreehandShape, corner: Point, size: Size): number {
  const { left, top, width, height } = boundsOf(shape, size);
  const now = { x: width, y: height };
  const then = difference(scaled(corner, size), { x: left, y: top });
  const length = lengthOf(now);
  // Along the diagonal: a hand that strays sideways changes nothing, and the form keeps its proportions.
  return length < 1e-6 ? 1 : Math.max(0.05, (then.x * now.x + then.y * now.y) / (length * length));
}

function grown(shape: FreehandShape, times: number, size: Size): KnownShape {
  const { left, top } = boundsOf(shape, size);
  const origin = normalised({ x: left, y: top }, size);
  const room = Math.min(...shape.points.flatMap(({ x, y }) => [roomFor(x - origin.x, origin.x), roomFor(y - origin.y, origin.y)]));
  const by = Math.min(times, room);
  return withPoints(shape, ({ x, y }) => ({ x: bounded(origin.x + (x - origin.x) * by), y: bounded(origin.y + (y - origin.y) * by) }));
}

const roomFor = (reach: number, origin: number): number => (reach <= 0 ? Infinity : (DOCUMENT_LIMITS.position.max - origin) / reach);

const within = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

/** The mean width of a letter in heights; only for finding a text with a finger, so it need not be exact. */
const LETTER = 0.58;
const LEADING = 1.2;

/** The box around a shape's points or letters, in pixels of the picture. */
export function boundsOf(shape: KnownShape, size: Size): Box {
  if (shape.type === 'text') {
    const lines = shape.text.split(/\r\n|\r|\n/);
    const letters = shape.size * size.height;
    const { x, y } = scaled(shape.at, size);
    return {
      left: x,
      top: y,
      width: Math.max(...lines.map((line) => line.length)) * LETTER * letters,
      height: lines.length * LEADING * letters,
    };
  }
  if (shape.type === 'circle') {
    const { x, y } = scaled(shape.center, size);
    const radius = shape.radius * size.height;
    return { left: x - radius, top: y - radius, width: 2 * radius, height: 2 * radius };
  }
  const points = (shape.type === 'freehand' ? shape.points : handlesOf(shape, size)).map((point) => scaled(point, size));
  const left = Math.min(...points.map(({ x }) => x));
  const top = Math.min(...points.map(({ y }) => y));
  return { left, top, width: Math.max(...points.map(({ x }) => x)) - left, height: Math.max(...points.map(({ y }) => y)) - top };
}

/** A hand at this place means this shape: it is on a stroke or on letters, or nearer than `reach` (both in pixels of the picture). */
export function isUnder(shape: KnownShape, place: Point, size: Size, reach: number): boolean {
  const far = reach + (shape.style.width * size.height) / 2;
  if (shape.type === 'circle') return Math.abs(lengthOf(difference(place, scaled(shape.center, size))) - shape.radius * size.height) <= far;
  if (shape.type === 'text') {
    const { left, top, width, height } = boundsOf(shape, size);
    return place.x >= left - reach && place.x <= left + width + reach && place.y >= top - reach && place.y <= top + height + reach;
  }
  const points = (shape.type === 'freehand' ? shape.points : handlesOf(shape, size)).map((point) => scaled(point, size));
  return points.some((point, index) => distanceToSegment(place, points[index - 1] ?? point, point) <= far);
}
