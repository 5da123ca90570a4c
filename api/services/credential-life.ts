import { DomainError } from '../../domain/errors.ts';
import type { Credential, TenantScope } from '../platform/tenant.ts';

/**
 * For work that goes on after its credential was looked at: whoever was cut off meanwhile gets no more.
 * @throws DomainError `auth.invalid`
 */
export async function mustStandStill({ trx, tenantId }: TenantScope, credential: Credential): Promise<void> {
  if (credential.kind === 'job') return;
  const standing =
    credential.kind === 'key'
      ? trx('apiKey').where({ tenantId, id: credential.keyId }).whereNull('revokedAt')
      : trx('session').where({ tenantId, id: credential.sessionId }).whereNull('endedAt');
  if ((await standing.select<readonly unknown[]>('id')).length === 0) throw new DomainError('auth.invalid');
}
