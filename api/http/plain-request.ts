import type { Request, RequestHandler } from 'express';
import type { OperationId } from './operation.ts';
import type { Operation, PlainParameters } from './spec.ts';

/** Asked for so often that it was measured. A test holds both verdicts on each against each other. */
const HOT: readonly string[] = ['getVideo', 'listAnnotations'] satisfies readonly OperationId[];

export interface Validation {
  readonly steps: readonly RequestHandler[];
  /** The steps look at answers too. */
  readonly checksAnswers: boolean;
}

/**
 * The validator looks an address up among all the spec's, every time: most of what it costs. Where a few short texts are all there is to
 * hold against the spec, a request passes when it is plainly good, and goes to the validator, which finds the words, when it is not.
 */
export function validated(operation: Operation, { steps, checksAnswers }: Validation, perform: RequestHandler): readonly RequestHandler[] {
  const { id, plain, method, access } = operation;
  const isHot = access === 'public' || (HOT.includes(id) && !checksAnswers);
  if (plain === null || method !== 'get' || !isHot) return [...steps, perform];
  const unlessGood: RequestHandler = (req, res, next) => (isPlainlyGood(plain, req) ? perform(req, res, next) : next());
  return [unlessGood, ...steps, perform];
}

export const isPlainlyGood = (plain: PlainParameters, { url, params, query }: Pick<Request, 'url' | 'params' | 'query'>): boolean =>
  [...plain.path].every(([name, check]) => check(String(params[name]))) &&
  (!url.includes('?') ||
    Object.entries(query).every(([name, value]) => typeof value === 'string' && value !== '' && plain.query.get(name)?.(value) === true));
