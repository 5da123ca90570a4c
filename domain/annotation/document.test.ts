import assert from 'node:assert/strict';
import { describe as suite, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryDocument } from './arbitrary.test-kit.ts';
import { describe, inEnglish } from './describe.ts';
import type { AnnotationDocument, Shape, VisibilityProfile } from './document.ts';
import { parseDocument } from './parse.ts';
import { opacityAt } from './visibility.ts';

const style = { color: '#ffe100', width: 0.005 };
const line: Shape = {
  id: '0190f7c2-0000-7000-8000-000000000001',
  type: 'line',
  style,
  from: { x: 0.25, y: 0.25 },
  to: { x: 0.5, y: 0.75 },
};
const document: AnnotationDocument = {
  schemaVersion: 1,
  coordinateSpace: 'normalized_0_1',
  reference: { width: 1920, height: 1080, fps: { num: 30000, den: 1001 }, processingVersion: 1 },
  frame: 100,
  frameCount: 10,
  visibility: { profile: 'hold' },
  shapes: [line],
};

suite('visibility', () => {
  const at = (visibility: VisibilityProfile, frames: number[]): number[] =>
    frames.map((frame) => opacityAt({ ...document, visibility }, frame));

  it('holds from the first to the last of its frames, both included', () => {
    assert.deepEqual(at({ profile: 'hold' }, [99, 100, 105, 109, 110]), [0, 1, 1, 1, 0]);
  });

  it('is on exactly one frame when it is one frame long', () => {
    const single = { ...document, frameCount: 1 };
    assert.deepEqual(
      [99, 100, 101].map((frame) => opacityAt(single, frame)),
      [0, 1, 0],
    );
  });

  it('fades through the frames before and after in equal steps: three frames are quarters', () => {
    assert.deepEqual(
      at({ profile: 'fade', fadeFrames: 3 }, [96, 97, 98, 99, 100, 109, 110, 111, 112, 113]),
      [0, 0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25, 0],
    );
  });

  it('is always there when it is to be', () => assert.deepEqual(at({ profile: 'always' }, [0, 100, 1_000_000]), [1, 1, 1]));

  it('stays between 0 and 1 and is 1 on its own frame', () => {
    fc.assert(
      fc.property(arbitraryDocument, fc.nat(1_200_000), (any, frame) => {
        const opacity = opacityAt(any, frame);
        assert.ok(opacity >= 0 && opacity <= 1);
        assert.equal(opacityAt(any, any.frame), 1);
      }),
    );
  });
});

suite('a description', () => {
  const wide = { width: 1600, height: 900 };
  const words = (shape: Shape): string => inEnglish(describe(shape, wide));

  it('measures a line against the vertical, in the picture as it is seen', () => {
    // 500 px across and 800 px down: atan(5/8) = 32.005°
    assert.equal(
      words({ id: 'a', type: 'line', style, from: { x: 0.25, y: 0 }, to: { x: 0.25 + 500 / 1600, y: 800 / 900 } }),
      'line, 32° from vertical',
    );
    assert.equal(words({ id: 'a', type: 'arrow', style, from: { x: 0, y: 0.5 }, to: { x: 1, y: 0.5 } }), 'arrow, 90° from vertical');
  });

  it('says the angle', () => {
    const up = { x: 0.5, y: 0.5 - 400 / 900 };
    const aside = { x: 0.5 + 400 / 1600, y: 0.5 };
    assert.equal(words({ id: 'a', type: 'angle', style, vertex: { x: 0.5, y: 0.5 }, from: up, to: aside }), 'angle, 90°');
  });

  it('measures nothing where there is nothing to measure', () => {
    const here = { x: 0.5, y: 0.5 };
    assert.deepEqual(describe({ id: 'a', type: 'line', style, from: here, to: here }, wide), { kind: 'line' });
    assert.equal(words({ id: 'a', type: 'angle', style, vertex: here, from: here, to: here }), 'angle');
  });

  it('repeats a text as it stands and names the rest', () => {
    assert.equal(
      words({ id: 'a', type: 'text', style, at: { x: 0, y: 0 }, text: 'hips <b>first</b>', size: 0.04 }),
      'text, “hips <b>first</b>”',
    );
    assert.equal(words({ id: 'a', type: 'circle', style, center: { x: 0, y: 0 }, radius: 0.1 }), 'circle');
    assert.equal(words({ id: 'a', type: 'freehand', style, points: [{ x: 0, y: 0 }] }), 'freehand drawing');
    assert.equal(words({ id: 'a', type: 'spotlight' }), 'a drawing this version cannot show');
  });
});

suite('a document from outside', () => {
  const refused = (change: Record<string, unknown>, field: string): void =>
    assert.throws(
      () => parseDocument({ ...document, ...change }),
      (error: unknown) => (error as { code?: string; context?: { field?: string } }).context?.field === field,
      `expected ${field} to be refused`,
    );

  it('comes through JSON and back unchanged, with shapes of a later version as they were', () => {
    fc.assert(
      fc.property(arbitraryDocument, (any) => {
        // Compared with what JSON.parse made of it: V8 13.6 now and then takes a member named `"` for one named `\\`.
        const received: unknown = JSON.parse(JSON.stringify(any));
        const before = JSON.stringify(received);
        assert.equal(JSON.stringify(parseDocument(received)), before);
      }),
    );
  });

  it('is refused with the field that is wrong', () => {
    refused({ coordinateSpace: 'video_px' }, 'coordinateSpace');
    refused({ frame: 1.5 }, 'frame');
    refused({ frameCount: 0 }, 'frameCount');
    refused({ reference: { ...document.reference, fps: { num: 30, den: 0 } } }, 'reference.fps.den');
    refused({ visibility: { profile: 'fade' } }, 'visibility.fadeFrames');
    refused({ visibility: { profile: 'blink' } }, 'visibility.profile');
    refused({ shapes: [] }, 'shapes');
    refused({ shapes: 'none' }, 'shapes');
  });

  it('is refused when a shape cannot be drawn as it says', () => {
    refused({ shapes: [line, { ...line, to: { x: 3, y: 0 } }] }, 'shapes.1.to.x');
    refused({ shapes: [{ ...line, to: { x: Number.NaN, y: 0 } }] }, 'shapes.0.to.x');
    refused({ shapes: [{ ...line, style: { color: 'url(#x)', width: 0.005 } }] }, 'shapes.0.style.color');
    refused({ shapes: [{ ...line, style: { color: '#ffe100', width: 0 } }] }, 'shapes.0.style.width');
    refused({ shapes: [{ id: 'a', type: 'freehand', style, points: [] }] }, 'shapes.0.points');
    refused({ shapes: [{ id: 'a', type: 'text', style, at: { x: 0, y: 0 }, text: 'x'.repeat(501), size: 0.04 }] }, 'shapes.0.text');
    refused({ shapes: [{ type: 'spotlight' }] }, 'shapes.0.id');
    refused({ shapes: [null] }, 'shapes.0');
  });

  it('counts letters as people do: 500 of any script fit', () => {
    const text = (letters: string): unknown => ({
      ...document,
      shapes: [{ id: 'a', type: 'text', style, at: { x: 0, y: 0 }, text: letters, size: 0.04 }],
    });
    assert.doesNotThrow(() => parseDocument(text('🏌'.repeat(500))));
    assert.throws(() => parseDocument(text('🏌'.repeat(501))));
  });

  it('is refused when it is no document, or a later platform wrote it', () => {
    for (const nonsense of [null, 'document', 7, [], undefined])
      assert.throws(() => parseDocument(nonsense), { code: 'annotation.document_invalid' });
    refused({ schemaVersion: 2 }, 'schemaVersion');
  });

  it('is lifted, version by version, to the one this code reads', () => {
    const { shapes, ...rest } = document;
    const upgrades = {
      [-1]: ({ marks, ...older }: Record<string, unknown>) => ({ ...older, schemaVersion: 0, drawings: marks }),
      0: ({ drawings, ...older }: Record<string, unknown>) => ({ ...older, schemaVersion: 1, shapes: drawings }),
    };
    assert.deepEqual(parseDocument({ ...rest, schemaVersion: -1, marks: shapes }, upgrades), document);
    assert.throws(() => parseDocument({ ...rest, schemaVersion: 0, drawings: shapes }), { code: 'annotation.document_invalid' });
  });
});
