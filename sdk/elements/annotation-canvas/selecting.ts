import type { KnownShape } from '../../../domain/annotation/document.ts';
import { moved } from '../../../domain/annotation/edits.ts';
import type { Box } from '../../../domain/geometry/fit.ts';
import type { Size } from '../../../domain/geometry/point.ts';
import { arrowStep } from './drawing.ts';
import type { EditSession, OwnShape } from './edit-session.ts';
import { handlesOf, reshaped } from './handles.ts';
import type { SelectionStage, StageListener } from './selection-stage.ts';

export interface SelectingHost {
  requestUpdate(): void;
  readonly session: EditSession | undefined;
  /** What can be chosen now. */
  readonly choosable: readonly OwnShape[];
  readonly pictureSize: Size;
  pictureBox(): Box;
  /** Another shape or handle was chosen; null for none. */
  chose(own: OwnShape | null, handle: number | null): void;
  edit(own: OwnShape): void;
}

/** Choosing, moving and reshaping what stands already: by hand on a stage of fabric, and by keys without it. */
export class Selecting implements StageListener {
  /** The shape in a hand, as it is on its way. */
  live: KnownShape | null = null;
  #chosenId: string | null = null;
  #handle: number | null = null;
  #stage: SelectionStage | undefined;
  #loading: Promise<void> | undefined;
  readonly #host: SelectingHost;

  constructor(host: SelectingHost) {
    this.#host = host;
  }

  get chosen(): OwnShape | null {
    return this.#host.choosable.find(({ shape }) => shape.id === this.#chosenId) ?? null;
  }

  /** Brings the stage up to date; loads it the first time. */
  show(place: HTMLElement): void {
    const { width, height } = this.#host.pictureBox();
    if (width === 0 || height === 0) return;
    this.#loading ??= this.#load(place);
    const shapes = this.#host.choosable.map(({ shape }) => (shape.id === this.live?.id ? this.live : shape));
    this.#stage?.show(shapes, this.#chosenId, { width, height });
  }

  async leave(): Promise<void> {
    this.choose(null);
    const stage = this.#stage;
    this.#stage = undefined;
    this.#loading = undefined;
    await stage?.dispose();
  }

  /** Chooses a shape, or none. */
  choose(shapeId: string | null): void {
    if (this.#chosenId === shapeId && this.#handle === null) return;
    this.#carry(null);
    this.#chosenId = shapeId;
    this.#handle = null;
    this.#host.chose(this.chosen, null);
    this.#host.requestUpdate();
  }

  changing(shape: KnownShape): void {
    this.#carry(shape);
  }

  changed(shape: KnownShape): void {
    const own = this.chosen;
    this.#carry(null);
    if (own && shape !== own.shape) this.#host.session?.change({ ...own, shape });
  }

  opened(shapeId: string): void {
    const own = this.#host.choosable.find(({ shape }) => shape.id === shapeId);
    if (own) this.#host.edit(own);
  }

  remove(): OwnShape | null {
    const own = this.chosen;
    if (own) this.#host.session?.remove(own);
    this.choose(null);
    return own;
  }

  /** @returns whether the key meant something here. */
  key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const own = this.chosen;
    const step = arrowStep(event, this.#host.pictureSize);
    if (step && own) this.#nudge(this.live ?? own.shape, step);
    else if (event.key === 'Enter' && event.shiftKey && own) this.#host.edit(own);
    else if (event.key === 'Enter') this.#next();
    else if (event.key === 'Escape' && own) this.choose(null);
    else return false;
    return true;
  }

  /** Keys that were held are let go: what they moved is done. */
  keysUp(): void {
    if (this.live) this.changed(this.live);
  }

  #nudge(shape: KnownShape, step: { x: number; y: number }): void {
    const size = this.#host.pictureSize;
    const handle = this.#handle === null ? undefined : handlesOf(shape, size)[this.#handle];
    this.#carry(
      handle && this.#handle !== null
        ? reshaped(shape, this.#handle, { x: handle.x + step.x, y: handle.y + step.y }, size)
        : moved(shape, step.x, step.y),
    );
  }

  /** From a shape to its handles, one by one, and on to the next shape. */
  #next(): void {
    const all = this.#host.choosable;
    const own = this.chosen;
    const handle = (this.#handle ?? -1) + 1;
    if (own && handle < handlesOf(own.shape, this.#host.pictureSize).length) {
      this.#handle = handle;
      this.#host.chose(own, handle);
      return;
    }
    const after = own ? all.findIndex(({ shape }) => shape.id === own.shape.id) + 1 : 0;
    this.choose((all[after] ?? all[0])?.shape.id ?? null);
  }

  /** Draws the shape here instead of in the layers below, or gives it back to them. */
  #carry(shape: KnownShape | null): void {
    if (shape === this.live) return;
    this.live = shape;
    this.#host.session?.store.hold(shape ? [shape.id] : []);
    this.#host.requestUpdate();
  }

  async #load(place: HTMLElement): Promise<void> {
    const { SelectionStage: Stage } = await import('./selection-stage.ts');
    // Somebody may have left, or come back, while it was on its way.
    if (this.#stage || !this.#loading || !place.isConnected) return;
    this.#stage = new Stage(place, this);
    this.#host.requestUpdate();
  }
}
