import type { Point, Size } from './point.ts';

/** A rectangle; `left` and `top` in the same unit as its size. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Where a picture lies when it is shown whole, in its own proportions, in the middle of a box. */
export function containFit(picture: Size, box: Box): Box {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2, width, height };
}

/** A point of the page → the fraction of the picture that is shown in `box`. Outside the picture it is below 0 or above 1. */
export const toFraction = (clientX: number, clientY: number, box: Box): Point => ({
  x: (clientX - box.left) / box.width,
  y: (clientY - box.top) / box.height,
});

/** The way back: where a fraction of the picture lies on the page. */
export const toClient = (point: Point, box: Box): { readonly clientX: number; readonly clientY: number } => ({
  clientX: box.left + point.x * box.width,
  clientY: box.top + point.y * box.height,
});

export const withinPicture = (point: Point): Point => ({ x: clamp(point.x), y: clamp(point.y) });

const clamp = (fraction: number): number => Math.min(1, Math.max(0, fraction));
