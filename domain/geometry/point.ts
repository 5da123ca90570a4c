/** A position as fractions of the displayed picture: x of its width, y of its height. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Width and height in any one unit: pixels of a picture, of a box on the screen. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The same position in the size's unit. Only there do lengths and angles mean what the eye sees. */
export const scaled = (point: Point, { width, height }: Size): Point => ({ x: point.x * width, y: point.y * height });

export const normalised = (point: Point, { width, height }: Size): Point => ({ x: point.x / width, y: point.y / height });

export const difference = (to: Point, from: Point): Point => ({ x: to.x - from.x, y: to.y - from.y });

export const shifted = (point: Point, by: Point, times = 1): Point => ({ x: point.x + by.x * times, y: point.y + by.y * times });

export const midpoint = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

export const lengthOf = (vector: Point): number => Math.hypot(vector.x, vector.y);

/** The vector's direction with length 1; to the right when it has no direction of its own. */
export function direction(vector: Point): Point {
  const length = lengthOf(vector);
  return length === 0 ? { x: 1, y: 0 } : { x: vector.x / length, y: vector.y / length };
}

/** How far two positions are apart, as a fraction of the picture's height. */
export const distance = (a: Point, b: Point, size: Size): number => lengthOf(difference(scaled(b, size), scaled(a, size))) / size.height;
