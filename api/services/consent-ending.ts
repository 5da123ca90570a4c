import type { TenantScope } from '../platform/tenant.ts';
import { stopProcessingOf } from './processing-consent.ts';

/**
 * What a consent carried, in the transaction that has ended it. Leases and links have been ended by triggers, whoever wrote the end;
 * here work under way is stopped, and the log says which links it were.
 */
export async function whatEndsWith(scope: TenantScope, playerId: string): Promise<void> {
  await stopProcessingOf(scope, playerId);
  await enterSuspendedLinks(scope, playerId);
}

/** Links that this transaction has suspended: their time is when it began. */
export async function enterSuspendedLinks(scope: TenantScope, playerId: string): Promise<void> {
  const { rows: links } = await scope.trx.raw<{ rows: { id: string }[] }>(
    'select id from access_link where tenant_id = ? and suspended_at = now() order by id',
    [scope.tenantId],
  );
  for (const { id } of links) await scope.audit('LINK_SUSPENDED', { resourceType: 'link', resourceId: id, subjectId: playerId });
}
