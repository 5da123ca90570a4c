import { sha256 } from '../platform/secrets.ts';
import type { TenantScope } from '../platform/tenant.ts';

const nameOf = ({ tenantId, actor }: TenantScope, operation: string, key: string): string => `${tenantId}:${actor.id}:${operation}:${key}`;

/** Names the request that makes a row, so that its repetition finds the row, also when the process died before the answer was kept. */
export const markOf = (scope: TenantScope, operation: string, key: string): Buffer => sha256(nameOf(scope, operation, key));

/** As `markOf`, and lets equal requests through one after the other. */
export async function requestMark(scope: TenantScope, operation: string, key: string): Promise<Buffer> {
  await scope.trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [nameOf(scope, operation, key)]);
  return markOf(scope, operation, key);
}

/** Keys are kept as long. Afterwards the same key is another request. */
export const MARKED_SINCE = "now() - interval '24 hours'";
