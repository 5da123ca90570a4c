import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryDocument, arbitraryShape } from '../../../domain/annotation/arbitrary.test-kit.ts';
import type { KnownShape } from '../../../domain/annotation/document.ts';
import { parseDocument } from '../../../domain/annotation/parse.ts';
import { boundsOf, handlesOf, isUnder, reshaped } from './handles.ts';

const size = { width: 1600, height: 800 };
const style = { color: '#ffe100', width: 0.005 };
const at = (x: number, y: number): { x: number; y: number } => ({ x, y });
const line: KnownShape = { id: 'a', type: 'line', style, from: at(0.25, 0.25), to: at(0.75, 0.75) };
const angle: KnownShape = { id: 'a', type: 'angle', style, vertex: at(0.5, 0.5), from: at(0.25, 0.5), to: at(0.5, 0.25) };
const circle: KnownShape = { id: 'a', type: 'circle', style, center: at(0.5, 0.5), radius: 0.25 };
const wave: KnownShape = { id: 'a', type: 'freehand', style, points: [at(0.1, 0.1), at(0.2, 0.3), at(0.3, 0.1)] };
const text: KnownShape = { id: 'a', type: 'text', style, at: at(0.1, 0.1), text: 'hips', size: 0.05 };

describe('handles', () => {
  it('are the points a shape is made of', () => {
    assert.deepEqual(handlesOf(line, size), [at(0.25, 0.25), at(0.75, 0.75)]);
    assert.deepEqual(handlesOf(angle, size), [at(0.25, 0.5), at(0.5, 0.5), at(0.5, 0.25)]);
  });

  it('are on the edge of a circle: a quarter of the height is 200 px, an eighth of the width', () => {
    assert.deepEqual(handlesOf(circle, size), [at(0.625, 0.5)]);
  });

  it('are the lower right corner of what is written or drawn by hand', () => {
    assert.deepEqual(handlesOf(wave, size), [at(0.3, 0.3)]);
  });

  it('change only what they stand for', () => {
    assert.deepEqual(reshaped(line, 1, at(0.9, 0.1), size), { ...line, to: at(0.9, 0.1) });
    assert.deepEqual(reshaped(angle, 1, at(0.6, 0.6), size), { ...angle, vertex: at(0.6, 0.6) });
    assert.deepEqual(reshaped(circle, 0, at(0.5, 1), size), { ...circle, radius: 0.5 });
  });

  it('scale a freehand drawing from its upper left corner, proportions kept', () => {
    const shape = reshaped(wave, 0, at(0.5, 0.5), size);
    assert.ok(shape.type === 'freehand');
    const expected = [at(0.1, 0.1), at(0.3, 0.5), at(0.5, 0.1)];
    shape.points.forEach((point, index) => {
      assert.ok(Math.abs(point.x - (expected[index]?.x ?? 0)) < 1e-12 && Math.abs(point.y - (expected[index]?.y ?? 0)) < 1e-12);
    });
  });

  it('scale letters: a corner twice as far makes them twice as high', () => {
    const { left, top, width, height } = boundsOf(text, size);
    const corner = at((left + 2 * width) / size.width, (top + 2 * height) / size.height);
    const shape = reshaped(text, 0, corner, size);
    assert.ok(shape.type === 'text' && Math.abs(shape.size - 0.1) < 1e-12);
    assert.deepEqual(shape.at, text.at);
  });

  it('never make what the contract refuses, wherever they are taken', () => {
    const far = fc.record({ x: fc.double({ min: -9, max: 9, noNaN: true }), y: fc.double({ min: -9, max: 9, noNaN: true }) });
    fc.assert(
      fc.property(arbitraryDocument, arbitraryShape, fc.nat(2), far, (document, shape, handle, to) => {
        parseDocument({ ...document, shapes: [reshaped(shape, handle % handlesOf(shape, size).length, to, size)] });
      }),
    );
  });

  it('leave a shape as it is when they are taken to where they are', () => {
    fc.assert(
      fc.property(fc.constantFrom(line, angle, circle, wave, text), fc.nat(2), (shape, index) => {
        const handles = handlesOf(shape, size);
        const handle = index % handles.length;
        const same = reshaped(shape, handle, handles[handle] ?? at(0, 0), size);
        for (const [i, point] of handlesOf(same, size).entries()) {
          assert.ok(Math.abs(point.x - (handles[i]?.x ?? 0)) < 1e-9 && Math.abs(point.y - (handles[i]?.y ?? 0)) < 1e-9);
        }
      }),
    );
  });
});

describe('a hand', () => {
  const under = (shape: KnownShape, x: number, y: number): boolean => isUnder(shape, at(x, y), size, 10);

  it('means the stroke, not the box around it', () => {
    // The line runs from (400, 200) to (1200, 600).
    assert.ok(under(line, 800, 400));
    assert.ok(under(line, 800, 411));
    assert.ok(!under(line, 1100, 250));
    assert.ok(!under(line, 1220, 612));
  });

  it('means the edge of a circle, not what is in it', () => {
    assert.ok(under(circle, 800 + 200, 400));
    assert.ok(under(circle, 800, 400 - 195));
    assert.ok(!under(circle, 800, 400));
  });

  it('means both arms of an angle and every part of a freehand line', () => {
    assert.ok(under(angle, 600, 405) && under(angle, 805, 300) && !under(angle, 600, 300));
    assert.ok(under(wave, 160, 80) && under(wave, 400, 160) && !under(wave, 320, 90));
  });

  it('means letters and what is between them', () => assert.ok(under(text, 200, 100) && !under(text, 700, 100)));

  it('always finds a shape at its own points', () => {
    fc.assert(
      fc.property(arbitraryShape, (shape) => {
        const [handle] = handlesOf(shape, size);
        assert.ok((handle && isUnder(shape, at(handle.x * size.width, handle.y * size.height), size, 1)) || shape.type === 'freehand');
      }),
    );
  });
});
