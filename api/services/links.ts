import { uuidv7 } from 'uuidv7';
import type { Facts } from '../../domain/access/policy.ts';
import { DomainError } from '../../domain/errors.ts';
import { factsAbout } from '../platform/access-facts.ts';
import { MissingRow } from '../platform/missing-row.ts';
import { AccessLinkModel } from '../platform/models/access-link.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { VideoModel } from '../platform/models/video.ts';
import { hashPassword, isPassword } from '../platform/passwords.ts';
import { LINK_TOKEN_PREFIX, randomSecret, sha256 } from '../platform/secrets.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { LinkEntry, Links } from './contracts.ts';
import { linkEntries, linkEntry } from './link-entries.ts';
import { MARKED_SINCE, markOf, requestMark } from './request-mark.ts';

const MOST = 200;
const DEFAULT_DAYS = 7;
const MOST_DAYS = 90;
/** What a guest is called whose link has no label. */
const NAMELESS_GUEST = 'Guest';
const UPLOAD_LINK = 'upload link';

/** Links to look at a video, and links to send clips by. A link that ends takes its sessions with it, by the database's own trigger. */
export const links = (): Links => ({
  createView: async (tenant, videoId, request, key) => {
    const operation = `link ${videoId}`;
    const passwordHash = await hashOf(request.password, await tenant.within((scope) => madeBy(scope, operation, key)));
    return tenant.within(async (scope) => {
      const mark = await requestMark(scope, operation, key);
      const video = await VideoModel.lock(scope, videoId);
      const facts = await factsAbout(scope, { playerId: video.playerId, video });
      mustBeAllowed(scope, 'share.create', { ...facts, audience: 'link' });
      const again = await tokenAgain(scope, await madeBy(scope, operation, key));
      if (again) return again;
      await makePublic(scope, video, facts);
      const { label, canComment = false, maxViews: maxUses = null } = request;
      const link = { kind: 'view' as const, videoId, playerId: null, canComment, maxUses, passwordHash };
      return make(scope, { ...link, label: label ?? null, expiresAt: await endOf(scope, request.expiresAt), mark }, video.playerId);
    });
  },

  revokeView: (tenant, videoId, linkId) =>
    tenant.within(async (scope) => {
      const video = await VideoModel.lock(scope, videoId);
      const link = await AccessLinkModel.within(scope).where({ id: linkId, videoId, kind: 'view' }).first();
      if (!link) throw new MissingRow('link', linkId);
      mustBeAllowed(scope, 'share.revoke', await factsAbout(scope, { playerId: video.playerId, video, authored: link }));
      if (!(await callBack(scope, link, video.playerId))) return;
      if (video.visibility !== 'link' || (await inForce(scope, videoId)) > 0) return;
      await setVisibility(scope, video, 'coach_only');
    }),

  listUploads: (tenant) =>
    tenant.within(async (scope) => {
      const { actor } = scope;
      if (!actor.scopes.has('shares:read')) throw new DomainError('access.scope_missing');
      const query = AccessLinkModel.within(scope).where('kind', 'upload').orderBy('createdAt', 'desc').limit(MOST);
      if (actor.role !== 'admin') void query.where('createdById', actor.id);
      if (actor.onlyPlayerIds) void query.whereIn('playerId', [...actor.onlyPlayerIds]);
      // A link to send to is about no video.
      return actor.onlyVideoIds ? [] : linkEntries(scope, await query);
    }),

  createUpload: async (tenant, request, key) => {
    const passwordHash = await hashOf(request.password, await tenant.within((scope) => madeBy(scope, UPLOAD_LINK, key)));
    return tenant.within(async (scope) => {
      const { playerId, label, maxUploads: maxUses = null } = request;
      const mark = await requestMark(scope, UPLOAD_LINK, key);
      const player = await AppUserModel.within(scope).where({ id: playerId, role: 'player' }).first();
      if (!player) throw new MissingRow('person', playerId, 'playerId');
      mustBeAllowed(scope, 'upload_link.create', await factsAbout(scope, { playerId }));
      if (player.deactivatedAt) throw new DomainError('person.deactivated', { field: 'playerId' });
      const again = await tokenAgain(scope, await madeBy(scope, UPLOAD_LINK, key));
      if (again) return again;
      const link = { kind: 'upload' as const, videoId: null, playerId, canComment: false, maxUses, passwordHash };
      return make(scope, { ...link, label: label ?? null, expiresAt: await endOf(scope, request.expiresAt), mark }, playerId);
    });
  },

  revokeUpload: (tenant, linkId) =>
    tenant.within(async (scope) => {
      const link = await AccessLinkModel.within(scope).where({ id: linkId, kind: 'upload' }).first();
      if (!link) throw new MissingRow('link', linkId);
      mustBeAllowed(scope, 'upload_link.revoke', await factsAbout(scope, { playerId: link.playerId, authored: link }));
      await callBack(scope, link, link.playerId);
    }),
});

/** Of a repetition the password is held against what the first request left: nothing quicker is kept of it. Slow, and so in no transaction. */
async function hashOf(password: string | undefined, made: AccessLinkModel | undefined): Promise<string | null> {
  if (!made) return password === undefined ? null : hashPassword(password);
  const isSame = password === undefined ? made.passwordHash === null : await isPassword(password, made.passwordHash);
  if (!isSame) throw new DomainError('idempotency.key_reused');
  return made.passwordHash;
}

/** By the database's clock, which decides later whether the link is in force. */
async function endOf(scope: TenantScope, expiresAt: string | undefined): Promise<Date> {
  const { rows } = await scope.trx.raw<{ rows: { until: Date; isPossible: boolean }[] }>(
    `select wish.until, wish.until > now() and wish.until <= now() + make_interval(days => :most) as "isPossible"
       from (select coalesce(:wished::timestamptz, now() + make_interval(days => :days)) as until) wish`,
    { wished: expiresAt ?? null, days: DEFAULT_DAYS, most: MOST_DAYS },
  );
  const [row] = rows;
  if (!row?.isPossible)
    throw new DomainError('share.expiry_invalid', { field: 'expiresAt', detail: `A link ends in ${String(MOST_DAYS)} days at most.` });
  return row.until;
}

/** A link opens what is meant for links or for the whole club. */
async function makePublic(scope: TenantScope, video: VideoModel, facts: Facts): Promise<void> {
  if (video.visibility !== 'private' && video.visibility !== 'coach_only') return;
  mustBeAllowed(scope, 'video.publish', facts);
  await setVisibility(scope, video, 'link');
}

async function setVisibility(scope: TenantScope, { id, playerId }: VideoModel, visibility: 'coach_only' | 'link'): Promise<void> {
  await VideoModel.within(scope).where({ id }).patch({ visibility, updatedAt: new Date() });
  await scope.emit('video.updated', { videoId: id });
  await scope.audit('VIDEO_UPDATED', { resourceType: 'video', resourceId: id, subjectId: playerId, metadata: { fields: 'visibility' } });
}

type NewLink = Pick<
  AccessLinkModel,
  'kind' | 'videoId' | 'playerId' | 'label' | 'passwordHash' | 'canComment' | 'maxUses' | 'expiresAt'
> & { readonly mark: Buffer };

type WithToken = LinkEntry & { readonly token: string };

async function make(scope: TenantScope, { mark, ...link }: NewLink, subjectId: string | null): Promise<WithToken> {
  const { tenantId, actor } = scope;
  const [id, guestId, token] = [uuidv7(), uuidv7(), newToken()];
  const { label, kind, videoId } = link;
  await AppUserModel.query(scope.trx).insert({
    ...{ tenantId, id: guestId, externalId: `link:${id}`, role: 'guest', displayName: label ?? NAMELESS_GUEST },
  });
  await AccessLinkModel.query(scope.trx).insert({
    ...{ ...link, tenantId, id, guestId, createdById: actor.id, tokenSha256: sha256(token), requestSha256: mark },
  });
  await scope.emit('link.created', { linkId: id, videoId });
  await scope.audit(kind === 'view' ? 'LINK_CREATED' : 'UPLOAD_LINK_CREATED', {
    ...{ resourceType: 'link', resourceId: id, subjectId },
    metadata: { videoId, hasPassword: link.passwordHash !== null, maxUses: link.maxUses },
  });
  const made = await AccessLinkModel.within(scope).where({ id }).first().throwIfNotFound();
  return { ...(await linkEntry(scope, made)), token };
}

const newToken = (): string => `${LINK_TOKEN_PREFIX}${randomSecret()}`;

/** The link this very request has made already. */
const madeBy = async (scope: TenantScope, operation: string, key: string): Promise<AccessLinkModel | undefined> =>
  AccessLinkModel.within(scope)
    .where({ createdById: scope.actor.id, requestSha256: markOf(scope, operation, key) })
    .whereRaw(`created_at > ${MARKED_SINCE}`)
    .first();

/** The token it was answered with is known to nobody here: it gets another. */
async function tokenAgain(scope: TenantScope, made: AccessLinkModel | undefined): Promise<WithToken | null> {
  if (!made) return null;
  const token = newToken();
  await AccessLinkModel.within(scope)
    .where('id', made.id)
    .patch({ tokenSha256: sha256(token) });
  return { ...(await linkEntry(scope, made)), token };
}

/** @returns false when it had been called back before. */
async function callBack(scope: TenantScope, { id, kind, videoId }: AccessLinkModel, subjectId: string | null): Promise<boolean> {
  const ended = await AccessLinkModel.within(scope)
    .where({ id })
    .whereNull('revokedAt')
    .patch({ revokedAt: new Date(), revokedById: scope.actor.id });
  if (ended === 0) return false;
  await scope.emit('link.revoked', { linkId: id, videoId });
  await scope.audit(kind === 'view' ? 'LINK_REVOKED' : 'UPLOAD_LINK_REVOKED', {
    ...{ resourceType: 'link', resourceId: id, subjectId },
    metadata: { videoId },
  });
  return true;
}

/** Also those that are used up: visits go on. */
const inForce = (scope: TenantScope, videoId: string): Promise<number> =>
  AccessLinkModel.within(scope).where({ videoId, revokedAt: null, suspendedAt: null }).whereRaw('expires_at > now()').resultSize();
