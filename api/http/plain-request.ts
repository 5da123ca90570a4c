import type { Request, RequestHandler } from 'express';
import type { Operation } from './spec.ts';

/**
 * The validator looks an address up among all the spec's, every time. A player asks for a file each second, and there is little to hold
 * against the spec: such a request passes when it is plainly good, and goes to the validator, which finds the words, when it is not.
 */
export function unlessPlain({ plainPath, access, method }: Operation, validate: readonly RequestHandler[]): readonly RequestHandler[] {
  const patterns = Object.entries(plainPath ?? {});
  if (patterns.length === 0 || access !== 'public' || method !== 'get') return validate;
  const good = new WeakSet<Request>();
  const look: RequestHandler = (req, _res, next) => {
    if (!req.url.includes('?') && patterns.every(([name, pattern]) => pattern.test(String(req.params[name])))) good.add(req);
    next();
  };
  const unlessGood =
    (handler: RequestHandler): RequestHandler =>
    (req, res, next) =>
      good.has(req) ? next() : handler(req, res, next);
  return [look, ...validate.map(unlessGood)];
}
