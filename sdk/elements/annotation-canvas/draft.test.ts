import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aimed, begun, drawnOn, isComplete, placed, shapeOf, type Draft } from './draft.ts';
import type { DrawingTool } from './tools.ts';

const size = { width: 1600, height: 900 };
const making = { id: 'a', style: { color: '#ffe100', width: 0.005 }, size };
const at = (x: number, y: number): { x: number; y: number } => ({ x, y });
const through = (tool: DrawingTool, ...[first, ...rest]: { x: number; y: number }[]): Draft =>
  rest.reduce<Draft>((draft, point) => placed(draft, point, size), begun(tool, first ?? at(0, 0)));

describe('a draft', () => {
  it('becomes a line or an arrow between two points', () => {
    for (const type of ['line', 'arrow'] as const) {
      const draft = through(type, at(0.25, 0.5), at(0.75, 0.25));
      assert.ok(isComplete(draft));
      assert.deepEqual(shapeOf(draft, making), { id: 'a', type, style: making.style, from: at(0.25, 0.5), to: at(0.75, 0.25) });
    }
  });

  it('becomes a circle from its middle to its edge, round in any picture', () => {
    // 90 px to the side is a tenth of the height.
    assert.deepEqual(shapeOf(through('circle', at(0.5, 0.5), at(0.5 + 90 / 1600, 0.5)), making), {
      id: 'a',
      type: 'circle',
      style: making.style,
      center: at(0.5, 0.5),
      radius: 0.1,
    });
  });

  it('becomes an angle along the joint: end, vertex, end', () => {
    const draft = through('angle', at(0.2, 0.2), at(0.5, 0.5), at(0.8, 0.2));
    assert.ok(isComplete(draft));
    const { type, ...members } = { type: 'angle', vertex: at(0.5, 0.5), from: at(0.2, 0.2), to: at(0.8, 0.2) };
    assert.deepEqual(shapeOf(draft, making), { id: 'a', type, style: making.style, ...members });
  });

  it('shows where the next point would come', () => {
    const draft = aimed(begun('line', at(0.1, 0.1)), at(0.3, 0.3));
    assert.ok(!isComplete(draft));
    assert.deepEqual(shapeOf(draft, making), { id: 'a', type: 'line', style: making.style, from: at(0.1, 0.1), to: at(0.3, 0.3) });
  });

  it('shows an angle’s first arm before there is a second', () => {
    const shape = shapeOf(aimed(begun('angle', at(0.1, 0.1)), at(0.3, 0.3)), making);
    assert.deepEqual(shape, { id: 'a', type: 'angle', style: making.style, vertex: at(0.3, 0.3), from: at(0.1, 0.1), to: at(0.3, 0.3) });
  });

  it('takes two points in one place for one', () => {
    const draft = through('line', at(0.5, 0.5), at(0.5, 0.502));
    assert.ok(!isComplete(draft));
    assert.equal(shapeOf(aimed(draft, at(0.5, 0.5)), making), null);
  });

  it('becomes a freehand line of every point the hand passed, and a dot where it did not move', () => {
    const draft = drawnOn(begun('freehand', at(0.1, 0.1)), [at(0.2, 0.15), at(0.3, 0.1)]);
    assert.deepEqual(shapeOf(draft, making), {
      id: 'a',
      type: 'freehand',
      style: making.style,
      points: [at(0.1, 0.1), at(0.2, 0.15), at(0.3, 0.1)],
    });
    assert.deepEqual(shapeOf(begun('freehand', at(0.1, 0.1)), making), {
      id: 'a',
      type: 'freehand',
      style: making.style,
      points: [at(0.1, 0.1)],
    });
  });

  it('never has more freehand points than the contract allows, and keeps its first', () => {
    const many = Array.from({ length: 12_000 }, (_, index) => at(index / 12_000, 0.5));
    const draft = many.reduce<Draft>((line, point) => drawnOn(line, [point]), begun('freehand', at(0, 0.1)));
    assert.ok(draft.points.length <= 5000 && draft.points.length > 1000);
    assert.deepEqual(draft.points[0], at(0, 0.1));
  });

  it('is stored to a millionth of the picture', () => {
    const shape = shapeOf(through('line', at(1 / 3, 2 / 3), at(0.9, 0.9)), making);
    assert.ok(shape?.type === 'line');
    assert.deepEqual(shape.from, at(0.333333, 0.666667));
  });

  it('is no text without words', () => {
    assert.equal(shapeOf(begun('text', at(0.1, 0.1)), making), null);
    assert.equal(shapeOf(begun('text', at(0.1, 0.1)), { ...making, text: 'hips' })?.type, 'text');
  });
});
