import type { Request, RequestHandler } from 'express';
import { DomainError } from '../../domain/errors.ts';
import type { RateLimits } from '../platform/rate-limits.ts';
import type { Credentials } from '../services/contracts.ts';
import { clientAddress } from './client-address.ts';
import { allowOrigin } from './cors.ts';
import { tellLimits } from './rate-limits.ts';
import { contextOf } from './request-context.ts';
import { aheadOf } from './read-ahead.ts';
import type { Operation } from './spec.ts';

/** RFC 6750: the scheme in any case, one space or more, one token. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;
const CREDENTIAL = /va_(?:s[kt]|ln)_/;

/** An address ends up in histories, logs and referrers: a credential that came that way, however it was spelt, is already told. */
function refuseInAddress({ url }: Request): void {
  const spelt = url.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (CREDENTIAL.test(spelt))
    throw new DomainError('auth.invalid', {
      detail: 'A credential belongs into the Authorization header, never into an address. Replace this one.',
    });
}

/** For operations that need no credential: one in the address is refused all the same, so that somebody hears of it. */
export const noCredentialInAddress: RequestHandler = (req, _res, next) => {
  refuseInAddress(req);
  next();
};

/** Null for a header that is no bearer as well: it is answered as if there were none. */
const bearerOf = (req: Request): string | null => BEARER.exec(req.get('authorization') ?? '')?.[1] ?? null;

/**
 * A page may read that it needs a new session (401) or should try again (429, 5xx): its element could not renew otherwise, and
 * neither says anything about a tenant. A refused origin (403) reads nothing.
 */
const isReadableByAnyPage = (error: unknown): boolean => !(error instanceof DomainError) || error.status !== 403;

export interface Door {
  readonly credentials: Credentials;
  readonly limits: RateLimits;
}

/** Proves who asks, before anything of the request but its address is looked at, and that it is not too often. */
export function authenticate({ credentials, limits }: Door, { id, access }: Pick<Operation, 'id' | 'access'>): RequestHandler {
  const ahead = aheadOf(id);
  return async (req, res, next) => {
    const context = contextOf(res);
    const origin = req.get('origin');
    const address = clientAddress(req.ip);
    const allow = (): void => {
      if (access === 'session') allowOrigin(res, origin);
    };
    const bearer = bearerOf(req);
    try {
      tellLimits(res, await limits.before(address, bearer));
      refuseInAddress(req);
      const { requestId } = context;
      context.tenant = await credentials.authenticate({ bearer, origin: origin ?? null, requestId, ahead: ahead(req) });
    } catch (error) {
      if (error instanceof DomainError && (error.status === 401 || error.status === 403)) tellLimits(res, await limits.refused(address));
      if (isReadableByAnyPage(error)) allow();
      throw error;
    }
    allow();
    tellLimits(res, await limits.count(bearer, context.tenant));
    if (access === 'secretKey' && context.tenant.credential.kind !== 'key') throw new DomainError('auth.secret_key_required');
    next();
  };
}

/** What is refused in a way that somebody who tries tokens or passwords would see. */
const TRIED: ReadonlySet<number> = new Set([403, 404]);

/** Nobody is known here, and what is presented comes in the body: refusals count for the address as those of any credential do. */
export const countingRefusals =
  ({ limits }: Pick<Door, 'limits'>, perform: RequestHandler): RequestHandler =>
  async (req, res, next) => {
    const address = clientAddress(req.ip);
    tellLimits(res, await limits.before(address, null));
    try {
      await perform(req, res, next);
    } catch (error) {
      if (error instanceof DomainError && TRIED.has(error.status)) tellLimits(res, await limits.refused(address));
      throw error;
    }
  };
