import { IdempotencyKeyModel } from '../platform/models/idempotency-key.ts';
import type { Tenant } from '../platform/tenant.ts';

/** Rows of one transaction: short enough that nobody notices it. */
const BATCH = 500;
/** No sweep works longer on one tenant: the next one goes on. */
const MOST_BATCHES = 20;

/**
 * Removes the tenant's expired keys, also when it asks for nothing any more. Safe in several workers at once.
 * @returns how many
 */
export async function sweepKeys(tenant: Tenant): Promise<number> {
  let removed = 0;
  for (let batches = 0; batches < MOST_BATCHES; batches += 1) {
    const count = await tenant.within((scope) => IdempotencyKeyModel.purge(scope, BATCH));
    removed += count;
    if (count < BATCH) break;
  }
  return removed;
}
