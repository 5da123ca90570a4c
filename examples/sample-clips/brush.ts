import type { Camera } from './camera.ts';
import type { Paint, PaintChooser, Surface } from './rasteriser.ts';
import { drawEllipsoid, drawLimb } from './rasteriser.ts';
import type { Vec3 } from './vector.ts';
import { subtract, vec } from './vector.ts';

interface Stroke {
  readonly depth: number;
  paintOn(surface: Surface): void;
}

/**
 * Collects solid shapes given in world metres and paints them from far to near: soft edges then mix with what is
 * truly behind them. The depth buffer settles the pixels where two shapes cross.
 */
export class Brush {
  readonly #camera: Camera;
  readonly #strokes: Stroke[] = [];

  constructor(camera: Camera) {
    this.#camera = camera;
  }

  limb(a: Vec3, radiusA: number, b: Vec3, radiusB: number, paint: Paint, opacity = 1): void {
    const [from, to] = [this.#project(a), this.#project(b)];
    const limb = {
      ax: from.x,
      ay: from.y,
      az: from.z,
      ar: Math.max(0.55, radiusA * from.scale),
      bx: to.x,
      by: to.y,
      bz: to.z,
      br: Math.max(0.55, radiusB * to.scale),
    };
    this.#strokes.push({ depth: (from.z + to.z) / 2, paintOn: (surface) => drawLimb(surface, limb, paint, opacity) });
  }

  ball(centre: Vec3, radius: number, paint: Paint): void {
    this.limb(centre, radius, centre, radius, paint);
  }

  /** Half-axes in metres, at right angles to one another. */
  ellipsoid(centre: Vec3, halfAxes: readonly [Vec3, Vec3, Vec3], paint: Paint | PaintChooser): void {
    const at = this.#project(centre);
    const origin = this.#camera.toView(vec(0, 0, 0));
    const toPixels = (axis: Vec3): Vec3 => {
      const { x, y, z } = subtract(this.#camera.toView(axis), origin);
      return vec(x * at.scale, -y * at.scale, z * at.scale);
    };
    const axes = [toPixels(halfAxes[0]), toPixels(halfAxes[1]), toPixels(halfAxes[2])] as const;
    const shape = { x: at.x, y: at.y, z: at.z, axes };
    this.#strokes.push({ depth: at.z, paintOn: (surface) => drawEllipsoid(surface, shape, paint) });
  }

  /** Paints what was collected and starts afresh. */
  paintOn(surface: Surface): void {
    this.#strokes.sort((a, b) => a.depth - b.depth);
    for (const stroke of this.#strokes) stroke.paintOn(surface);
    this.#strokes.length = 0;
  }

  #project(world: Vec3) {
    return this.#camera.project(this.#camera.toView(world));
  }
}
