import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryDocument, arbitraryShape } from './arbitrary.test-kit.ts';
import type { AnnotationDocument, KnownShape } from './document.ts';
import { addShape, moved, moveShape, pointsOf, removeShape, replaceShape } from './edits.ts';
import { EMPTY_HISTORY, recorded, redo, renamed, undo, type Change, type History } from './history.ts';
import { merge, sameJson } from './merge.ts';

const style = { color: '#ffe100', width: 0.005 };
const line = (id: string, x = 0.25): KnownShape => ({ id, type: 'line', style, from: { x, y: 0.25 }, to: { x: 0.5, y: 0.75 } });
const of = (...shapes: AnnotationDocument['shapes']): AnnotationDocument => ({
  schemaVersion: 1,
  coordinateSpace: 'normalized_0_1',
  reference: { width: 1920, height: 1080, fps: { num: 30, den: 1 }, processingVersion: 1 },
  frame: 12,
  frameCount: 1,
  visibility: { profile: 'hold' },
  shapes,
});
const ids = (document: AnnotationDocument | null | undefined): string[] | undefined => document?.shapes.map(({ id }) => id);

describe('edits of a document', () => {
  it('put a new shape on top', () => assert.deepEqual(ids(addShape(of(line('a')), line('b'))), ['a', 'b']));

  it('exchange a shape in its place', () => {
    const document = replaceShape(of(line('a'), line('b'), line('c')), line('b', 0.9));
    assert.deepEqual(ids(document), ['a', 'b', 'c']);
    assert.deepEqual(document.shapes[1], line('b', 0.9));
  });

  it('take a shape away and nothing else', () => assert.deepEqual(ids(removeShape(of(line('a'), line('b')), 'a')), ['b']));

  it('refuse the shape that the contract would refuse', () => {
    const full = of(...Array.from({ length: 200 }, (_, index) => line(`s${String(index)}`)));
    assert.throws(() => addShape(full, line('one more')), { code: 'annotation.document_invalid' });
  });

  it('move every point by the same fraction of the picture', () => {
    const [shape] = moveShape(of(line('a')), 'a', 0.25, -0.125).shapes;
    assert.deepEqual(shape, { id: 'a', type: 'line', style, from: { x: 0.5, y: 0.125 }, to: { x: 0.75, y: 0.625 } });
  });

  it('stop a move at the bounds without bending the shape', () => {
    const shape = moved({ id: 'a', type: 'line', style, from: { x: 0, y: 0 }, to: { x: 1, y: 0.5 } }, 5, -5);
    assert.deepEqual(pointsOf(shape), [
      { x: 1, y: -1 },
      { x: 2, y: -0.5 },
    ]);
  });

  it('leave a shape of a later version, and what they do not name, as it was', () => {
    const spotlight = { id: 's', type: 'spotlight', depth: { x: 1 } };
    const document = of(spotlight, line('a'));
    assert.deepEqual(moveShape(document, 's', 0.1, 0.1), document);
    assert.deepEqual(moveShape(document, 'nobody', 0.1, 0.1), document);
    assert.equal(moveShape(document, 'a', 0.1, 0.1).shapes[0], spotlight);
  });

  it('never change the document they are given', () => {
    fc.assert(
      fc.property(arbitraryDocument, arbitraryShape, (document, shape) => {
        const before = JSON.stringify(document);
        const first = document.shapes[0]?.id ?? '';
        addShape(document, shape);
        removeShape(document, first);
        moveShape(document, first, 0.3, 0.3);
        assert.equal(JSON.stringify(document), before);
      }),
    );
  });

  it('keep any move within the contract, whatever the shape', () => {
    fc.assert(
      fc.property(
        arbitraryShape,
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        (shape, dx, dy) => {
          for (const { x, y } of pointsOf(moved(shape, dx, dy))) assert.ok(x >= -1 && x <= 2 && y >= -1 && y <= 2);
        },
      ),
    );
  });
});

describe('history', () => {
  const step = (annotationId: string, before: number | null, after: number | null): Change => ({
    annotationId,
    before: before === null ? null : of(line('a', before)),
    after: after === null ? null : of(line('a', after)),
  });

  it('takes steps back, newest first, and does them again', () => {
    const made = step('n', null, 0.1);
    const changed = step('n', 0.1, 0.2);
    const history = recorded(recorded(EMPTY_HISTORY, made), changed);
    const back = undo(history);
    assert.deepEqual(back?.change, { annotationId: 'n', before: changed.after, after: changed.before });
    const farther = undo(back.history);
    assert.deepEqual(farther?.change.after, null);
    assert.equal(undo(farther.history), null);
    assert.deepEqual(redo(farther.history)?.change, made);
  });

  it('forgets what was taken back once something new is done', () => {
    const back = undo(recorded(EMPTY_HISTORY, step('n', null, 0.1)));
    assert.ok(back);
    assert.equal(redo(recorded(back.history, step('m', null, 0.3))), null);
  });

  it('speaks of the new id after a removed annotation came back', () => {
    const history = renamed(recorded(EMPTY_HISTORY, step('old', null, 0.1)), 'old', 'new');
    assert.equal(undo(history)?.change.annotationId, 'new');
  });

  it('comes back to where it was: as many steps forward as back', () => {
    const change = fc.record({ annotationId: fc.uuid(), before: fc.constant(null), after: arbitraryDocument });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(15), (changes, steps) => {
        const start = changes.reduce(recorded, EMPTY_HISTORY);
        const times = Math.min(steps, changes.length);
        const walk = (history: History, how: typeof undo): History =>
          Array.from({ length: times }).reduce<History>((now) => how(now)?.history ?? now, history);
        assert.deepEqual(walk(walk(start, undo), redo), start);
      }),
      { numRuns: 30 },
    );
  });
});

describe('merge', () => {
  const base = of(line('a'), line('b'));

  it('takes both sides when they changed different shapes', () => {
    const mine = replaceShape(base, line('a', 0.1));
    const theirs = addShape(replaceShape(base, line('b', 0.9)), line('c'));
    assert.deepEqual(merge(base, mine, theirs), of(line('a', 0.1), line('b', 0.9), line('c')));
  });

  it('keeps a shape removed on one side removed, and a new one of each side', () => {
    const merged = merge(base, addShape(removeShape(base, 'a'), line('mine')), addShape(base, line('theirs')));
    assert.deepEqual(ids(merged), ['b', 'theirs', 'mine']);
  });

  it('is no conflict when both did the same', () => {
    const both = replaceShape(base, line('a', 0.1));
    assert.deepEqual(merge(base, both, structuredClone(both)), both);
  });

  it('leaves the choice to a person when both changed one shape, or one removed what the other changed', () => {
    assert.equal(merge(base, replaceShape(base, line('a', 0.1)), replaceShape(base, line('a', 0.2))), null);
    assert.equal(merge(base, removeShape(base, 'a'), replaceShape(base, line('a', 0.2))), null);
  });

  it('treats the frames and the profile as one thing', () => {
    const longer = { ...base, frameCount: 30 };
    assert.deepEqual(merge(base, replaceShape(base, line('a', 0.1)), longer), { ...of(line('a', 0.1), line('b')), frameCount: 30 });
    assert.equal(merge(base, { ...base, frameCount: 20 }, longer), null);
  });

  it('refuses to make a document the contract would refuse', () => {
    const many = (prefix: string): KnownShape[] => Array.from({ length: 120 }, (_, index) => line(`${prefix}${String(index)}`));
    assert.equal(merge(base, of(...base.shapes, ...many('m')), of(...base.shapes, ...many('t'))), null);
  });

  it('changes nothing when only one side changed, whatever the documents', () => {
    fc.assert(
      fc.property(arbitraryDocument, arbitraryDocument, (document, other) => {
        assert.ok(sameJson(merge(document, document, other), other));
        const mine = merge(document, other, document);
        assert.ok(mine && sameJson([...mine.shapes].sort(byId), [...other.shapes].sort(byId)));
      }),
    );
  });

  it('compares as JSON: the order of members says nothing, the order of a list does', () => {
    assert.ok(sameJson({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }));
    assert.ok(sameJson(-0, 0));
    assert.ok(!sameJson([1, 2], [2, 1]));
    assert.ok(!sameJson({ a: 1 }, { a: 1, b: undefined }));
    assert.ok(!sameJson([], {}));
    assert.ok(!sameJson(null, {}));
  });
});

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
