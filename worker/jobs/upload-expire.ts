import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Tenant } from '../../api/platform/tenant.ts';
import type { PeopleSwept } from '../../api/services/erasure-sweep.ts';
import type { LostLadders } from '../../api/services/lost-ladders.ts';
import type { RenditionSweep } from '../../api/services/rendition-sweep.ts';
import type { UploadExpiry } from '../../api/services/upload-expiry.ts';

export interface UploadExpireParts {
  readonly expiry: UploadExpiry;
  /** Removes a tenant's expired idempotency keys. @returns how many */
  readonly sweepKeys: (tenant: Tenant) => Promise<number>;
  readonly renditions: RenditionSweep;
  readonly ladders: LostLadders;
  /** Sends again for erasures that are not verified, and removes take-outs whose time is over. */
  readonly sweepPeople: (tenant: Tenant) => Promise<PeopleSwept>;
  /** Makes the audit log's partitions of the months to come. @returns how many */
  readonly makePartitions: () => Promise<number>;
  readonly tenantIds: () => Promise<readonly string[]>;
  readonly tenantOf: (tenantId: string) => Tenant;
  readonly log: Logger;
  /** Between the end of one round and the start of the next. */
  readonly everyMs: number;
  readonly stopping: AbortSignal;
}

/** The store is asked for all its open uploads in the first round and then this often: it charges for each question. */
const ORPHANS_EVERY_MS = 10 * 60_000;

/**
 * Goes round the tenants, one at a time, until it is stopped. Not a job of the queue: it repairs the queue too, and it must run when
 * nobody sends anything. Like the runner it is an edge: the only place that logs what a sweep did.
 * @returns resolves when the round under way has ended after a stop.
 */
export async function uploadExpire(parts: UploadExpireParts): Promise<void> {
  const { tenantIds, log, everyMs, stopping } = parts;
  let orphansAt = 0;
  while (!stopping.aborted) {
    const withOrphans = Date.now() >= orphansAt;
    if (withOrphans) {
      orphansAt = Date.now() + ORPHANS_EVERY_MS;
      await lookAhead(parts);
    }
    try {
      for (const tenantId of await tenantIds()) {
        if (stopping.aborted) return;
        await sweepOne(parts, tenantId, withOrphans);
      }
    } catch (error) {
      log.error({ err: error }, 'upload sweep: the tenants are not known');
    }
    // Up to a quarter longer, so that several workers do not walk in step.
    await pause(everyMs * (1 + Math.random() / 4), undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** Without its partition a month goes to the default one: nothing is lost, so nothing waits for this. */
async function lookAhead({ makePartitions, log }: UploadExpireParts): Promise<void> {
  try {
    const partitions = await makePartitions();
    if (partitions > 0) log.info({ partitions }, 'audit partitions made');
  } catch (error) {
    log.error({ err: error }, 'audit partitions could not be made');
  }
}

/** What one tenant's store or rows refuse must not keep the next one waiting. */
async function sweepOne(
  { expiry, renditions, ladders, sweepKeys, sweepPeople, tenantOf, log }: UploadExpireParts,
  tenantId: string,
  withOrphans: boolean,
): Promise<void> {
  try {
    const keys = await sweepKeys(tenantOf(tenantId));
    if (keys > 0) log.info({ tenantId, keys }, 'key sweep');
  } catch (error) {
    log.error({ err: error, tenantId }, 'key sweep failed');
  }
  try {
    const people = await sweepPeople(tenantOf(tenantId));
    if (people.erasures + people.expired > 0) log.info({ tenantId, ...people }, 'people sweep');
  } catch (error) {
    log.error({ err: error, tenantId }, 'people sweep failed');
  }
  try {
    const tenant = tenantOf(tenantId);
    const { failures, ...uploads } = await expiry.sweep(tenant, withOrphans);
    const { swept: attempts, failures: others } = await renditions.sweep(tenant);
    const { failures: more, ...lost } = await ladders.sweep(tenant);
    for (const err of [...failures, ...others, ...more]) log.error({ err, tenantId }, 'upload sweep: one left as it is');
    const did = { ...uploads, attempts, ...lost };
    if (Object.values(did).some((count) => count > 0)) log.info({ tenantId, ...did }, 'upload sweep');
  } catch (error) {
    log.error({ err: error, tenantId }, 'upload sweep failed');
  }
}
