import { uuidv7 } from 'uuidv7';
import type { KnownShape, Style } from '../../../domain/annotation/document.ts';
import { toFraction, withinPicture, type Box } from '../../../domain/geometry/fit.ts';
import { distance, type Point, type Size } from '../../../domain/geometry/point.ts';
import { aimed, begun, drawnOn, isComplete, placed, shapeOf, type Draft } from './draft.ts';
import type { DrawingTool } from './tools.ts';

export interface DrawingHost {
  requestUpdate(): void;
  readonly drawingTool: DrawingTool | null;
  readonly strokeStyle: Style;
  /** The picture in its own pixels. */
  readonly pictureSize: Size;
  /** The picture on the page. */
  pictureBox(): Box;
  /** The first point stands: the picture must stand too. */
  begins(): void;
  /** Another point stands. */
  pointPlaced(count: number): void;
  finished(shape: KnownShape): void;
  writeAt(at: Point): void;
}

/** A press that moves less than this fraction of the height is a click, and the shape goes on with the next one. */
const DRAG = 0.012;
/** Steps of the crosshair as fractions of the height. */
const STEP = { small: 0.005, large: 0.05 } as const;

const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** How far an arrow key goes, as fractions of the picture: equally far to the eye in both directions. Null for other keys. */
export function arrowStep({ key, shiftKey }: KeyboardEvent, size: Size): Point | null {
  const arrow = ARROWS[key];
  if (!arrow) return null;
  const step = shiftKey ? STEP.large : STEP.small;
  return { x: (arrow[0] * step * size.height) / size.width, y: arrow[1] * step };
}

/** Turns what a hand or the keys do into shapes. Dragging, clicking point by point and the keyboard make the same. */
export class Drawing {
  /** Where the keys are; null while a pointer draws. */
  crosshair: Point | null = null;
  #draft: Draft | null = null;
  #id = uuidv7();
  #press: { readonly pointerId: number; readonly at: Point; readonly began: boolean } | null = null;
  #penSeen = false;
  readonly #host: DrawingHost;

  constructor(host: DrawingHost) {
    this.#host = host;
  }

  /** What the shape on its way looks like. */
  get preview(): KnownShape | null {
    return this.#draft && shapeOf(this.#draft, this.#making());
  }

  cancel(): void {
    this.#draft = null;
    this.#press = null;
    this.#host.requestUpdate();
  }

  down(event: PointerEvent, surface: Element): void {
    const tool = this.#host.drawingTool;
    this.#penSeen ||= event.pointerType === 'pen';
    // With a pen in the hand, fingers and the palm move the picture or rest; they never draw.
    if (!tool || event.button !== 0 || (event.pointerType === 'touch' && this.#penSeen)) return;
    // A second finger means zoom: what the first began was no drawing.
    if (!event.isPrimary) return this.cancel();
    surface.setPointerCapture(event.pointerId);
    this.crosshair = null;
    const at = this.#at(event);
    const began = this.#draft === null;
    if (began) this.#begin(tool, at);
    else this.#aim(at);
    this.#press = { pointerId: event.pointerId, at, began };
  }

  move(event: PointerEvent): void {
    this.#penSeen ||= event.pointerType === 'pen';
    if (!this.#draft || (this.#press && this.#press.pointerId !== event.pointerId)) return;
    if (this.#draft.tool !== 'freehand') return this.#aim(this.#at(event));
    const samples = event.getCoalescedEvents();
    this.#draft = drawnOn(
      this.#draft,
      (samples.length > 0 ? samples : [event]).map((sample) => this.#at(sample)),
    );
    this.#host.requestUpdate();
  }

  up(event: PointerEvent): void {
    const press = this.#press;
    if (press?.pointerId !== event.pointerId || !this.#draft) return;
    this.#press = null;
    const at = this.#at(event);
    const isClick = distance(press.at, at, this.#host.pictureSize) < DRAG;
    if (this.#draft.tool === 'freehand') this.#finish();
    else if (press.began && isClick) this.#afterPoint();
    else this.#place(at);
  }

  /** @returns whether the key meant something here. */
  key(event: KeyboardEvent): boolean {
    const tool = this.#host.drawingTool;
    if (!tool || event.ctrlKey || event.metaKey || event.altKey) return false;
    const step = arrowStep(event, this.#host.pictureSize);
    if (step) this.#moveCrosshair(step);
    else if (event.key === 'Enter' && !event.repeat) this.#pressEnter(tool, this.crosshair ?? { x: 0.5, y: 0.5 });
    else if (event.key === 'Escape' && this.#draft) this.cancel();
    else return false;
    return true;
  }

  #moveCrosshair(step: Point): void {
    const from = this.crosshair ?? this.#draft?.next ?? { x: 0.5, y: 0.5 };
    this.crosshair = withinPicture({ x: from.x + step.x, y: from.y + step.y });
    if (this.#draft?.tool === 'freehand') this.#draft = drawnOn(this.#draft, [this.crosshair]);
    else if (this.#draft) this.#aim(this.crosshair);
    this.#host.requestUpdate();
  }

  #pressEnter(tool: DrawingTool, at: Point): void {
    this.crosshair = at;
    if (!this.#draft) {
      this.#begin(tool, at);
      this.#afterPoint();
    } else if (tool === 'freehand') this.#finish();
    else this.#place(at);
  }

  #begin(tool: DrawingTool, at: Point): void {
    this.#id = uuidv7();
    this.#draft = begun(tool, at);
    this.#host.begins();
    this.#host.requestUpdate();
  }

  #aim(at: Point): void {
    this.#draft = this.#draft && aimed(this.#draft, at);
    this.#host.requestUpdate();
  }

  #place(at: Point): void {
    this.#draft = this.#draft && placed(this.#draft, at, this.#host.pictureSize);
    this.#afterPoint();
  }

  #afterPoint(): void {
    if (!this.#draft) return;
    if (isComplete(this.#draft)) this.#finish();
    else this.#host.pointPlaced(this.#draft.points.length);
    this.#host.requestUpdate();
  }

  #finish(): void {
    const draft = this.#draft;
    const shape = this.preview;
    this.#draft = null;
    this.#host.requestUpdate();
    if (draft?.tool === 'text') this.#host.writeAt(draft.next);
    else if (shape) this.#host.finished(shape);
  }

  #at({ clientX, clientY }: PointerEvent): Point {
    return withinPicture(toFraction(clientX, clientY, this.#host.pictureBox()));
  }

  #making(): { id: string; style: Style; size: Size } {
    return { id: this.#id, style: this.#host.strokeStyle, size: this.#host.pictureSize };
  }
}
