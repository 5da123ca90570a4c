import fc from 'fast-check';
import { DOCUMENT_LIMITS, type AnnotationDocument, type KnownShape, type Shape } from './document.ts';

/** Random documents for property tests: every kind of shape, every profile, numbers as the contract allows them. */
const { position } = DOCUMENT_LIMITS;
const coordinate = fc.double({ ...position, noNaN: true });

export const arbitraryPoint = fc.record({ x: coordinate, y: coordinate });

const base = {
  id: fc.uuid({ version: 4 }),
  style: fc.record({
    color: fc.stringMatching(/^#[0-9a-f]{6}$/),
    width: fc.double({ min: 0.0001, max: DOCUMENT_LIMITS.strokeWidth, noNaN: true }),
  }),
};

const twoPoints = { from: arbitraryPoint, to: arbitraryPoint };

export const arbitraryShape: fc.Arbitrary<KnownShape> = fc.oneof(
  fc.record({ ...base, type: fc.constant('line' as const), ...twoPoints }),
  fc.record({ ...base, type: fc.constant('arrow' as const), ...twoPoints }),
  fc.record({ ...base, type: fc.constant('angle' as const), vertex: arbitraryPoint, ...twoPoints }),
  fc.record({
    ...base,
    type: fc.constant('circle' as const),
    center: arbitraryPoint,
    radius: fc.double({ min: 0.001, max: DOCUMENT_LIMITS.radius, noNaN: true }),
  }),
  fc.record({
    ...base,
    type: fc.constant('text' as const),
    at: arbitraryPoint,
    text: fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }),
    size: fc.double({ min: 0.001, max: DOCUMENT_LIMITS.textSize, noNaN: true }),
  }),
  fc.record({ ...base, type: fc.constant('freehand' as const), points: fc.array(arbitraryPoint, { minLength: 1, maxLength: 40 }) }),
);

/** A shape of a later version, with whatever it carries. */
export const arbitraryLaterShape = fc
  .record({
    id: fc.uuid({ version: 4 }),
    type: fc.constantFrom('spotlight', 'ruler', 'grid'),
    members: fc.dictionary(fc.stringMatching(/^[a-z]{3,9}$/), fc.jsonValue()),
  })
  .map(({ members, ...named }): Shape => ({ ...members, ...named }));

const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

export const arbitraryDocument: fc.Arbitrary<AnnotationDocument> = fc.record({
  schemaVersion: fc.constant(1 as const),
  coordinateSpace: fc.constant('normalized_0_1' as const),
  reference: fc.record({
    width: whole(16, 8000),
    height: whole(16, 8000),
    fps: fc.record({ num: whole(1, 240_000), den: fc.constantFrom(1, 1001) }),
    processingVersion: whole(1, 9),
  }),
  frame: whole(0, 1_000_000),
  frameCount: whole(1, DOCUMENT_LIMITS.frameCount),
  visibility: fc.oneof(
    fc.constant({ profile: 'hold' as const }),
    fc.constant({ profile: 'always' as const }),
    fc.record({ profile: fc.constant('fade' as const), fadeFrames: whole(1, 1000) }),
  ),
  shapes: fc.uniqueArray(fc.oneof({ weight: 5, arbitrary: arbitraryShape }, { weight: 1, arbitrary: arbitraryLaterShape }), {
    minLength: 1,
    maxLength: 8,
    selector: ({ id }) => id,
  }),
});
