import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { contextOf } from './request-context.ts';

/** One line per request: no address, no header, no body, nobody's name. */
export const accessLog =
  (log: Logger): RequestHandler =>
  (req, res, next) => {
    const startedAt = performance.now();
    const { method } = req;
    res.once('close', () => {
      const { requestId, route, tenant } = contextOf(res);
      const aborted = res.writableFinished ? {} : { aborted: true };
      const ms = Math.round(performance.now() - startedAt);
      log.info({ method, route, status: res.statusCode, ms, requestId, tenantId: tenant?.id ?? null, ...aborted }, 'request');
    });
    next();
  };
