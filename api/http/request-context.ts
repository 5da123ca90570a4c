import type { RequestHandler, Response } from 'express';
import { uuidv7 } from 'uuidv7';
import type { Tenant } from '../platform/tenant.ts';

/** What is known of a request while it is answered. */
export interface RequestContext {
  readonly requestId: string;
  /** The address's template, once it is known. The address itself is never logged: a lease id in it is a credential. */
  route: string | null;
  tenant: Tenant | null;
}

const contexts = new WeakMap<Response, RequestContext>();

export function contextOf(res: Response): RequestContext {
  const context = contexts.get(res);
  if (!context) throw new Error('openContext must come before everything that asks for the context');
  return context;
}

const ACCEPTABLE_ID = /^[A-Za-z0-9-]{8,64}$/;

/** Gives the request its id: the caller's own when it is harmless in a log line, else a new one. */
export const openContext: RequestHandler = (req, res, next) => {
  const offered = req.get('x-request-id');
  const requestId = offered !== undefined && ACCEPTABLE_ID.test(offered) ? offered : uuidv7();
  contexts.set(res, { requestId, route: null, tenant: null });
  res.set('X-Request-Id', requestId);
  next();
};
