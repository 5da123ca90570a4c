import type { FrameRate } from '../frames/frame-rate.ts';
import type { Point } from '../geometry/point.ts';

/**
 * A drawing on one video, as it is stored, sent and drawn. Positions are fractions of the displayed picture (after rotation):
 * x of its width, y of its height, 0..1 inside the picture. Lengths (radius, stroke, letters) are fractions of the picture's height,
 * so a circle stays round in every size. Never pixels of a screen, never a drawing library's own format.
 */
export interface AnnotationDocument {
  readonly schemaVersion: 1;
  readonly coordinateSpace: 'normalized_0_1';
  /** The picture it was drawn on, in pixels and frames per second, and the processing version it came from. */
  readonly reference: { readonly width: number; readonly height: number; readonly fps: FrameRate; readonly processingVersion: number };
  /** The frame it belongs to: an integer of the video's frame index. */
  readonly frame: number;
  /** How many frames it stays, from `frame` on. */
  readonly frameCount: number;
  readonly visibility: VisibilityProfile;
  /** Drawn in this order: the last lies on top. */
  readonly shapes: readonly Shape[];
}

/** How a drawing comes and goes. `fadeFrames` are added before and after the frames it holds. */
export type VisibilityProfile =
  { readonly profile: 'hold' } | { readonly profile: 'fade'; readonly fadeFrames: number } | { readonly profile: 'always' };

export interface Style {
  /** `#rrggbb`. */
  readonly color: string;
  /** Stroke width as a fraction of picture height. */
  readonly width: number;
}

interface ShapeBase {
  /** Unique within the document; a UUID. */
  readonly id: string;
  readonly style: Style;
}

export interface LineShape extends ShapeBase {
  readonly type: 'line';
  readonly from: Point;
  readonly to: Point;
}

/** The head is at `to`. */
export interface ArrowShape extends ShapeBase {
  readonly type: 'arrow';
  readonly from: Point;
  readonly to: Point;
}

export interface CircleShape extends ShapeBase {
  readonly type: 'circle';
  readonly center: Point;
  /** Fraction of picture height. */
  readonly radius: number;
}

/** The inner angle at `vertex` between the arms to `from` and `to`: 0..180 degrees, measured in the displayed picture's own proportions. */
export interface AngleShape extends ShapeBase {
  readonly type: 'angle';
  readonly vertex: Point;
  readonly from: Point;
  readonly to: Point;
}

export interface TextShape extends ShapeBase {
  readonly type: 'text';
  /** Top left corner of the first line. */
  readonly at: Point;
  readonly text: string;
  /** Height of a line of letters as a fraction of picture height. */
  readonly size: number;
}

export interface FreehandShape extends ShapeBase {
  readonly type: 'freehand';
  readonly points: readonly Point[];
}

export type KnownShape = LineShape | ArrowShape | CircleShape | AngleShape | TextShape | FreehandShape;
export type KnownShapeType = KnownShape['type'];

export const KNOWN_SHAPE_TYPES = ['line', 'arrow', 'circle', 'angle', 'text', 'freehand'] as const satisfies readonly KnownShapeType[];

/** A shape of a later version: carried and reported, never drawn and never lost. */
export interface UnknownShape {
  readonly id: string;
  readonly type: string;
  readonly [member: string]: unknown;
}

export type Shape = KnownShape | UnknownShape;

export const isKnownShape = (shape: Shape): shape is KnownShape => (KNOWN_SHAPE_TYPES as readonly string[]).includes(shape.type);

/** Bounds of one document, the same as the contract's. A position may lie outside the picture, but not farther than a picture away. */
export const DOCUMENT_LIMITS = {
  shapes: 200,
  freehandPoints: 5000,
  textLength: 500,
  frameCount: 100_000,
  position: { min: -1, max: 2 },
  strokeWidth: 0.1,
  radius: 2,
  textSize: 0.5,
} as const;

/** The width of a stroke unless somebody chose another: half a percent of the picture's height. */
export const DEFAULT_STROKE_WIDTH = 0.005;
