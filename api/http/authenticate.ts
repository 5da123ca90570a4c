import type { Request, RequestHandler } from 'express';
import { DomainError } from '../../domain/errors.ts';
import type { Credentials } from '../services/contracts.ts';
import { allowOrigin } from './cors.ts';
import { contextOf } from './request-context.ts';
import type { Access } from './spec.ts';

/** RFC 6750: the scheme in any case, one space or more, one token. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;
const CREDENTIAL_IN_ADDRESS = /\bva_(?:s[kt]|ln)_/;

function bearerOf(req: Request): string | null {
  // An address ends up in histories, logs and referrers: a credential that came that way is already told.
  if (CREDENTIAL_IN_ADDRESS.test(req.url)) {
    throw new DomainError('auth.invalid', {
      detail: 'A credential belongs into the Authorization header, never into an address. Replace this one.',
    });
  }
  const header = req.get('authorization');
  if (header === undefined) return null;
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new DomainError('auth.invalid', { detail: 'The Authorization header is not "Bearer <token>".' });
  return token;
}

/**
 * A page may read that it needs a new session (401) or should try again (5xx): its element could not renew otherwise, and
 * neither says anything about a tenant. A refused origin (403) reads nothing.
 */
const isReadableByAnyPage = (error: unknown): boolean => !(error instanceof DomainError) || error.status !== 403;

/** Proves who asks, before anything of the request but its address is looked at. */
export const authenticate =
  (credentials: Credentials, access: Exclude<Access, 'public'>): RequestHandler =>
  async (req, res, next) => {
    const context = contextOf(res);
    const origin = req.get('origin');
    const allow = (): void => {
      if (access === 'session') allowOrigin(res, origin);
    };
    try {
      context.tenant = await credentials.authenticate({ bearer: bearerOf(req), origin: origin ?? null, requestId: context.requestId });
    } catch (error) {
      if (isReadableByAnyPage(error)) allow();
      throw error;
    }
    allow();
    if (access === 'secretKey' && context.tenant.credential.kind !== 'key') throw new DomainError('auth.secret_key_required');
    next();
  };
