import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import { DomainError } from '../../domain/errors.ts';
import { contextOf } from './request-context.ts';
import { validationProblem } from './validate.ts';

export interface ProblemSettings {
  /** The page that explains every code, each under its own anchor. */
  readonly docsUrl: string;
  readonly log: Logger;
}

/** SQLSTATEs that a value of the request causes: encoding, syntax, range, date, limit, complexity. */
const SQLSTATE_OF_THE_REQUEST: ReadonlySet<string> = new Set(['22021', '22P05', '22P02', '22003', '22008', '2201W', '54001']);
/** Serialization, deadlock, lock, time limit; connection (08), resources (53), shutdown and crash (57P0x). */
const SQLSTATE_OF_THE_MOMENT = /^(?:40001|40P01|55P03|57014|57P0.|08...|53...)$/;
/** The database or the store cannot be reached, or went away in the middle. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** The driver gives these no code. */
const CONNECTION_LOST = /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;
const DEFAULT_RETRY_SECONDS = 2;

const memberOf = (error: unknown, member: string): unknown =>
  typeof error === 'object' && error !== null ? (Reflect.get(error, member) as unknown) : undefined;

const textOf = (error: unknown, member: string): string => {
  const value = memberOf(error, member);
  return typeof value === 'string' ? value : '';
};

/** Errors that body parsing and routing raise carry a 4xx status and a `type`. */
function requestFault(error: unknown): DomainError | null {
  const type = textOf(error, 'type');
  if (type === 'entity.too.large') return new DomainError('request.too_large', { extra: { maxBytes: memberOf(error, 'limit') } });
  if (type === 'encoding.unsupported')
    return new DomainError('request.unsupported_type', { detail: 'This content encoding is not supported.' });
  if (memberOf(error, 'status') !== 400) return null;
  return error instanceof URIError
    ? new DomainError('request.invalid', { detail: 'The address is not valid percent-encoding.' })
    : new DomainError('request.malformed', { cause: error });
}

function dependencyFault(error: unknown): DomainError | null {
  const code = textOf(error, 'code');
  const isStatement = textOf(error, 'severity') !== '';
  if (isStatement && SQLSTATE_OF_THE_REQUEST.has(code)) return new DomainError('request.invalid', { cause: error });
  const isConnection =
    CONNECTION_CODES.has(code) || CONNECTION_LOST.test(textOf(error, 'message')) || textOf(error, 'name') === 'KnexTimeoutError';
  if ((isStatement && SQLSTATE_OF_THE_MOMENT.test(code)) || isConnection) return new DomainError('service.unavailable', { cause: error });
  return null;
}

/** Names any failure. What has no name is ours, and its details stay with us. */
function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  return validationProblem(error) ?? requestFault(error) ?? dependencyFault(error) ?? new DomainError('service.failed', { cause: error });
}

/** An error for our log: message and stack along the chain of causes, none of the members a driver hangs on it (rows, addresses). */
function forLog(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error;
  const cause = error.cause !== undefined && depth < 4 ? { cause: forLog(error.cause, depth + 1) } : {};
  return { name: error.name, code: textOf(error, 'code') || undefined, stack: error.stack, ...cause };
}

function setHeaders(req: Request, res: Response, { status, context }: DomainError): void {
  // RFC 6750, section 3.1: whoever sent nothing is told the scheme alone.
  if (status === 401)
    res.set('WWW-Authenticate', `Bearer realm="api"${req.headers.authorization === undefined ? '' : ', error="invalid_token"'}`);
  const retryAfter = context.extra?.['retryAfterSeconds'] ?? (status === 503 ? DEFAULT_RETRY_SECONDS : undefined);
  if (typeof retryAfter === 'number') res.set('Retry-After', String(Math.ceil(retryAfter)));
  const totalBytes = context.extra?.['totalBytes'];
  if (status === 416 && typeof totalBytes === 'number') res.set('Content-Range', `bytes */${String(totalBytes)}`);
  const allow = context.extra?.['allow'];
  if (status === 405 && typeof allow === 'string') res.set('Allow', allow);
}

/** RFC 9457. Members of our own come first, so that none of them can stand in for a standard one. */
const problemOf = (
  { code, status, title, context }: DomainError,
  requestId: string,
  docsUrl: string,
): Readonly<Record<string, unknown>> => ({
  ...context.extra,
  type: `${docsUrl}#${code}`,
  title,
  status,
  code,
  detail: code === 'service.failed' ? undefined : context.detail,
  field: context.field,
  requestId,
  docs: `${docsUrl}#${code}`,
});

/** The caller went away in the middle of sending: nobody's fault, and nobody is left to answer. */
const hasLeft = (req: Request): boolean => req.destroyed && !req.complete;

/** The one place where a failure becomes an answer. */
export const problemEdge =
  ({ docsUrl, log }: ProblemSettings): ErrorRequestHandler =>
  (error: unknown, req, res, _next) => {
    const problem = toDomainError(error);
    const { requestId, route } = contextOf(res);
    if (problem.status >= 500 && !hasLeft(req)) log.error({ requestId, route, code: problem.code, error: forLog(error) }, 'request failed');
    if (res.headersSent || res.destroyed) {
      // Half an answer must not look like a whole one.
      res.destroy();
      return;
    }
    setHeaders(req, res, problem);
    res.removeHeader('ETag');
    res.set('Cache-Control', 'no-store');
    res
      .status(problem.status)
      .type('application/problem+json')
      .json(problemOf(problem, requestId, docsUrl));
  };
