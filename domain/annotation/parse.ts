import { DomainError } from '../errors.ts';
import { DOCUMENT_LIMITS, KNOWN_SHAPE_TYPES, type AnnotationDocument, type KnownShapeType } from './document.ts';

type Json = Readonly<Record<string, unknown>>;
type Check = (value: unknown, field: string) => void;
/** Makes a document of the next version from one of the version it stands under. */
type Upgrades = Readonly<Record<number, (older: Json) => Json>>;

const CURRENT_VERSION = 1;
const UPGRADES: Upgrades = {};

/**
 * A document from outside, where the contract has not been checked. What it does not know it leaves as it is: a shape of a later
 * version comes out as it went in. Nothing is copied unless an old version has to be lifted.
 * @throws DomainError `annotation.document_invalid` with the field; also for a document that a later version of the platform wrote.
 */
export function parseDocument(value: unknown, upgrades: Upgrades = UPGRADES): AnnotationDocument {
  const document = upgraded(object(value, ''), upgrades);
  checkDocument(document, '');
  return document as unknown as AnnotationDocument;
}

function upgraded(document: Json, upgrades: Upgrades): Json {
  const version = document['schemaVersion'];
  if (typeof version !== 'number' || version >= CURRENT_VERSION) return document;
  const upgrade = upgrades[version];
  return upgrade ? upgraded(upgrade(document), upgrades) : document;
}

const invalid = (field: string, detail: string): DomainError => new DomainError('annotation.document_invalid', { field, detail });

function object(value: unknown, field: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(field, 'must be an object');
  return value as Json;
}

const members =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, field) => {
    const record = object(value, field);
    for (const [name, check] of Object.entries(checks)) check(record[name], field === '' ? name : `${field}.${name}`);
  };

const exactly =
  (...allowed: readonly unknown[]): Check =>
  (value, field) => {
    if (!allowed.includes(value)) throw invalid(field, `must be ${allowed.map(String).join(' or ')}`);
  };

const numberFrom =
  (min: number, max: number): Check =>
  (value, field) => {
    if (typeof value !== 'number' || !(value >= min && value <= max))
      throw invalid(field, `must be a number from ${String(min)} to ${String(max)}`);
  };

const positiveUpTo =
  (max: number): Check =>
  (value, field) => {
    if (typeof value !== 'number' || !(value > 0 && value <= max)) throw invalid(field, `must be a positive number up to ${String(max)}`);
  };

const integerFrom =
  (min: number, max = Number.MAX_SAFE_INTEGER): Check =>
  (value, field) => {
    if (!Number.isSafeInteger(value) || Number(value) < min || Number(value) > max)
      throw invalid(field, `must be a whole number from ${String(min)}`);
  };

const text =
  (pattern: RegExp): Check =>
  (value, field) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw invalid(field, 'is not acceptable text');
  };

const list =
  (check: Check, max: number): Check =>
  (value, field) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > max) throw invalid(field, `must be a list of 1 to ${String(max)}`);
    value.forEach((item, index) => {
      check(item, `${field}.${String(index)}`);
    });
  };

const { position, shapes, freehandPoints, textLength, frameCount, strokeWidth, radius, textSize } = DOCUMENT_LIMITS;

const point = members({ x: numberFrom(position.min, position.max), y: numberFrom(position.min, position.max) });
const style = members({ color: text(/^#[0-9a-f]{6}$/), width: positiveUpTo(strokeWidth) });

const SHAPES: Readonly<Record<KnownShapeType, Check>> = {
  line: members({ style, from: point, to: point }),
  arrow: members({ style, from: point, to: point }),
  circle: members({ style, center: point, radius: positiveUpTo(radius) }),
  angle: members({ style, vertex: point, from: point, to: point }),
  text: members({ style, at: point, text: text(new RegExp(`^[^]{1,${String(textLength)}}$`, 'u')), size: positiveUpTo(textSize) }),
  freehand: members({ style, points: list(point, freehandPoints) }),
};

const checkShape: Check = (value, field) => {
  members({ id: text(/^[^]{1,100}$/), type: text(/^[a-z][a-z0-9-]{0,39}$/) })(value, field);
  const type = KNOWN_SHAPE_TYPES.find((known) => known === object(value, field)['type']);
  if (type) SHAPES[type](value, field);
};

const visibility: Check = (value, field) => {
  members({ profile: exactly('hold', 'fade', 'always') })(value, field);
  if (object(value, field)['profile'] === 'fade') members({ fadeFrames: integerFrom(1, 1000) })(value, field);
};

const checkDocument = members({
  schemaVersion: exactly(CURRENT_VERSION),
  coordinateSpace: exactly('normalized_0_1'),
  reference: members({
    width: integerFrom(1),
    height: integerFrom(1),
    fps: members({ num: integerFrom(1), den: integerFrom(1) }),
    processingVersion: integerFrom(1),
  }),
  frame: integerFrom(0),
  frameCount: integerFrom(1, frameCount),
  visibility,
  shapes: list(checkShape, shapes),
});
