import { Router, type Request, type Response } from 'express';
import { DomainError } from '../../domain/errors.ts';
import type { DiskStore } from '../platform/object-store.disk.ts';
import { corsHeaders, preflight } from './cors.ts';
import { contextOf } from './request-context.ts';

export type ReceivePart = DiskStore['receivePart'];

const ALLOW = 'PUT, OPTIONS';

/** Several parts' worth. */
const DRAIN_BYTES = 64 * 1024 * 1024;

/**
 * A browser in the middle of sending reads an early refusal only when the connection stays open, and it must read "the
 * address has expired" to ask for a new one: what is left of a part is taken in and dropped. Not without end, though.
 */
function leaveReadable(req: Request, res: Response): void {
  if (Number(req.get('content-length') ?? Infinity) <= DRAIN_BYTES) req.resume();
  else res.set('Connection', 'close');
}

/** Where a browser sends parts when no S3 does it: the signature in the address is the credential, the bytes go straight to the store. */
export function storeRouter(receivePart: ReceivePart): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const route = router.route('/store/*key');
  route.all((_req, res, next) => {
    contextOf(res).route = '/store/{key}';
    next();
  }, corsHeaders('anybody'));
  route.options(preflight('anybody', ALLOW));
  route.put(async (req, res) => {
    const { pathname, searchParams } = new URL(req.originalUrl, 'http://store.invalid');
    const key = pathname.slice('/store/'.length);
    try {
      const { etag } = await receivePart({ key, query: searchParams, headers: req.headers }, req);
      res.set('ETag', `"${etag}"`).status(200).end();
    } catch (error) {
      leaveReadable(req, res);
      throw error;
    }
  });
  route.all(() => {
    throw new DomainError('route.method_not_allowed', { extra: { allow: ALLOW } });
  });
  return router;
}
