import { DOCUMENT_LIMITS, type KnownShape, type Style } from '../../../domain/annotation/document.ts';
import { bounded } from '../../../domain/annotation/edits.ts';
import { distance, type Point, type Size } from '../../../domain/geometry/point.ts';
import { TEXT_SIZE, type DrawingTool } from './tools.ts';

/** A shape on its way: the points that stand, and where the next one would come. The same for mouse, finger, pen and keys. */
export interface Draft {
  readonly tool: DrawingTool;
  readonly points: readonly Point[];
  readonly next: Point;
}

/** How many points a shape is made of; a freehand line ends when the hand does. */
const POINTS: Readonly<Record<DrawingTool, number>> = { line: 2, arrow: 2, circle: 2, angle: 3, text: 1, freehand: Infinity };

/** Two points nearer than this fraction of the height are one: a double click, a trembling hand. */
const NEAREST = 0.004;

export const begun = (tool: DrawingTool, at: Point): Draft => ({ tool, points: [at], next: at });

export const aimed = (draft: Draft, next: Point): Draft => ({ ...draft, next });

/** The draft with one more point; unchanged where the point is the one before. */
export function placed(draft: Draft, at: Point, size: Size): Draft {
  const last = draft.points.at(-1);
  if (last && distance(last, at, size) < NEAREST) return aimed(draft, at);
  return { ...draft, points: [...draft.points, at], next: at };
}

/** The freehand line goes on. Beyond the contract's number of points every other one goes: the form stays. */
export function drawnOn(draft: Draft, points: readonly Point[]): Draft {
  const all = [...draft.points, ...points];
  const kept = all.length > DOCUMENT_LIMITS.freehandPoints ? all.filter((_, index) => index % 2 === 0) : all;
  return { ...draft, points: kept, next: kept.at(-1) ?? draft.next };
}

export const isComplete = ({ tool, points }: Draft): boolean => points.length >= POINTS[tool];

interface Making {
  readonly id: string;
  readonly style: Style;
  readonly size: Size;
  /** The words of a text. */
  readonly text?: string;
}

/** The shape as it would be if the next point were placed now; null while there is nothing to see. */
export function shapeOf(draft: Draft, { id, style, size, text = '' }: Making): KnownShape | null {
  const { tool } = draft;
  const points = (isComplete(draft) || tool === 'freehand' ? draft.points : [...draft.points, draft.next]).map(stored);
  const [first, second, third] = points;
  if (!first) return null;
  if (tool === 'freehand') return { id, type: tool, style, points };
  if (tool === 'text') return text === '' ? null : { id, type: tool, style, at: first, text, size: TEXT_SIZE };
  if (!second || distance(first, second, size) < NEAREST) return null;
  if (tool === 'circle')
    return { id, type: tool, style, center: first, radius: fine(Math.min(DOCUMENT_LIMITS.radius, distance(first, second, size))) };
  // Along a joint: from one end over the vertex to the other end.
  if (tool === 'angle') return { id, type: tool, style, vertex: second, from: first, to: third ?? second };
  return { id, type: tool, style, from: first, to: second };
}

/** A millionth of the picture is far below a pixel, and keeps a long freehand line short to send. */
const fine = (fraction: number): number => Math.round(fraction * 1e6) / 1e6;
const stored = ({ x, y }: Point): Point => ({ x: fine(bounded(x)), y: fine(bounded(y)) });
