import { Canvas, type FabricObject } from 'fabric/es';
import type { KnownShape } from '../../../domain/annotation/document.ts';
import type { Size } from '../../../domain/geometry/point.ts';
import { HANDLE, ShapeObject } from './shape-object.ts';

/** What a hand does on the stage. */
export interface StageListener {
  choose(shapeId: string | null): void;
  /** The hand still moves. */
  changing(shape: KnownShape): void;
  /** The hand has let go. */
  changed(shape: KnownShape): void;
  /** Clicked twice. */
  opened(shapeId: string): void;
}

/** Finds shapes by their strokes: a diagonal line's box would claim half the picture. */
class StrokeCanvas extends Canvas {
  reach: number = HANDLE.mouse / 2;

  override _checkTarget(object: FabricObject, point: { x: number; y: number }): boolean {
    return object instanceof ShapeObject && object.isUnder(point, this.reach);
  }
}

/** Choosing, moving and reshaping by mouse, finger and pen. This module carries fabric: it is loaded when somebody first selects. */
export class SelectionStage {
  readonly #canvas: StrokeCanvas;
  readonly #listener: StageListener;
  readonly #element: HTMLElement;
  readonly #objects = new Map<string, ShapeObject>();
  #size: Size = { width: 0, height: 0 };
  /** The object in somebody's hand: nothing else may move it. */
  #inHand: FabricObject | undefined;
  #showing = false;

  /** @param element An empty element over the picture; the stage fills it. */
  constructor(element: HTMLElement, listener: StageListener) {
    this.#listener = listener;
    this.#element = element;
    element.addEventListener('pointerdown', this.#pressed, { capture: true });
    const canvas = document.createElement('canvas');
    element.append(canvas);
    this.#canvas = new StrokeCanvas(canvas, {
      selection: false,
      enablePointerEvents: true,
      preserveObjectStacking: true,
      renderOnAddRemove: false,
      defaultCursor: 'default',
      hoverCursor: 'move',
    });
    this.#listen();
  }

  /** Shows exactly these shapes as choosable, with one of them chosen or none, over a picture displayed in this size. */
  show(shapes: readonly KnownShape[], chosenId: string | null, size: Size): void {
    const isResized = size.width !== this.#size.width || size.height !== this.#size.height;
    if (isResized) this.#canvas.setDimensions(size);
    this.#size = size;
    this.#showing = true;
    this.#drop(new Set(shapes.map(({ id }) => id)));
    for (const shape of shapes) this.#put(shape, isResized);
    const chosen = chosenId === null ? undefined : this.#objects.get(chosenId);
    if (!chosen) this.#canvas.discardActiveObject();
    else if (this.#canvas.getActiveObject() !== chosen) this.#canvas.setActiveObject(chosen);
    this.#showing = false;
    this.#canvas.requestRenderAll();
  }

  async dispose(): Promise<void> {
    this.#element.removeEventListener('pointerdown', this.#pressed, { capture: true });
    await this.#canvas.dispose();
    this.#element.replaceChildren();
  }

  readonly #pressed = ({ pointerType }: PointerEvent): void => {
    this.#canvas.reach = (pointerType === 'touch' ? HANDLE.touch : HANDLE.mouse) / 2;
  };

  #listen(): void {
    const choose = (): void => {
      const active = this.#canvas.getActiveObject();
      if (!this.#showing) this.#listener.choose(active instanceof ShapeObject ? active.shape.id : null);
    };
    this.#canvas.on({
      'selection:created': choose,
      'selection:updated': choose,
      'selection:cleared': choose,
      'before:transform': ({ transform }) => {
        this.#inHand = transform.target;
      },
      'mouse:move': () => {
        if (this.#inHand instanceof ShapeObject) this.#listener.changing(this.#inHand.shape);
      },
      'object:modified': ({ target }) => {
        this.#inHand = undefined;
        if (target instanceof ShapeObject) this.#listener.changed(target.shape);
      },
      'mouse:up': () => {
        this.#inHand = undefined;
      },
      'mouse:dblclick': ({ target }) => {
        if (target instanceof ShapeObject) this.#listener.opened(target.shape.id);
      },
    });
  }

  #put(shape: KnownShape, isResized: boolean): void {
    const object = this.#objects.get(shape.id);
    if (!object) {
      const made = new ShapeObject(shape, this.#size);
      this.#objects.set(shape.id, made);
      this.#canvas.add(made);
    } else if (object !== this.#inHand && (isResized || object.shape !== shape)) object.place(shape, this.#size);
  }

  #drop(keep: ReadonlySet<string>): void {
    for (const [id, object] of this.#objects) {
      if (keep.has(id)) continue;
      this.#objects.delete(id);
      this.#canvas.remove(object);
    }
  }
}
