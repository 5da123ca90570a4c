import type { Camera } from './camera.ts';
import type { Surface } from './rasteriser.ts';
import type { Skeleton } from './skeleton.ts';
import type { Vec3 } from './vector.ts';
import { vec } from './vector.ts';

/** Where the sun's light goes, in view axes: to the right and away from the camera, per metre of fall. */
const FALL = { x: 0.42, z: -0.5 } as const;
const DARKNESS = 0.42;

/** Body parts that throw a shadow, with their radius in metres. */
function casters({ joints: j, leadToe, trailToe, leadHand, clubHead }: Skeleton): [Vec3, Vec3, number][] {
  return [
    [j.leadHip, j.leadKnee, 0.08],
    [j.leadKnee, j.leadAnkle, 0.055],
    [j.leadAnkle, leadToe, 0.05],
    [j.trailHip, j.trailKnee, 0.08],
    [j.trailKnee, j.trailAnkle, 0.055],
    [j.trailAnkle, trailToe, 0.05],
    [j.pelvis, j.neck, 0.16],
    [j.leadShoulder, j.trailShoulder, 0.08],
    [j.neck, j.head, 0.1],
    [j.leadShoulder, j.leadElbow, 0.05],
    [j.leadElbow, j.leadHand, 0.04],
    [j.trailShoulder, j.trailElbow, 0.05],
    [j.trailElbow, j.trailHand, 0.04],
    [leadHand, clubHead, 0.01],
    [clubHead, clubHead, 0.04],
  ];
}

/** Darkens the ground once, however many parts shade the same spot. */
export class Shadow {
  readonly #mask: Uint8Array;
  readonly #camera: Camera;

  constructor(camera: Camera) {
    this.#camera = camera;
    this.#mask = new Uint8Array(camera.width * camera.height);
  }

  castBody(surface: Surface, pose: Skeleton): void {
    this.cast(surface, casters(pose));
  }

  cast(surface: Surface, parts: readonly (readonly [Vec3, Vec3, number])[]): void {
    let [top, bottom] = [surface.height, -1];
    for (const [a, b, radius] of parts) {
      const rows = this.#mark(this.#onGround(a), this.#onGround(b), radius, (a.y + b.y) / 2);
      top = Math.min(top, rows.first);
      bottom = Math.max(bottom, rows.last);
    }
    this.#darken(surface, top, bottom);
  }

  #onGround(world: Vec3): Vec3 {
    const { x, y, z } = this.#camera.toView(world);
    return vec(x + FALL.x * y, 0, z + FALL.z * y);
  }

  /** Marks a soft-edged strip; circles on the ground look flattened, so heights are stretched back first. */
  #mark(a: Vec3, b: Vec3, radius: number, height: number): { first: number; last: number } {
    const { width, height: pictureHeight, standHeight, distance } = this.#camera;
    const [p, q] = [this.#camera.project(a), this.#camera.project(b)];
    const stretch = Math.max(1, (distance - (a.z + b.z) / 2) / standHeight);
    const blur = (0.012 + height * 0.035) * p.scale;
    const size = radius * ((p.scale + q.scale) / 2);
    const reach = size + blur;
    const [dx, dy] = [q.x - p.x, (q.y - p.y) * stretch];
    const perLength = 1 / Math.max(1e-6, dx * dx + dy * dy);
    const first = Math.max(0, Math.ceil(Math.min(p.y, q.y) - reach / stretch));
    const last = Math.min(pictureHeight - 1, Math.floor(Math.max(p.y, q.y) + reach / stretch));
    const left = Math.max(0, Math.ceil(Math.min(p.x, q.x) - reach));
    const right = Math.min(width - 1, Math.floor(Math.max(p.x, q.x) + reach));
    for (let y = first; y <= last; y++)
      for (let x = left; x <= right; x++) {
        const [px, py] = [x - p.x, (y - p.y) * stretch];
        const t = Math.min(1, Math.max(0, (px * dx + py * dy) * perLength));
        const away = Math.sqrt((px - dx * t) ** 2 + (py - dy * t) ** 2);
        const k = Math.min(1, (reach - away) / (2 * blur));
        if (k <= 0) continue;
        const at = y * width + x;
        const shade = (k * k * (3 - 2 * k) * 255) | 0;
        if (shade > (this.#mask[at] ?? 0)) this.#mask[at] = shade;
      }
    return { first, last };
  }

  #darken({ rgb, width }: Surface, top: number, bottom: number): void {
    const mask = this.#mask;
    for (let at = top * width; at < (bottom + 1) * width; at++) {
      const shade = mask[at] ?? 0;
      if (shade === 0) continue;
      const k = 1 - (DARKNESS * shade) / 255;
      const p = at * 3;
      rgb[p] = (rgb[p] ?? 0) * k;
      rgb[p + 1] = (rgb[p + 1] ?? 0) * k;
      rgb[p + 2] = (rgb[p + 2] ?? 0) * (k + (1 - k) * 0.22);
      mask[at] = 0;
    }
  }
}
