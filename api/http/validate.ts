import type { RequestHandler } from 'express';
import { error as validatorErrors, middleware } from 'express-openapi-validator';
import { DomainError } from '../../domain/errors.ts';
import { branchOnConstants } from './spec-branches.ts';
import type { SpecDocument } from './spec.ts';

type ValidatorOptions = globalThis.Parameters<typeof middleware>[0];

/** Requests are held against the spec always, answers where `checkResponses` says so. */
export function validator(spec: SpecDocument, checkResponses: boolean): readonly RequestHandler[] {
  const handlers = middleware({
    // Addresses are matched from the root: where the API is published is the deployment's business.
    apiSpec: { ...branchOnConstants(spec), servers: [{ url: '/' }] } as unknown as ValidatorOptions['apiSpec'],
    validateRequests: { allowUnknownQueryParameters: false, coerceTypes: false },
    validateResponses: checkResponses,
    validateFormats: true,
    ajvFormats: { mode: 'full' },
    // Who may call is decided in authenticate.ts, and no operation takes a form.
    validateSecurity: false,
    fileUploader: false,
  });
  return [headAsGet, ...(handlers as unknown as RequestHandler[]), headAgain];
}

const heads = new WeakSet<object>();

/** HEAD is GET without the bytes (RFC 9110); the spec need not say so for every operation, but the validator looks it up there. */
const headAsGet: RequestHandler = (req, _res, next) => {
  if (req.method === 'HEAD') {
    heads.add(req);
    req.method = 'GET';
  }
  next();
};

const headAgain: RequestHandler = (req, _res, next) => {
  if (heads.has(req)) req.method = 'HEAD';
  next();
};

/** The validator's refusal as ours: null when the error is not one. The first complaint is the cause, later ones follow from it. */
export function validationProblem(error: unknown): DomainError | null {
  if (error instanceof validatorErrors.UnsupportedMediaType) return new DomainError('request.unsupported_type', { cause: error });
  if (!(error instanceof validatorErrors.BadRequest)) return null;
  const first = error.errors[0];
  const field = first ? fieldOf(first.path) : '';
  const words = first?.message ?? 'is not valid';
  return new DomainError('request.invalid', {
    field: field === '' ? undefined : field,
    detail: `${field === '' ? 'The request' : `"${field}"`} ${words}.`,
    cause: error,
  });
}

/** `/body/document/shapes/0/to/x` → `document.shapes.0.to.x` (RFC 6901 escapes undone). */
const fieldOf = (pointer: string): string =>
  pointer
    .replace(/^\/(?:body|query|params|headers)(?=\/|$)/, '')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.')
    .slice(0, 200);
