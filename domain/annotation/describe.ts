import { degreesFromVertical, innerAngle } from '../geometry/angle.ts';
import type { Size } from '../geometry/point.ts';
import { isKnownShape, type KnownShapeType, type Shape } from './document.ts';

/** What a shape says, without words of any language. */
export interface Description {
  /** `unknown` is a shape of a later version. */
  readonly kind: KnownShapeType | 'unknown';
  /** Whole degrees: of the angle, or how far a line or an arrow leans from upright. Absent where there is none to measure. */
  readonly degrees?: number;
  /** The words of a text. */
  readonly text?: string;
}

/** @param size the displayed picture's proportions: angles are what the eye sees there. */
export function describe(shape: Shape, size: Size): Description {
  if (!isKnownShape(shape)) return { kind: 'unknown' };
  switch (shape.type) {
    case 'line':
    case 'arrow':
      return measured(shape.type, degreesFromVertical(shape.from, shape.to, size));
    case 'angle':
      return measured(shape.type, innerAngle(shape.vertex, shape.from, shape.to, size));
    case 'text':
      return { kind: shape.type, text: shape.text };
    case 'circle':
    case 'freehand':
      return { kind: shape.type };
  }
}

const measured = (kind: KnownShapeType, degrees: number | null): Description =>
  degrees === null ? { kind } : { kind, degrees: Math.round(degrees) };

/** The description in English; another language makes its own from the same facts. */
export function inEnglish({ kind, degrees, text }: Description): string {
  if (kind === 'text') return `text, “${text ?? ''}”`;
  if (kind === 'freehand') return 'freehand drawing';
  if (kind === 'unknown') return 'a drawing this version cannot show';
  if (degrees === undefined) return kind;
  return kind === 'angle' ? `angle, ${String(degrees)}°` : `${kind}, ${String(degrees)}° from vertical`;
}
