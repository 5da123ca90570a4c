import type { RequestHandler, Response } from 'express';
import type { Access } from './spec.ts';

/**
 * Who may read an answer in a browser. Credentials in the sense of CORS (cookies) are never allowed: there are none.
 * - `tenant`: pages of the origins the session names. A preflight cannot carry the token, so it is answered to any
 *   well-formed origin and grants nothing; the real answer names the origin only once the tenant has accepted it.
 * - `anybody`: the address itself is the credential, or there is nothing to protect.
 * - `nobody`: for servers. A secret key has no business in a page.
 */
export type CorsPolicy = 'tenant' | 'anybody' | 'nobody';

export const corsPolicyOf = (access: Access): CorsPolicy => (access === 'public' ? 'anybody' : access === 'session' ? 'tenant' : 'nobody');

/** `Origin` is scheme, host and port (RFC 6454). `null` is what a sandbox or a file sends: it names no site. */
export function wellFormedOrigin(origin: string | undefined): string | null {
  if (origin === undefined || !/^https?:\/\//.test(origin) || !URL.canParse(origin)) return null;
  return new URL(origin).origin === origin ? origin : null;
}

const EXPOSED = 'X-Request-Id, ETag, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed';
const EXPOSED_MEDIA = `${EXPOSED}, Content-Length, Content-Range, Accept-Ranges`;

/** Lets pages of this origin read the answer. */
export function allowOrigin(res: Response, origin: string | undefined): void {
  const accepted = wellFormedOrigin(origin);
  if (accepted === null) return;
  res.set('Access-Control-Allow-Origin', accepted);
  res.set('Access-Control-Expose-Headers', EXPOSED);
}

export const corsHeaders =
  (policy: CorsPolicy): RequestHandler =>
  (_req, res, next) => {
    if (policy === 'tenant') res.vary('Origin');
    if (policy === 'anybody') {
      res.set('Access-Control-Allow-Origin', '*');
      res.set('Access-Control-Expose-Headers', EXPOSED_MEDIA);
      res.set('Cross-Origin-Resource-Policy', 'cross-origin');
    }
    next();
  };

const METHODS: Readonly<Record<CorsPolicy, string>> = {
  tenant: 'GET, HEAD, POST, PATCH, DELETE',
  anybody: 'GET, HEAD, POST, PUT',
  nobody: '',
};
const REQUEST_HEADERS: Readonly<Record<CorsPolicy, string>> = {
  tenant: 'Authorization, Content-Type, X-Request-Id, Idempotency-Key, If-Match, If-None-Match, Api-Version',
  anybody: 'Range, If-Range, If-None-Match, Content-Type, X-Request-Id, Idempotency-Key, Api-Version',
  nobody: '',
};

/** Answers OPTIONS. `allow` lists what the address really takes. */
export const preflight =
  (policy: CorsPolicy, allow: string): RequestHandler =>
  (req, res) => {
    res.set('Allow', allow);
    if (policy === 'tenant') res.vary('Origin');
    const origin = policy === 'anybody' ? '*' : wellFormedOrigin(req.get('origin'));
    if (policy !== 'nobody' && origin !== null) {
      res.set('Access-Control-Allow-Origin', origin);
      res.set('Access-Control-Allow-Methods', METHODS[policy]);
      res.set('Access-Control-Allow-Headers', REQUEST_HEADERS[policy]);
      res.set('Access-Control-Max-Age', '600');
    }
    res.status(204).end();
  };
