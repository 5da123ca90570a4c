import { uuidv7 } from 'uuidv7';
import { UNRELATED } from '../../domain/access/policy.ts';
import { KEY_SCOPES, type Scope } from '../../domain/access/roles.ts';
import { DomainError } from '../../domain/errors.ts';
import { MissingRow } from '../platform/missing-row.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { LeaseModel } from '../platform/models/lease.ts';
import { ApiKeyModel, ApiKeySecretModel, SessionModel } from '../platform/models/session.ts';
import { newSecret, secretBeginning, sha256, type KeyMode } from '../platform/secrets.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { KeyRecord, Keys } from './contracts.ts';
import { upsertPerson } from './people.ts';

export const DEFAULT_OVERLAP_HOURS = 24;
export const MAX_OVERLAP_HOURS = 30 * 24;

/** What a key is made with; a live one that may do everything but hand out keys, unless told otherwise. */
export interface NewKey {
  readonly name: string;
  readonly scopes?: readonly Scope[];
  readonly mode?: KeyMode;
  readonly expiresAt?: Date | null;
}

/** Over HTTP: the keys of the tenant, for a key that has the scope. */
export const keys = (): Keys => ({
  list: (tenant) =>
    tenant.within(async (scope) => {
      mustManageKeys(scope);
      return listKeys(scope);
    }),

  rotate: (tenant, keyId, { overlapHours = DEFAULT_OVERLAP_HOURS }) =>
    tenant.within(async (scope) => {
      mustManageKeys(scope);
      const key = await lockedKey(scope, keyId);
      await mustNotGainBy(tenant, scope, key);
      const secret = await rotateKey(scope, key, overlapHours);
      return { key: await oneKey(scope, keyId), secret };
    }),

  revoke: (tenant, keyId) =>
    tenant.within(async (scope) => {
      mustManageKeys(scope);
      await revokeKey(scope, await lockedKey(scope, keyId));
    }),
});

const mustManageKeys = (scope: TenantScope): void =>
  mustBeAllowed(scope, 'key.manage', { playerId: null, relationship: UNRELATED, consent: new Set() });

/**
 * Whoever rotates a key holds its secret afterwards: a key hands out no more than it has itself, and one for trying things out nothing
 * that is live.
 */
async function mustNotGainBy({ credential }: Tenant, scope: TenantScope, key: ApiKeyModel): Promise<void> {
  const wider = key.scopes.filter((one) => !scope.actor.scopes.has(one));
  if (wider.length > 0)
    throw new DomainError('access.scope_missing', { detail: `The key may do what yours may not: ${wider.join(', ')}.` });
  const own = credential.kind === 'key' ? await ApiKeyModel.within(scope).where('id', credential.keyId).first().throwIfNotFound() : key;
  if (own.mode === 'test' && key.mode === 'live')
    throw new DomainError('access.denied', { detail: 'A test key does not rotate a live one.' });
}

/** Held until the end, against sessions too: none is minted while the key changes, and those that were are seen. @throws MissingRow */
export async function lockedKey(scope: TenantScope, keyId: string): Promise<ApiKeyModel> {
  const key = await ApiKeyModel.within(scope).where('id', keyId).forUpdate().first();
  if (!key) throw new MissingRow('key', keyId, 'keyId');
  return key;
}

/** A key acts as a person of its own, so that everything done with it has an author. @returns the secret, told this once */
export async function createKey(
  scope: TenantScope,
  { name, scopes = KEY_SCOPES, mode = 'live', expiresAt = null }: NewKey,
): Promise<string> {
  const [id, { tenantId }] = [uuidv7(), scope];
  const person = await upsertPerson(scope, { externalId: `key:${id}`, role: 'admin', displayName: name });
  await ApiKeyModel.query(scope.trx).insert({ tenantId, id, userId: person.id, scopes: [...scopes], mode, expiresAt });
  const secret = await addSecret(scope, { id, mode });
  await scope.audit('KEY_CREATED', { resourceType: 'key', resourceId: id, metadata: { mode, scopes: scopes.join(',') } });
  await scope.emit('key.created', { keyId: id });
  return secret;
}

async function addSecret({ trx, tenantId }: TenantScope, { id: apiKeyId, mode }: Pick<ApiKeyModel, 'id' | 'mode'>): Promise<string> {
  const id = uuidv7();
  const secret = newSecret(mode, id);
  await ApiKeySecretModel.query(trx).insert({ tenantId, id, apiKeyId, secretSha256: sha256(secret) });
  return secret;
}

/**
 * A new secret; those before it end after the overlap, or when they would have anyway. No overlap means that somebody else has the old
 * one: what was opened with it ends as well.
 * @throws DomainError `key.ended` @returns the new secret, told this once
 */
export async function rotateKey(scope: TenantScope, key: ApiKeyModel, overlapHours: number): Promise<string> {
  const now = new Date();
  if (key.revokedAt || (key.expiresAt && key.expiresAt <= now)) throw new DomainError('key.ended');
  const until = new Date(now.getTime() + overlapHours * 3_600_000);
  await ApiKeySecretModel.within(scope)
    .where('apiKeyId', key.id)
    .where((end) => void end.whereNull('expiresAt').orWhere('expiresAt', '>', until))
    .patch({ expiresAt: until });
  if (overlapHours === 0) await endWhatWasOpened(scope, key, now);
  const secret = await addSecret(scope, key);
  await scope.audit('KEY_ROTATED', { resourceType: 'key', resourceId: key.id, metadata: { overlapHours } });
  await scope.emit('key.rotated', { keyId: key.id });
  return secret;
}

async function endWhatWasOpened(scope: TenantScope, { id }: ApiKeyModel, now: Date): Promise<void> {
  // A trigger ends what is being watched under each session.
  await SessionModel.within(scope).where('apiKeyId', id).whereNull('endedAt').where('expiresAt', '>', now).patch({ endedAt: now });
  await LeaseModel.within(scope).where('apiKeyId', id).whereNull('revokedAt').patch({ revokedAt: now });
}

/** May be repeated. Its sessions are refused from here on, and a trigger ends what is being watched under it. */
export async function revokeKey(scope: TenantScope, key: ApiKeyModel): Promise<void> {
  if (key.revokedAt) return;
  await ApiKeyModel.within(scope).where('id', key.id).patch({ revokedAt: new Date() });
  await scope.audit('KEY_REVOKED', { resourceType: 'key', resourceId: key.id });
  await scope.emit('key.revoked', { keyId: key.id });
}

/** Newest first, those that have ended too. */
export async function listKeys(scope: TenantScope): Promise<readonly KeyRecord[]> {
  const found = await ApiKeyModel.within(scope).orderBy('id', 'desc');
  const [secrets, people] = [
    Map.groupBy(await ApiKeySecretModel.within(scope).orderBy('id', 'desc'), ({ apiKeyId }) => apiKeyId),
    new Map((await AppUserModel.within(scope).whereIn('id', ownersOf(found))).map(({ id, displayName }) => [id, displayName])),
  ];
  return found.map((key) => ({
    key,
    name: people.get(key.userId) ?? '',
    secrets: (secrets.get(key.id) ?? []).map((secret) => ({ secret, beginning: secretBeginning(key.mode, secret.id) })),
  }));
}

const ownersOf = (found: readonly ApiKeyModel[]): string[] => found.map(({ userId }) => userId);

async function oneKey(scope: TenantScope, keyId: string): Promise<KeyRecord> {
  const record = (await listKeys(scope)).find(({ key }) => key.id === keyId);
  if (!record) throw new Error('a key that was just written is gone');
  return record;
}
