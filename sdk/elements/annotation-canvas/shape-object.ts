import { Control, FabricObject, Point as FabricPoint } from 'fabric/es';
import type { KnownShape } from '../../../domain/annotation/document.ts';
import { moved } from '../../../domain/annotation/edits.ts';
import { scaled, type Size } from '../../../domain/geometry/point.ts';
import { boundsOf, handlesOf, isUnder, reshaped } from './handles.ts';

/** A handle is drawn this large and taken within the larger area; a finger has 44 px. */
export const HANDLE = { drawn: 12, mouse: 20, touch: 44 } as const;

/**
 * A shape as an object that fabric can find, move and take by its handles. It is a bridge, not a second drawing: it keeps the
 * shape itself, changes only what a hand changed, and paints nothing, because the picture's one look is drawn elsewhere.
 */
export class ShapeObject extends FabricObject {
  #shape: KnownShape;
  #size: Size;

  /** @param size The picture as it is displayed, in pixels of the page. */
  constructor(shape: KnownShape, size: Size) {
    super({
      originX: 'left',
      originY: 'top',
      strokeWidth: 0,
      objectCaching: false,
      lockRotation: true,
      lockScalingX: true,
      lockScalingY: true,
    });
    this.#shape = shape;
    this.#size = size;
    this.set({
      hasBorders: shape.type === 'text' || shape.type === 'freehand',
      borderColor: 'rgba(255, 255, 255, 0.7)',
      borderDashArray: [4, 4],
      cornerSize: HANDLE.mouse,
      touchCornerSize: HANDLE.touch,
    });
    this.controls = Object.fromEntries(handlesOf(shape, size).map((_, handle) => [String(handle), handleControl(handle)]));
    this.place(shape, size);
  }

  /** Puts the object where a shape is. */
  place(shape: KnownShape, size: Size): void {
    this.#shape = shape;
    this.#size = size;
    const { left, top, width, height } = boundsOf(shape, size);
    this.set({ left, top, width, height });
    this.setCoords();
  }

  /** The shape as the object stands now: the very same one unless a hand has moved it. */
  get shape(): KnownShape {
    const { left, top } = boundsOf(this.#shape, this.#size);
    if (this.left === left && this.top === top) return this.#shape;
    return moved(this.#shape, (this.left - left) / this.#size.width, (this.top - top) / this.#size.height);
  }

  /** Where a handle is, in pixels of the page. */
  handleAt(handle: number): FabricPoint {
    const { shape } = this;
    const { x, y } = scaled(handlesOf(shape, this.#size)[handle] ?? { x: 0, y: 0 }, this.#size);
    return new FabricPoint(x, y);
  }

  /** Takes a handle somewhere, in pixels of the page. */
  take(handle: number, x: number, y: number): void {
    this.place(reshaped(this.shape, handle, { x: x / this.#size.width, y: y / this.#size.height }, this.#size), this.#size);
  }

  isUnder(point: { x: number; y: number }, reach: number): boolean {
    return isUnder(this.shape, point, this.#size, reach);
  }

  override _render(): void {
    // The picture's own SVG shows the shape.
  }
}

const handleControl = (handle: number): Control =>
  new Control({
    actionName: 'reshape',
    cursorStyle: 'grab',
    positionHandler: (_dimensions, _matrix, object) => (object instanceof ShapeObject ? object.handleAt(handle) : new FabricPoint(0, 0)),
    actionHandler: (_event, { target }, x, y) => {
      if (!(target instanceof ShapeObject)) return false;
      target.take(handle, x, y);
      return true;
    },
    render: (context, left, top) => {
      context.save();
      context.beginPath();
      context.arc(left, top, HANDLE.drawn / 2, 0, 2 * Math.PI);
      context.fillStyle = '#ffffff';
      context.strokeStyle = '#0b0e12';
      context.lineWidth = 2;
      context.fill();
      context.stroke();
      context.restore();
    },
  });
