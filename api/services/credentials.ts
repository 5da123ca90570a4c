import { SCOPES, type ActorRole, type Scope } from '../../domain/access/roles.ts';
import { DomainError } from '../../domain/errors.ts';
import { findApiKey, findSession } from '../platform/lookups.ts';
import { SECRET_KEY_PREFIX, SESSION_TOKEN_PREFIX } from '../platform/secrets.ts';
import { bindTenant, type TenantPlatform } from '../platform/tenant-scope.ts';
import type { Credential, Tenant } from '../platform/tenant.ts';
import type { Credentials, Presented } from './contracts.ts';

/** Turns what a request presents into the tenant it may act in. Nothing else makes a tenant from a request. */
export const credentials = (platform: TenantPlatform): Credentials => ({
  authenticate: async (presented) => {
    const { bearer } = presented;
    if (bearer === null) throw new DomainError('auth.missing');
    if (bearer.startsWith(SECRET_KEY_PREFIX)) return withKey(platform, bearer, presented);
    if (bearer.startsWith(SESSION_TOKEN_PREFIX)) return withSession(platform, bearer, presented);
    throw new DomainError('auth.invalid');
  },
});

async function withKey(platform: TenantPlatform, bearer: string, { origin, requestId }: Presented): Promise<Tenant> {
  if (origin !== null)
    throw new DomainError('auth.secret_key_in_browser', {
      detail: 'Secret keys belong on a server. Mint a session for the browser, and rotate this key.',
    });
  const key = await findApiKey(platform.database, bearer);
  if (!key) throw new DomainError('auth.invalid');
  return bind(platform, key, { kind: 'key', keyId: key.keyId }, requestId, null, null);
}

async function withSession(platform: TenantPlatform, bearer: string, { origin, requestId }: Presented): Promise<Tenant> {
  const session = await findSession(platform.database, bearer);
  if (!session) throw new DomainError('auth.invalid');
  // A browser names its origin on every cross-origin request; a client that sends none is no page, and proves nothing by it.
  if (origin !== null && !session.origins.includes(origin)) throw new DomainError('auth.origin_not_allowed');
  return bind(platform, session, { kind: 'session', sessionId: session.sessionId }, requestId, session.onlyPlayerIds, session.onlyVideoIds);
}

function bind(
  platform: TenantPlatform,
  row: { readonly tenantId: string; readonly userId: string; readonly role: ActorRole; readonly scopes: readonly Scope[] },
  credential: Credential,
  requestId: string,
  playerIds: readonly string[] | null,
  videoIds: readonly string[] | null,
): Tenant {
  const actor = {
    id: row.userId,
    role: row.role,
    scopes: new Set(row.scopes.filter((scope) => SCOPES.includes(scope))),
    onlyPlayerIds: playerIds && new Set(playerIds),
    onlyVideoIds: videoIds && new Set(videoIds),
  };
  return bindTenant(platform, { tenantId: row.tenantId, actor, credential, requestId });
}
