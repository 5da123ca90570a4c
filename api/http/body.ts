import { isUtf8 } from 'node:buffer';
import { raw, type Request, type RequestHandler } from 'express';
import { DomainError } from '../../domain/errors.ts';
import { assertStorable, guardBody, type BodyLimits } from './body-guard.ts';
import type { OperationId } from './operation.ts';
import type { Operation } from './spec.ts';

const ORDINARY: BodyLimits = { bytes: 256 * 1024, keys: 10_000 };
/** A freehand line of 5000 points, or the receipts of 10 000 parts. */
const LARGE: BodyLimits = { bytes: 1024 * 1024, keys: 100_000 };
const LARGE_BODIES: readonly string[] = ['createAnnotation', 'updateAnnotation', 'completeUpload'] satisfies readonly OperationId[];

/** RFC 8259: JSON between systems is UTF-8. */
const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

const isSent = (req: Request): boolean => req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;

const refuseBody: RequestHandler = (req, _res, next) => {
  if (isSent(req)) throw new DomainError('request.invalid', { detail: 'This request takes no body.' });
  // The validator keeps one compiled schema per content type it has seen: a caller must not be able to make up more of them.
  delete req.headers['content-type'];
  next();
};

const requireJson: RequestHandler = (req, _res, next) => {
  if (!isSent(req)) throw new DomainError('request.invalid', { detail: 'A JSON body is required.' });
  if (!JSON_TYPE.test(req.get('content-type') ?? '')) throw new DomainError('request.unsupported_type');
  req.headers['content-type'] = 'application/json';
  next();
};

const parseJson =
  (limits: BodyLimits): RequestHandler =>
  (req, _res, next) => {
    const bytes: unknown = req.body;
    if (!Buffer.isBuffer(bytes) || !isUtf8(bytes)) throw new DomainError('request.malformed', { detail: 'The body is not UTF-8.' });
    const body = parse(bytes.toString('utf8'));
    guardBody(body, limits.keys);
    req.body = body;
    next();
  };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DomainError('request.malformed', { detail: 'The body is not JSON.', cause });
  }
}

/** Reads and guards the body of one operation. The limit counts unpacked bytes, so a small gzip cannot become a large object. */
export function readBody(operation: Operation): readonly RequestHandler[] {
  if (!operation.hasBody) return [refuseBody];
  const limits = LARGE_BODIES.includes(operation.id) ? LARGE : ORDINARY;
  return [requireJson, raw({ type: () => true, limit: limits.bytes }), parseJson(limits)];
}

/** Brackets would be read as nested objects further on: no parameter of ours has any. */
export const guardQuery: RequestHandler = (req, _res, next) => {
  for (const [name, value] of Object.entries(req.query)) {
    if (/[[\]]/.test(name)) throw new DomainError('request.invalid', { field: name.slice(0, 100), detail: 'There is no such parameter.' });
    for (const text of [value].flat()) if (typeof text === 'string') assertStorable(text);
  }
  next();
};
