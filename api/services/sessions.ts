import { uuidv7 } from 'uuidv7';
import { ROLE_SCOPES } from '../../domain/access/roles.ts';
import { DomainError } from '../../domain/errors.ts';
import type { components } from '../../domain/generated/openapi.ts';
import { MissingRow } from '../platform/missing-row.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { ApiKeySecretModel, SessionModel } from '../platform/models/session.ts';
import { VideoModel } from '../platform/models/video.ts';
import { randomSecret, SESSION_TOKEN_PREFIX, sha256 } from '../platform/secrets.ts';
import type { TenantScope } from '../platform/tenant.ts';
import type { Sessions } from './contracts.ts';
import { upsertPerson } from './people.ts';

type SessionRequest = components['schemas']['SessionRequest'];

const DEFAULT_TTL_SECONDS = 900;

export const sessions = (): Sessions => ({
  create: (tenant, request) =>
    tenant.within(async (scope) => {
      if (tenant.credential.kind !== 'key') throw new DomainError('auth.secret_key_required');
      await namedRowsMustExist(scope, request);
      const person = await upsertPerson(scope, request.actor);
      const widest = ROLE_SCOPES[request.actor.role].filter((s) => scope.actor.scopes.has(s));
      const scopes = widest.filter((s) => request.scopes?.includes(s) ?? true);
      const token = `${SESSION_TOKEN_PREFIX}${randomSecret()}`;
      const now = new Date();
      const expiresAt = new Date(now.getTime() + (request.ttlSeconds ?? DEFAULT_TTL_SECONDS) * 1000);
      const session = {
        id: uuidv7(),
        userId: person.id,
        apiKeyId: tenant.credential.keyId,
        tokenSha256: sha256(token),
        scopes,
        origins: request.origins,
        onlyPlayerIds: request.playerIds ?? null,
        onlyVideoIds: request.videoIds ?? null,
        expiresAt,
      };
      await SessionModel.query(scope.trx).insert({ ...session, tenantId: scope.tenantId });
      // The row above has waited for a rotation or revocation that was under way, and holds off the next one until it is committed.
      if (!(await ApiKeySecretModel.isGood(scope, tenant.credential.secretId))) throw new DomainError('auth.invalid');
      await scope.audit('SESSION_CREATED', {
        resourceType: 'session',
        resourceId: session.id,
        metadata: { forPerson: person.id, role: person.role },
      });
      return { token, person, scopes, expiresAt };
    }),

  current: (tenant) =>
    tenant.within(async (scope) => {
      const person = await AppUserModel.within(scope).where('id', scope.actor.id).first();
      if (!person) throw new MissingRow('person', scope.actor.id);
      const session =
        tenant.credential.kind === 'session'
          ? await SessionModel.within(scope).where('id', tenant.credential.sessionId).first()
          : undefined;
      return { person, scopes: [...scope.actor.scopes], expiresAt: session?.expiresAt ?? null };
    }),

  end: (tenant) =>
    tenant.within(async (scope) => {
      if (tenant.credential.kind !== 'session') throw new DomainError('access.denied', { detail: 'A secret key has no session to end.' });
      const { sessionId } = tenant.credential;
      await SessionModel.within(scope).where('id', sessionId).patch({ endedAt: new Date() });
      await scope.audit('SESSION_ENDED', { resourceType: 'session', resourceId: sessionId });
    }),
});

/** A session can only be narrowed to what exists here. */
async function namedRowsMustExist(scope: TenantScope, { playerIds = [], videoIds = [] }: SessionRequest): Promise<void> {
  for (const [index, id] of playerIds.entries())
    if (!(await AppUserModel.within(scope).where({ id, role: 'player' }).first()))
      throw new MissingRow('person', id, `playerIds.${String(index)}`);
  for (const [index, id] of videoIds.entries())
    if (!(await VideoModel.within(scope).where('id', id).whereNull('deletedAt').first()))
      throw new MissingRow('video', id, `videoIds.${String(index)}`);
}
