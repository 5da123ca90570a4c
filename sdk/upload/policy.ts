import type { ApiProblem } from '../client/problem.ts';

/** How often one request is sent before the upload stops and waits for a person: about a minute, in which a service starts anew. */
export const MAX_ATTEMPTS = 8;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;

/**
 * How long to wait before the next attempt: doubled each time, with full jitter on the upper half so that many devices that
 * lost the same network do not come back in the same instant.
 * @param attempt How many have failed, from 1. @param random In [0, 1).
 */
export const retryDelayMs = (attempt: number, random: number): number => {
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
  return ceiling * (0.5 + random / 2);
};

/** The next probe of a network that is away: a person who comes out of a tunnel does not wait long for it to be noticed. */
export const probeDelayMs = (probes: number, random: number): number => Math.min(retryDelayMs(probes, random), 5000);

/** The next look at a video that is being processed: slower while nothing changes. */
export const nextLookMs = (previousMs: number, changed: boolean): number => (changed ? 1000 : Math.min(previousMs * 1.5, 4000));

/** The same request may succeed later. */
export const isPassing = ({ code, status }: ApiProblem): boolean =>
  code === 'network.unreachable' || status === 408 || status === 429 || status >= 500 || code === 'upload.in_progress';

/** The signed address is no longer accepted; the upload itself may be well. */
export const needsNewAddress = ({ status }: ApiProblem): boolean => status === 401 || status === 403;

/** Renew addresses this long before they end, so that a part that starts now can finish. */
const ADDRESS_MARGIN_MS = 30_000;

export const addressesAreOld = (expiresAt: string, nowMs: number): boolean => Date.parse(expiresAt) - nowMs < ADDRESS_MARGIN_MS;
