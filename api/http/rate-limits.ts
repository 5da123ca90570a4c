import type { Response } from 'express';
import { DomainError } from '../../domain/errors.ts';
import type { Verdict } from '../platform/rate-limits.ts';

/**
 * Tells the caller how things stand, in the fields of draft-ietf-httpapi-ratelimit-headers-10: lists of structured items.
 * @throws DomainError `rate.limited`
 */
export function tellLimits(res: Response, { standings, exceeded }: Verdict): void {
  if (standings.length > 0) {
    const list = (item: (standing: Verdict['standings'][number]) => string): string => standings.map(item).join(', ');
    res.set(
      'RateLimit-Policy',
      list(({ limit, quota, windowSeconds }) => `"${limit}";q=${String(quota)};w=${String(windowSeconds)}`),
    );
    res.set(
      'RateLimit',
      list(({ limit, remaining, resetSeconds }) => `"${limit}";r=${String(remaining)};t=${String(resetSeconds)}`),
    );
  }
  if (exceeded)
    throw new DomainError('rate.limited', {
      detail: `At most ${String(exceeded.quota)} in ${String(exceeded.windowSeconds)} seconds.`,
      extra: { limit: exceeded.limit, retryAfterSeconds: exceeded.resetSeconds },
    });
}
