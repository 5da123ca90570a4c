import { uuidv7 } from 'uuidv7';
import { DomainError } from '../../domain/errors.ts';
import type { AppUserModel } from '../platform/models/app-user.ts';
import { TakeoutModel } from '../platform/models/takeout.ts';
import { takeoutKey } from '../platform/object-keys.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import type { Takeouts } from './contracts.ts';
import { erasureOf } from './erasures.ts';
import { mustDealWith, personNamed } from './person-record.ts';

const DAY_MS = 24 * 60 * 60_000;
/** How long an archive can be fetched. */
const KEPT_MS = 7 * DAY_MS;
/** Asked for again within this time, it is the same one: a request whose answer was lost makes no second archive. */
const SAME_MS = 10 * 60_000;

export const takeouts = (store: ObjectStore): Takeouts => ({
  request: requestTakeout,

  get: (tenant, takeoutId) =>
    tenant.within(async (scope) => {
      await mustDealWith(scope, 'person.export');
      return found(scope, takeoutId);
    }),

  archive: async (tenant, takeoutId) => {
    const { objectKey, sizeBytes, sha256 } = await tenant.within(async (scope) => {
      await mustDealWith(scope, 'person.export');
      const takeout = await found(scope, takeoutId);
      if (takeout.state === 'expired' || takeout.expiresAt <= new Date()) throw new DomainError('takeout.expired');
      if (takeout.state !== 'ready') throw new DomainError('takeout.not_ready', { extra: { state: takeout.state } });
      const { personId } = takeout;
      await scope.audit('PERSON_EXPORTED', {
        ...{ resourceType: 'person', resourceId: personId, subjectId: personId, metadata: { takeoutId } },
      });
      return takeout;
    });
    return {
      open: () => tenantStore(store, tenant.id).read(objectKey),
      ...{ contentType: 'application/zip', totalBytes: sizeBytes ?? 0, range: null, etag: `"${sha256 ?? ''}"` },
    };
  },
});

/** @throws DomainError `user.not_found`, `person.being_erased` */
export const requestTakeout = (tenant: Tenant, externalId: string): Promise<TakeoutModel> =>
  tenant.within(async (scope) => {
    const person = await personNamed(scope, externalId).forUpdate();
    await mustDealWith(scope, 'person.export', person?.id);
    if (!person) throw new DomainError('user.not_found', { field: 'externalId' });
    if (await erasureOf(scope, person.id)) throw new DomainError('person.being_erased');
    return (await recent(scope, person)) ?? begin(scope, person);
  });

async function found(scope: TenantScope, takeoutId: string): Promise<TakeoutModel> {
  const takeout = await TakeoutModel.within(scope).where('id', takeoutId).first();
  if (!takeout) throw new DomainError('takeout.not_found');
  return takeout;
}

const recent = (scope: TenantScope, { id }: AppUserModel): Promise<TakeoutModel | undefined> =>
  TakeoutModel.within(scope)
    .where('personId', id)
    .whereIn('state', ['preparing', 'ready'])
    .where('requestedAt', '>', new Date(Date.now() - SAME_MS))
    .orderBy('requestedAt', 'desc')
    .first()
    .execute();

async function begin(scope: TenantScope, { id: personId }: AppUserModel): Promise<TakeoutModel> {
  const id = uuidv7();
  const objectKey = takeoutKey(scope.tenantId, id);
  const expiresAt = new Date(Date.now() + KEPT_MS);
  await TakeoutModel.query(scope.trx).insert({ tenantId: scope.tenantId, id, personId, objectKey, expiresAt });
  await scope.audit('PERSON_TAKEOUT_REQUESTED', {
    ...{ resourceType: 'person', resourceId: personId, subjectId: personId, metadata: { takeoutId: id } },
  });
  await scope.enqueue('person.takeout', { takeoutId: id });
  return TakeoutModel.within(scope).where({ id }).first().throwIfNotFound();
}
