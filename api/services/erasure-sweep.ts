import { ErasureModel } from '../platform/models/erasure.ts';
import { TakeoutModel } from '../platform/models/takeout.ts';
import { takeoutPrefix } from '../platform/object-keys.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { Tenant } from '../platform/tenant.ts';

const MINUTE_MS = 60_000;
/** Until an erasure that is not verified is sent for again. */
const AGAIN_MS = 15 * MINUTE_MS;
/** A take-out that is not made by then has lost its job. */
const TAKEOUT_PATIENCE_MS = 60 * MINUTE_MS;
/** How long the partner's second request for an erasure finds the first, once it is verified. */
const FORGET_MS = 30 * 24 * 60 * MINUTE_MS;

export interface PeopleSwept {
  /** Erasures whose job was sent for again. */
  readonly erasures: number;
  /** Archives that are gone now. */
  readonly expired: number;
}

/** Sends again for what was not finished, and removes archives whose time is over. Safe in several workers at once. */
export const sweepPeople =
  ({ store, clock }: { readonly store: ObjectStore; readonly clock: () => Date }) =>
  async (tenant: Tenant): Promise<PeopleSwept> => {
    const ago = (ms: number): Date => new Date(clock().getTime() - ms);
    const erasures = await tenant.within(async (scope) => {
      await ErasureModel.within(scope)
        .where('verifiedAt', '<', ago(FORGET_MS))
        .whereNotNull('externalIdSha256')
        .patch({ externalIdSha256: null });
      const due = await ErasureModel.within(scope).whereNot('state', 'verified').where('dueAt', '<=', clock()).forUpdate().skipLocked();
      for (const { id } of due) {
        // The job that is there already is the one: a second of the same erasure is not taken into the queue.
        await scope.enqueue('person.erase', { erasureId: id });
        await ErasureModel.within(scope)
          .where({ id })
          .patch({ dueAt: new Date(clock().getTime() + AGAIN_MS) });
      }
      const lost = await TakeoutModel.within(scope).where('state', 'preparing').where('requestedAt', '<', ago(TAKEOUT_PATIENCE_MS));
      for (const { id } of lost.filter(({ expiresAt }) => expiresAt > clock())) await scope.enqueue('person.takeout', { takeoutId: id });
      return due.length;
    });
    const over = await tenant.within((scope) =>
      TakeoutModel.within(scope).whereNot('state', 'expired').where('expiresAt', '<=', clock()).execute(),
    );
    for (const { id } of over) {
      await tenantStore(store, tenant.id).purgePrefix(takeoutPrefix(tenant.id, id));
      await tenant.within(async (scope) => TakeoutModel.within(scope).where({ id }).patch({ state: 'expired' }));
    }
    return { erasures, expired: over.length };
  };
