import { DomainError } from '../errors.ts';
import type { Point } from '../geometry/point.ts';
import { DOCUMENT_LIMITS, isKnownShape, type AnnotationDocument, type KnownShape, type Shape } from './document.ts';

/** The document with one more shape, on top of the others. @throws DomainError `annotation.document_invalid` when it is full. */
export function addShape(document: AnnotationDocument, shape: Shape): AnnotationDocument {
  if (document.shapes.length >= DOCUMENT_LIMITS.shapes)
    throw new DomainError('annotation.document_invalid', {
      detail: `A drawing holds at most ${String(DOCUMENT_LIMITS.shapes)} shapes.`,
      field: 'shapes',
    });
  return { ...document, shapes: [...document.shapes, shape] };
}

/** The document with the shape of this id exchanged; its place in the order stays. */
export const replaceShape = (document: AnnotationDocument, shape: Shape): AnnotationDocument => ({
  ...document,
  shapes: document.shapes.map((old) => (old.id === shape.id ? shape : old)),
});

export const removeShape = (document: AnnotationDocument, shapeId: string): AnnotationDocument => ({
  ...document,
  shapes: document.shapes.filter(({ id }) => id !== shapeId),
});

/** Moves one shape by fractions of the picture. It stops where the contract's bounds do; a shape of a later version stays where it is. */
export function moveShape(document: AnnotationDocument, shapeId: string, dx: number, dy: number): AnnotationDocument {
  const shape = document.shapes.find(({ id }) => id === shapeId);
  return shape && isKnownShape(shape) ? replaceShape(document, moved(shape, dx, dy)) : document;
}

/** The shape elsewhere, otherwise as it was. It keeps its form at the bounds: no point is pushed nearer to another. */
export function moved(shape: KnownShape, dx: number, dy: number): KnownShape {
  const points = pointsOf(shape);
  const x = room(
    points.map((point) => point.x),
    dx,
  );
  const y = room(
    points.map((point) => point.y),
    dy,
  );
  return withPoints(shape, (point) => ({ x: bounded(point.x + x), y: bounded(point.y + y) }));
}

const { min, max } = DOCUMENT_LIMITS.position;

/** A number the contract accepts as a coordinate. */
export const bounded = (coordinate: number): number => Math.min(max, Math.max(min, coordinate));

const room = (coordinates: readonly number[], by: number): number =>
  Math.min(Math.max(by, min - Math.min(...coordinates)), max - Math.max(...coordinates));

/** Every position a shape is made of, in the order of its members. */
export function pointsOf(shape: KnownShape): readonly Point[] {
  switch (shape.type) {
    case 'line':
    case 'arrow':
      return [shape.from, shape.to];
    case 'circle':
      return [shape.center];
    case 'angle':
      return [shape.vertex, shape.from, shape.to];
    case 'text':
      return [shape.at];
    case 'freehand':
      return shape.points;
  }
}

/** The shape with every position put through a function. Lengths stay. */
export function withPoints(shape: KnownShape, change: (point: Point) => Point): KnownShape {
  switch (shape.type) {
    case 'line':
    case 'arrow':
      return { ...shape, from: change(shape.from), to: change(shape.to) };
    case 'circle':
      return { ...shape, center: change(shape.center) };
    case 'angle':
      return { ...shape, vertex: change(shape.vertex), from: change(shape.from), to: change(shape.to) };
    case 'text':
      return { ...shape, at: change(shape.at) };
    case 'freehand':
      return { ...shape, points: shape.points.map(change) };
  }
}
