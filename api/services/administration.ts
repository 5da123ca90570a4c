import type { Knex } from 'knex';
import { uuidv7 } from 'uuidv7';
import type { ConsentPurpose } from '../../domain/access/consent.ts';
import type { QuotaLimits } from '../../domain/video/limits.ts';
import { SCOPES } from '../../domain/access/roles.ts';
import { bindTenant, type TenantPlatform } from '../platform/tenant-scope.ts';
import type { Tenant } from '../platform/tenant.ts';
import { grantOnce } from './consents.ts';
import type { KeyRecord } from './contracts.ts';
import { createKey, DEFAULT_OVERLAP_HOURS, listKeys, lockedKey, revokeKey, rotateKey, type NewKey } from './keys.ts';
import { savePerson, type PersonDescription } from './people.ts';
import { reportOf, setQuota, type QuotaReport } from './quota.ts';
import { changeSettings, type TenantSettings } from './tenant-settings.ts';
import { tieById } from './ties.ts';

export interface NewTenant {
  readonly name: string;
  readonly maxUploadBytes: number;
  readonly maxDurationMs: number;
}

/** What an operator does from the command line, under the tenant it concerns like everybody else. */
export interface Administration {
  createTenant(tenant: NewTenant): Promise<string>;
  /** The secret is told once and stored hashed. */
  createKey(tenantId: string, name: string, more?: Omit<NewKey, 'name'>): Promise<string>;
  keys(tenantId: string): Promise<readonly KeyRecord[]>;
  /** @returns the new secret, told once. */
  rotateKey(tenantId: string, keyId: string, overlapHours?: number): Promise<string>;
  revokeKey(tenantId: string, keyId: string): Promise<void>;
  upsertPerson(tenantId: string, person: PersonDescription & { readonly birthDate?: string }): Promise<string>;
  linkCoach(tenantId: string, coachId: string, playerId: string): Promise<void>;
  linkGuardian(tenantId: string, guardianId: string, playerId: string): Promise<void>;
  /** Settings that are not named stay as they are. @returns all of them */
  changeSettings(tenantId: string, changes: Partial<TenantSettings>): Promise<TenantSettings>;
  /** Limits that are not named stay as they are. What is above a new limit stays; nothing more is taken in. */
  setQuota(tenantId: string, limits: Partial<QuotaLimits>): Promise<QuotaReport>;
  /** @throws Error when there is no such tenant. */
  quota(tenantId: string): Promise<QuotaReport>;
  grantConsent(
    tenantId: string,
    consent: { readonly playerId: string; readonly givenById: string; readonly purpose: ConsentPurpose; readonly evidence: string },
  ): Promise<void>;
}

/** A tenant as the operator's command line sees it: everything may be done, and nobody of the tenant's did it. */
export const operatorTenant = (platform: TenantPlatform, tenantId: string): Tenant =>
  bindTenant(platform, {
    tenantId,
    actor: { id: tenantId, role: 'admin', scopes: new Set(SCOPES), onlyPlayerIds: null, onlyVideoIds: null },
    credential: { kind: 'job' },
    requestId: 'operator',
  });

export function administration(database: Knex): Administration {
  const operate = (tenantId: string): Tenant => operatorTenant({ database, sender: null }, tenantId);

  return {
    createTenant: async ({ name, maxUploadBytes, maxDurationMs }) => {
      const id = uuidv7();
      await operate(id).within((scope) => scope.trx('tenant').insert({ id, name, maxUploadBytes, maxDurationMs }));
      return id;
    },
    createKey: (tenantId, name, more) => operate(tenantId).within((scope) => createKey(scope, { name, ...more })),
    keys: (tenantId) => operate(tenantId).within(listKeys),
    rotateKey: (tenantId, keyId, overlapHours = DEFAULT_OVERLAP_HOURS) =>
      operate(tenantId).within(async (scope) => rotateKey(scope, await lockedKey(scope, keyId), overlapHours)),
    revokeKey: (tenantId, keyId) => operate(tenantId).within(async (scope) => revokeKey(scope, await lockedKey(scope, keyId))),
    upsertPerson: (tenantId, { externalId, ...person }) => {
      const tenant = operate(tenantId);
      return tenant.within(async (scope) => (await savePerson(tenant, scope, externalId, person)).person.id);
    },
    linkCoach: (tenantId, coachId, playerId) =>
      operate(tenantId).within((scope) => tieById(scope, 'coach', { personId: coachId, playerId })),
    linkGuardian: (tenantId, guardianId, playerId) =>
      operate(tenantId).within((scope) => tieById(scope, 'guardian', { personId: guardianId, playerId })),
    changeSettings: (tenantId, changes) => operate(tenantId).within((scope) => changeSettings(scope, changes)),
    setQuota: (tenantId, limits) => operate(tenantId).within((scope) => setQuota(scope, limits)),
    quota: (tenantId) => operate(tenantId).within((scope) => reportOf(scope)),
    grantConsent: (tenantId, { playerId, givenById, purpose, evidence }) =>
      operate(tenantId).within(async (scope) => {
        const form = { evidence: { method: 'paper' as const, reference: evidence }, textVersion: null, locale: null, expiresAt: null };
        await grantOnce(scope, { playerId, purpose, grantedById: givenById, ...form });
      }),
  };
}
