import { DomainError } from '../../domain/errors.ts';
import type { Credential, TenantScope } from '../platform/tenant.ts';

/**
 * For work that goes on after its credential was looked at: whoever was cut off meanwhile gets no more.
 * @throws DomainError `auth.invalid`
 */
export async function mustStandStill({ trx, tenantId }: TenantScope, credential: Credential): Promise<void> {
  if (credential.kind === 'job' || credential.kind === 'link') return;
  const standing = trx('apiKey').where('apiKey.tenantId', tenantId).whereNull('apiKey.revokedAt').select<readonly unknown[]>('apiKey.id');
  if (credential.kind === 'key') void standing.where('apiKey.id', credential.keyId);
  else
    void standing
      .join('session', { 'session.tenantId': 'apiKey.tenantId', 'session.apiKeyId': 'apiKey.id' })
      .where('session.id', credential.sessionId)
      .whereNull('session.endedAt');
  if ((await standing).length === 0) throw new DomainError('auth.invalid');
}
