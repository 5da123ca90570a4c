import type { TenantScope } from '../platform/tenant.ts';

/** What of a tenant's country decides who is a minor. */
export interface TenantSettings {
  /** Years, 1 to 30. */
  readonly ageOfMajority: number;
  /** Years, 1 to 30. From then on a minor may let a coach look without a guardian; null: no minor may. */
  readonly ageOfDigitalConsent: number | null;
  /** IANA name: a birthday begins at midnight there. */
  readonly timeZone: string;
  /** Whether what reaches a minor has to reach a second adult too. */
  readonly twoAdults: boolean;
}

export async function settingsOf(scope: TenantScope): Promise<TenantSettings> {
  const columns = ['ageOfMajority', 'ageOfDigitalConsent', 'timeZone', 'twoAdults'] as const;
  const row = await scope
    .trx<TenantSettings & { id: string }>('tenant')
    .where('id', scope.tenantId)
    .first(...columns);
  if (!row) throw new Error('there is no such tenant');
  return row;
}

/** Settings that are not named stay as they are. @returns all of them */
export async function changeSettings(scope: TenantScope, changes: Partial<TenantSettings>): Promise<TenantSettings> {
  const now = { ...(await settingsOf(scope)), ...changes };
  if (Object.keys(changes).length === 0) return now;
  await scope.trx('tenant').where('id', scope.tenantId).update(changes);
  await scope.audit('TENANT_CHANGED', { resourceType: 'tenant', resourceId: scope.tenantId, metadata: { ...changes } });
  return now;
}
