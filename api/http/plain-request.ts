import type { Request, RequestHandler } from 'express';
import type { Operation } from './spec.ts';

/**
 * The validator looks an address up among all the spec's, every time: most of what it costs. Where a few short texts are all there is to
 * hold against the spec, a request passes when it is plainly good, and goes to the validator, which finds the words, when it is not.
 */
export function validated(
  { plain, method }: Operation,
  validate: readonly RequestHandler[],
  perform: RequestHandler,
): readonly RequestHandler[] {
  if (plain === null || method !== 'get') return [...validate, perform];
  const paths = [...plain.path];
  const isGood = ({ url, params, query }: Request): boolean =>
    paths.every(([name, check]) => check(String(params[name]))) &&
    (!url.includes('?') ||
      Object.entries(query).every(([name, value]) => typeof value === 'string' && plain.query.get(name)?.(value) === true));
  const unlessGood: RequestHandler = (req, res, next) => (isGood(req) ? perform(req, res, next) : next());
  return [unlessGood, ...validate, perform];
}
