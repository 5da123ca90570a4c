import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { DomainError } from '../../domain/errors.ts';
import type { RateLimits } from '../platform/rate-limits.ts';
import type { Services } from '../services/contracts.ts';
import { accessLog } from './access-log.ts';
import { handlersOf } from './handlers.ts';
import { assertComplete, mountOperations } from './mount.ts';
import { problemEdge } from './problems.ts';
import { openContext } from './request-context.ts';
import { operationsOf, readSpec } from './spec.ts';
import { storeRouter, type ReceivePart } from './store.ts';
import { validator } from './validate.ts';

export interface AppSettings {
  /** Where browsers reach this API, without a slash at the end. Addresses in answers are made from it, never from a Host header. */
  readonly publicUrl: string;
  /** The page that explains every problem code, each under its own anchor. */
  readonly docsUrl: string;
  /** How many proxies of ours stand in front; 0 for none. */
  readonly trustProxyHops: number;
  /** Hold answers against the spec too: in development and in tests. */
  readonly checkResponses: boolean;
}

export interface AppParts {
  readonly services: Services;
  readonly settings: AppSettings;
  readonly limits: RateLimits;
  readonly log: Logger;
  /** The disk store's receiver; absent when an S3 takes the parts itself. */
  readonly receivePart?: ReceivePart;
}

/** An API, not a site: no answer may load or frame anything, and no address leaves in a Referer. */
const securityHeaders = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
});

/** The whole HTTP layer. @throws Error when spec and handlers disagree: better not to start. */
export function createApp({ services, settings, limits, log, receivePart }: AppParts): Express {
  const spec = readSpec();
  const operations = operationsOf(spec);
  const handlers = handlersOf(services, settings.publicUrl);
  assertComplete(operations, handlers);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', settings.trustProxyHops);

  app.use(openContext, accessLog(log), securityHeaders, (_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  if (receivePart) app.use(storeRouter(receivePart));
  mountOperations(app, operations, {
    ...{ handlers, credentials: services.credentials, limits, idempotency: services.idempotency },
    validation: { steps: validator(spec, settings.checkResponses), checksAnswers: settings.checkResponses },
  });
  app.use(() => {
    throw new DomainError('route.not_found');
  });
  app.use(problemEdge({ docsUrl: settings.docsUrl, log }));
  return app;
}
