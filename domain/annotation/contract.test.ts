import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { components } from '../generated/openapi.ts';
import { DOCUMENT_LIMITS, KNOWN_SHAPE_TYPES, type AnnotationDocument } from './document.ts';

type Contract = components['schemas']['AnnotationDocument'];
type Schemas = Record<string, { properties: Record<string, Record<string, unknown>> }>;

const { schemas } = (parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as { components: { schemas: Schemas } })
  .components;
const property = (schema: string, name: string): Record<string, unknown> => schemas[schema]?.properties[name] ?? {};

describe('the document and the contract', () => {
  it('are one type, in both directions', () => {
    // A line that does not compile is the failure. The contract's generated lists are mutable; that is the only difference.
    const wire: Contract = {
      schemaVersion: 1,
      coordinateSpace: 'normalized_0_1',
      reference: { width: 1920, height: 1080, fps: { num: 30, den: 1 }, processingVersion: 1 },
      frame: 0,
      frameCount: 1,
      visibility: { profile: 'hold' },
      shapes: [],
    };
    const document: AnnotationDocument = wire;
    const sent: Contract = document as Mutable<AnnotationDocument>;
    assert.equal(sent, wire);
  });

  it('have the same bounds', () => {
    assert.deepEqual(
      {
        shapes: property('AnnotationDocument', 'shapes')['maxItems'],
        frameCount: property('AnnotationDocument', 'frameCount')['maximum'],
        freehandPoints: property('FreehandShape', 'points')['maxItems'],
        textLength: property('TextShape', 'text')['maxLength'],
        textSize: property('TextShape', 'size')['maximum'],
        radius: property('CircleShape', 'radius')['maximum'],
        strokeWidth: property('Style', 'width')['maximum'],
        position: { min: property('Point', 'x')['minimum'], max: property('Point', 'y')['maximum'] },
      },
      DOCUMENT_LIMITS,
    );
  });

  it('know the same kinds of shapes', () => {
    const reserved = property('LaterShape', 'type')['not'] as { enum: string[] };
    assert.deepEqual(reserved.enum, [...KNOWN_SHAPE_TYPES]);
  });
});

type Mutable<T> = T extends object ? { -readonly [Key in keyof T]: Mutable<T[Key]> } : T;
