import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { DomainError } from '../../domain/errors.ts';
import type { Answer, Idempotency, KeyedRequest } from '../services/contracts.ts';
import type { AnyAnswer, AnyHandler, AnyRequest, OperationId } from './operation.ts';
import type { Operation } from './spec.ts';

/** In lower case, as Node spells it. */
export const KEY_HEADER = 'idempotency-key';

/** Visible ASCII: what every proxy and log passes on unchanged. */
const KEY = /^[!-~]{8,255}$/;

/**
 * Their answers hold a token, signed addresses or a lease's times. Those are not kept: a repetition does the work again, which has
 * no second effect, and answers afresh.
 */
const ANSWERED_AFRESH: readonly string[] = [
  'createSession',
  'initUpload',
  'signUploadParts',
  'renewPlayback',
  'createViewLink',
  'createUploadLink',
] satisfies readonly OperationId[];

/** Told in the first answer and kept by nobody: a repetition has no second effect, and null in this member's place. */
const TOLD_ONCE: Readonly<Record<string, string>> = { rotateKey: 'secret' } satisfies Partial<Record<OperationId, string>>;

/** @throws DomainError `idempotency.key_missing`, `idempotency.key_invalid` */
export const requireKey: RequestHandler = (req, _res, next) => {
  const key = req.headers[KEY_HEADER] ?? '';
  if (key === '') throw new DomainError('idempotency.key_missing');
  if (typeof key !== 'string' || !KEY.test(key))
    throw new DomainError('idempotency.key_invalid', { detail: 'An Idempotency-Key is 8 to 255 visible ASCII characters.' });
  next();
};

/** Runs a handler that creates or triggers something, at most once per key. */
export const onceHandler =
  (idempotency: Idempotency, operation: Operation, handler: AnyHandler) =>
  async (request: AnyRequest, key: string): Promise<{ readonly answer: Answer; readonly isReplay: boolean }> => {
    if (request.tenant === null) throw new Error(`${operation.id} is public: nobody owns its keys`);
    const keyed = { key, fingerprint: fingerprintOf(operation, request), keeps: keptOf(operation) };
    return idempotency.once(request.tenant, keyed, async () => keepable(await handler(request)));
  };

function keptOf({ id }: Operation): KeyedRequest['keeps'] {
  if (ANSWERED_AFRESH.includes(id)) return null;
  const member = TOLD_ONCE[id];
  return (body) => (member === undefined ? body : { ...(body as object), [member]: null });
}

function keepable(answer: AnyAnswer): Answer {
  if ('media' in answer || 'stream' in answer) throw new Error('bytes cannot be told again');
  return answer;
}

/** What was asked for, whoever's token asked and however the JSON was written. */
const fingerprintOf = ({ method, path }: Operation, { body, ...request }: AnyRequest): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([method, path, sorted(request.path), sorted(request.query), sorted(withoutPassword(body))]))
    .digest();

/** A fingerprint is quick to work out and kept for a day: whoever got hold of it could try passwords. The service compares those. */
function withoutPassword(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('password' in body)) return body;
  const { password: _, ...rest } = body;
  return rest;
}

/** Members by name at every level. The body's depth is bounded before it comes here. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // Pairs, not an object: an object would put members that look like numbers first, whatever order they are given in.
  return { members: members.map(([name, member]) => [name, sorted(member)]) };
}
