import { DOCUMENT_LIMITS, type AnnotationDocument, type Shape } from './document.ts';

/**
 * Brings two edits of one document together: what only one side changed is taken from that side, shape by shape. Null when both
 * changed the same thing differently, or when together they are too many shapes: then a person has to choose.
 * The order is theirs, with my new shapes on top.
 */
export function merge(base: AnnotationDocument, mine: AnnotationDocument, theirs: AnnotationDocument): AnnotationDocument | null {
  const frame = pick(rest(base), rest(mine), rest(theirs));
  const ids = [...new Set([...theirs.shapes, ...mine.shapes].map(({ id }) => id))];
  const merged = ids.map((id) => pick(shapeOf(base, id), shapeOf(mine, id), shapeOf(theirs, id)));
  if (frame === CONFLICT || merged.some((shape) => shape === CONFLICT)) return null;

  const shapes = merged.filter((shape): shape is Shape => shape !== CONFLICT && shape !== undefined);
  return shapes.length > DOCUMENT_LIMITS.shapes ? null : { ...frame, shapes };
}

const CONFLICT = Symbol('conflict');

const pick = <T>(base: T, mine: T, theirs: T): T | typeof CONFLICT => {
  if (sameJson(mine, base) || sameJson(mine, theirs)) return theirs;
  return sameJson(theirs, base) ? mine : CONFLICT;
};

const rest = ({ shapes: _, ...members }: AnnotationDocument): Omit<AnnotationDocument, 'shapes'> => members;

const shapeOf = (document: AnnotationDocument, id: string): Shape | undefined => document.shapes.find((shape) => shape.id === id);

/** Two values that mean the same as JSON, whatever the order of their members: a database may keep its own. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const other = new Map<string, unknown>(Object.entries(b));
  return keys.length === other.size && Object.entries(a).every(([key, value]) => other.has(key) && sameJson(value, other.get(key)));
}
