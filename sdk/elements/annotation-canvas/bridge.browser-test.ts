import { sample } from 'fast-check';
import { arbitraryShape } from '../../../domain/annotation/arbitrary.test-kit.ts';
import type { KnownShape, LineShape } from '../../../domain/annotation/document.ts';
import { pointsOf, withPoints } from '../../../domain/annotation/edits.ts';
import { assert } from '../../test/kit.ts';
import { ShapeObject } from './shape-object.ts';

const size = { width: 640, height: 360 };
const shapes: readonly KnownShape[] = sample(arbitraryShape, { numRuns: 300, seed: 20_260_101 });

const somewhere = { x: 0, y: 0 };

/** Every position of two shapes is the same to a billionth, and everything else exactly. */
const same = (actual: KnownShape, expected: KnownShape): void => {
  const [left, right] = [pointsOf(actual), pointsOf(expected)];
  assert.deepEqual(
    withPoints(actual, () => somewhere),
    withPoints(expected, () => somewhere),
  );
  for (const [index, { x, y }] of left.entries()) {
    assert.near(x, right[index]?.x ?? NaN, actual.type, 1e-9);
    assert.near(y, right[index]?.y ?? NaN, actual.type, 1e-9);
  }
};

describe('the bridge to fabric', () => {
  it('gives back the very shape it was given, whatever the shape', () => {
    for (const shape of shapes) {
      const object = new ShapeObject(shape, size);
      assert.ok(object.shape === shape, 'the shape itself');
      object.place(shape, { width: 1013, height: 570 });
      assert.ok(object.shape === shape, 'the shape itself, in another size');
    }
  });

  it('loses nothing on a way there and back', () => {
    for (const shape of shapes.filter((one) => pointsOf(one).every(({ x, y }) => x < 1.5 && y < 1.5))) {
      const object = new ShapeObject(shape, size);
      object.set({ left: object.left + 13, top: object.top + 7 });
      object.place(object.shape, size);
      object.set({ left: object.left - 13, top: object.top - 7 });
      same(object.shape, shape);
    }
  });

  it('moves by pixels of the page: 64 of 640 are a tenth', () => {
    const line: LineShape = {
      id: 'a',
      type: 'line',
      style: { color: '#ffe100', width: 0.005 },
      from: { x: 0.2, y: 0.2 },
      to: { x: 0.4, y: 0.6 },
    };
    const object = new ShapeObject(line, size);
    object.set({ left: object.left + 64, top: object.top + 36 });
    same(object.shape, { ...line, from: { x: 0.3, y: 0.3 }, to: { x: 0.5, y: 0.7 } });
  });

  it('paints nothing of its own: the picture has one look', () => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    assert.ok(context);
    for (const shape of shapes.slice(0, 50)) new ShapeObject(shape, size).render(context);
    assert.ok(context.getImageData(0, 0, canvas.width, canvas.height).data.every((value) => value === 0));
  });
});
