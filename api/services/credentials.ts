import { uuidv7 } from 'uuidv7';
import { ROLE_SCOPES, SCOPES, type ActorRole, type Scope } from '../../domain/access/roles.ts';
import { DomainError } from '../../domain/errors.ts';
import type { HotPath } from '../platform/hot-path.ts';
import type { KeyOwner } from '../platform/lookups.ts';
import { ApiKeySecretModel } from '../platform/models/session.ts';
import { proveKey, proveSession, withSeen, type SeenVideo } from '../platform/read-ahead.ts';
import { recently } from '../platform/recently.ts';
import { SECRET_KEY_PREFIX, SESSION_TOKEN_PREFIX } from '../platform/secrets.ts';
import { bindTenant, type TenantPlatform } from '../platform/tenant-scope.ts';
import type { Credential, Tenant } from '../platform/tenant.ts';
import type { Credentials, Presented } from './contracts.ts';

/** Of a last use, and of a secret key in a page: a row for every request would be one too many. */
const NOTED_EVERY_MS = 60_000;

export interface CredentialPlatform extends TenantPlatform {
  readonly hotPath: HotPath;
}

/** Turns what a request presents into the tenant it may act in. Nothing else makes a tenant from a request. */
export function credentials(platform: CredentialPlatform): Credentials {
  const keys = keyCredentials(platform);
  return {
    authenticate: async (presented) => {
      const { bearer } = presented;
      // Without a token, with a wrong one, with one that has ended: the same answer, because which it was is nobody's business.
      if (bearer?.startsWith(SECRET_KEY_PREFIX)) return keys(bearer, presented);
      if (bearer?.startsWith(SESSION_TOKEN_PREFIX)) return withSession(platform, bearer, presented);
      throw new DomainError('auth.invalid');
    },
  };
}

function keyCredentials(platform: CredentialPlatform): (bearer: string, presented: Presented) => Promise<Tenant> {
  const uses = recently(NOTED_EVERY_MS);
  const alarms = recently(NOTED_EVERY_MS);
  return async (bearer, { origin, requestId, ahead = null }) => {
    const { owner: key, seen } = await proveKey(platform.hotPath, bearer, ahead);
    const tenant = key && bind(platform, key, { kind: 'key', keyId: key.keyId, secretId: key.secretId }, { requestId, seen });
    if (origin !== null) {
      if (tenant && alarms.isDue(key.secretId)) await noteInBrowser(tenant, key, origin);
      throw new DomainError('auth.secret_key_in_browser', {
        detail: 'Secret keys belong on a server. Mint a session for the browser, and rotate this key.',
      });
    }
    if (!tenant) throw new DomainError('auth.invalid');
    if (uses.isDue(key.secretId)) await noteUse(tenant, key);
    return tenant;
  };
}

const noteUse = (tenant: Tenant, { secretId }: KeyOwner): Promise<number> =>
  tenant.within(async (scope) => ApiKeySecretModel.within(scope).where('id', secretId).patch({ lastUsedAt: new Date() }));

/** The key is public from now on: the operator hears of it, with the site that shows it. */
const noteInBrowser = (tenant: Tenant, { keyId }: KeyOwner, origin: string): Promise<void> =>
  tenant.within(async (scope) => {
    const site = URL.canParse(origin) ? new URL(origin).origin.slice(0, 200) : 'null';
    const [action, auditId] = ['SECRET_KEY_IN_BROWSER', uuidv7()] as const;
    await scope.audit(action, { id: auditId, resourceType: 'key', resourceId: keyId, metadata: { site } });
    await scope.emit('security.anomaly', { action, auditId });
  });

async function withSession(platform: CredentialPlatform, bearer: string, { origin, requestId, ahead = null }: Presented): Promise<Tenant> {
  const { owner: session, seen } = await proveSession(platform.hotPath, bearer, ahead);
  if (!session) throw new DomainError('auth.invalid');
  // A browser names its origin on every cross-origin request; a client that sends none is no page, and proves nothing by it.
  if (origin !== null && !session.origins.includes(origin)) throw new DomainError('auth.origin_not_allowed');
  // What the role carries now: it may have been a wider one when the session was minted.
  const { role } = session;
  const scopes = role === 'guest' ? session.scopes : session.scopes.filter((scope) => ROLE_SCOPES[role].includes(scope));
  return bind(platform, { ...session, scopes }, { kind: 'session', sessionId: session.sessionId }, { requestId, seen });
}

interface Owner {
  readonly tenantId: string;
  readonly userId: string;
  readonly role: ActorRole;
  readonly scopes: readonly Scope[];
  readonly onlyPlayerIds?: readonly string[] | null;
  readonly onlyVideoIds?: readonly string[] | null;
}

interface Asked {
  readonly requestId: string;
  readonly seen: SeenVideo | null;
}

function bind(platform: TenantPlatform, owner: Owner, credential: Credential, { requestId, seen }: Asked): Tenant {
  const { tenantId, userId, role, scopes, onlyPlayerIds = null, onlyVideoIds = null } = owner;
  const actor = {
    ...{ id: userId, role, scopes: new Set(scopes.filter((scope) => SCOPES.includes(scope))) },
    onlyPlayerIds: onlyPlayerIds && new Set(onlyPlayerIds),
    onlyVideoIds: onlyVideoIds && new Set(onlyVideoIds),
  };
  return withSeen(bindTenant(platform, { tenantId, actor, credential, requestId }), seen);
}
