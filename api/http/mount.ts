import type { Express, Request, RequestHandler, Response } from 'express';
import { DomainError } from '../../domain/errors.ts';
import type { Idempotency } from '../services/contracts.ts';
import { authenticate, countingRefusals, noCredentialInAddress, type Door } from './authenticate.ts';
import { guardQuery, readBody } from './body.ts';
import { corsHeaders, corsPolicyOf, preflight, type CorsPolicy } from './cors.ts';
import { KEY_HEADER, onceHandler, requireKey } from './idempotency.ts';
import { sendMedia } from './media.ts';
import { PUBLIC_OPERATIONS, type AnyAnswer, type AnyHandler, type AnyRequest, type Handlers } from './operation.ts';
import { contextOf } from './request-context.ts';
import { validated, type Validation } from './plain-request.ts';
import { sendStream } from './stream.ts';
import { routeOf, type Operation } from './spec.ts';

/** @throws Error unless the handlers and the spec's operations are the same set, and the public ones are those we mean to be public. */
export function assertComplete(operations: readonly Operation[], handlers: Readonly<Record<string, unknown>>): void {
  const difference = (a: readonly string[], b: readonly string[]): string => a.filter((id) => !b.includes(id)).join(', ');
  const ids = operations.map(({ id }) => id);
  const open = operations.filter(({ access }) => access === 'public').map(({ id }) => id);
  // Nobody owns a key where nobody is known: such a POST has to be repeatable by what it carries.
  const posts = operations.filter(({ method, access }) => method === 'post' && access !== 'public').map(({ id }) => id);
  const keyed = operations.filter(({ headers }) => headers.includes(KEY_HEADER)).map(({ id }) => id);
  const faults = [
    ['operations without a handler', difference(ids, Object.keys(handlers))],
    ['handlers without an operation', difference(Object.keys(handlers), ids)],
    ['operations the spec opens to everybody unnoticed', difference(open, PUBLIC_OPERATIONS)],
    ['operations believed public that are not', difference(PUBLIC_OPERATIONS, open)],
    ['POST operations that take no Idempotency-Key', difference(posts, keyed)],
    ['operations that take one and are not a POST, or are public', difference(keyed, posts)],
  ].flatMap(([what, which]) => (which ? [`${String(what)}: ${which}`] : []));
  if (faults.length > 0) throw new Error(`The spec and the handlers disagree: ${faults.join('; ')}`);
}

export interface MountParts extends Door {
  readonly handlers: Handlers;
  readonly idempotency: Idempotency;
  readonly validation: Validation;
}

/** Puts every operation of the spec at its address, with the same steps in the same order before each. */
export function mountOperations(
  app: Express,
  operations: readonly Operation[],
  { handlers, idempotency, validation, ...door }: MountParts,
): void {
  for (const [path, here] of Map.groupBy(operations, (operation) => operation.path)) {
    const route = app.route(routeOf(path));
    const allow = allowOf(here);
    route.all((_req, res, next) => {
      contextOf(res).route = path;
      next();
    });
    for (const operation of here) {
      const handler = handlers[operation.id as keyof Handlers] as unknown as AnyHandler;
      const cors = corsPolicyOf(operation.access);
      const prove = operation.access === 'public' ? [noCredentialInAddress] : [authenticate(door, operation)];
      const perform =
        operation.method === 'post' && operation.access !== 'public'
          ? [requireKey, ...validation.steps, runOnce(operation, handler, idempotency)]
          : validated(operation, validation, performOf(operation, handler, door));
      route[operation.method](corsHeaders(cors), ...prove, guardQuery, ...readBody(operation), ...perform);
    }
    route.options(preflight(preflightPolicyOf(here), allow));
    route.all(() => {
      throw new DomainError('route.method_not_allowed', { extra: { allow } });
    });
  }
}

/** Where a browser may use one of the methods, it may ask; the real answers decide. */
const preflightPolicyOf = (operations: readonly Operation[]): CorsPolicy =>
  operations.map(({ access }) => corsPolicyOf(access)).find((policy) => policy !== 'nobody') ?? 'nobody';

const allowOf = (operations: readonly Operation[]): string =>
  operations.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])).join(', ') + ', OPTIONS';

const requestOf = (operation: Operation, req: Request, res: Response): AnyRequest => ({
  tenant: contextOf(res).tenant,
  path: req.params,
  query: req.query,
  headers: Object.fromEntries(operation.headers.map((name) => [name, req.headers[name]])),
  body: req.body as unknown,
  requestId: contextOf(res).requestId,
});

/** Whoever is unknown and brings a body brings a credential in it. */
const performOf = (operation: Operation, handler: AnyHandler, door: Door): RequestHandler =>
  operation.access === 'public' && operation.hasBody ? countingRefusals(door, run(operation, handler)) : run(operation, handler);

const run =
  (operation: Operation, handler: AnyHandler): RequestHandler =>
  async (req, res) => {
    const answer = await handler(requestOf(operation, req, res));
    await send(req, res, answer, operation.headers.includes('range'));
  };

function runOnce(operation: Operation, handler: AnyHandler, idempotency: Idempotency): RequestHandler {
  const once = onceHandler(idempotency, operation, handler);
  return async (req, res) => {
    const { answer, isReplay } = await once(requestOf(operation, req, res), req.get(KEY_HEADER) ?? '');
    if (isReplay) res.set('Idempotent-Replayed', 'true');
    await send(req, res, answer, false);
  };
}

async function send(req: Request, res: Response, answer: AnyAnswer, acceptsRanges: boolean): Promise<void> {
  if ('media' in answer) await sendMedia(req, res, answer.media, acceptsRanges);
  else if ('stream' in answer) await sendStream(req, res, answer.stream);
  else if (answer.body === undefined) res.status(answer.status).end();
  else res.status(answer.status).json(answer.body);
}
