import { uuidv7 } from 'uuidv7';
import type { Facts } from '../../domain/access/policy.ts';
import { DomainError } from '../../domain/errors.ts';
import type { components } from '../../domain/generated/openapi.ts';
import { factsAbout } from '../platform/access-facts.ts';
import { MissingRow } from '../platform/missing-row.ts';
import { AccessLinkModel } from '../platform/models/access-link.ts';
import { ShareModel, ShareRecipientModel } from '../platform/models/share.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { allowedVideo, mustBeAllowed } from './access.ts';
import type { ShareEntry, Sharing } from './contracts.ts';
import { linkEntries } from './link-entries.ts';
import { candidatesFor, receivers, type Receivers } from './share-receivers.ts';
import { peopleById } from './parties.ts';
import { MARKED_SINCE, requestMark } from './request-mark.ts';

type ShareCreate = components['schemas']['ShareCreate'];

const MOST = 200;

/** Whom a video is shown to by name. The database's own triggers end what is watched by a share when it ends. */
export const sharing = (): Sharing => ({
  list: (tenant, videoId) =>
    tenant.within(async (scope) => {
      const { visibility } = await allowedVideo(scope, 'share.view', videoId);
      const shares = await ShareModel.within(scope).where({ videoId }).orderBy('createdAt', 'desc').limit(MOST);
      const links = await AccessLinkModel.within(scope).where({ videoId }).orderBy('createdAt', 'desc').limit(MOST);
      return { visibility, shares: await shareEntries(scope, shares), links: await linkEntries(scope, links) };
    }),

  candidates: (tenant, videoId) =>
    tenant.within(async (scope) => {
      const video = await VideoModel.find(scope, videoId);
      const facts = await factsAbout(scope, { playerId: video.playerId, video });
      mustBeAllowed(scope, 'share.view', facts);
      return candidatesFor(scope, video, facts);
    }),

  create: (tenant, videoId, request, key) =>
    tenant.within(async (scope) => {
      const mark = await requestMark(scope, `share ${videoId}`, key);
      const video = await VideoModel.lock(scope, videoId);
      const facts = await factsAbout(scope, { playerId: video.playerId, video });
      // Whoever may not even show it to those who see it anyway hears so, and nothing about the others.
      mustBeAllowed(scope, 'share.create', { ...facts, audience: 'family' });
      const made = await ShareModel.within(scope)
        .where({ createdById: scope.actor.id, requestSha256: mark })
        .whereRaw(`created_at > ${MARKED_SINCE}`)
        .first();
      if (made) return shareEntry(scope, made);
      const expiresAt = await endOf(scope, request.expiresAt);
      const reached = await receivers(scope, video, facts, request.recipientIds);
      if (reached.needsRaise) await raise(scope, video, facts);
      return shareEntry(scope, await insert(scope, { video, request, expiresAt, mark, reached }));
    }),

  revoke: (tenant, videoId, shareId) =>
    tenant.within(async (scope) => {
      const video = await VideoModel.lock(scope, videoId);
      const share = await ShareModel.within(scope).where({ id: shareId, videoId }).first();
      if (!share) throw new MissingRow('share', shareId);
      mustBeAllowed(scope, 'share.revoke', await factsAbout(scope, { playerId: video.playerId, video, authored: share }));
      const ended = await ShareModel.within(scope)
        .where('id', shareId)
        .whereNull('revokedAt')
        .patch({ revokedAt: new Date(), revokedById: scope.actor.id });
      if (ended === 0) return;
      await scope.emit('share.revoked', { videoId, shareId });
      await scope.audit('VIDEO_UNSHARED', { resourceType: 'share', resourceId: shareId, subjectId: video.playerId, metadata: { videoId } });
    }),
});

/** By the database's clock, which decides later whether the share is in force. */
async function endOf(scope: TenantScope, expiresAt: string | undefined): Promise<Date | null> {
  if (expiresAt === undefined) return null;
  const { rows } = await scope.trx.raw<{ rows: { isAhead: boolean }[] }>('select ?::timestamptz > now() as "isAhead"', [expiresAt]);
  if (!rows[0]?.isAhead) throw new DomainError('share.expiry_invalid', { field: 'expiresAt', detail: 'That time is over.' });
  return new Date(expiresAt);
}

/** What only the family sees would stay out of reach for everybody else it is shared with. */
async function raise(scope: TenantScope, { id, playerId }: VideoModel, facts: Facts): Promise<void> {
  mustBeAllowed(scope, 'video.publish', facts);
  await VideoModel.within(scope).where({ id }).patch({ visibility: 'coach_only', updatedAt: new Date() });
  await scope.emit('video.updated', { videoId: id });
  await scope.audit('VIDEO_UPDATED', { resourceType: 'video', resourceId: id, subjectId: playerId, metadata: { fields: 'visibility' } });
}

interface NewShare {
  readonly video: VideoModel;
  readonly request: ShareCreate;
  readonly expiresAt: Date | null;
  readonly mark: Buffer;
  readonly reached: Receivers;
}

async function insert(scope: TenantScope, { video, request, expiresAt, mark, reached }: NewShare): Promise<ShareModel> {
  const { tenantId, actor } = scope;
  const { canComment = false, message = null } = request;
  const share = { tenantId, id: uuidv7(), videoId: video.id, createdById: actor.id, canComment, message, expiresAt, requestSha256: mark };
  await ShareModel.query(scope.trx).insert(share);
  const { named, added } = reached;
  const row = (personId: string, reason: ShareRecipientModel['reason']) => ({ tenantId, shareId: share.id, personId, reason });
  const rows = [...named.map((id) => row(id, 'named')), ...added.map((id) => row(id, 'second_adult'))];
  for (const one of rows) await ShareRecipientModel.query(scope.trx).insert(one);
  await scope.emit('share.created', { videoId: video.id, shareId: share.id });
  for (const { personId } of rows) await scope.emit('share.received', { shareId: share.id, personId });
  await scope.audit('VIDEO_SHARED', {
    ...{ resourceType: 'share', resourceId: share.id, subjectId: video.playerId },
    metadata: { videoId: video.id, recipients: named.length, secondAdults: added.length },
  });
  return ShareModel.within(scope).where('id', share.id).first().throwIfNotFound();
}

async function shareEntries(scope: TenantScope, shares: readonly ShareModel[]): Promise<readonly ShareEntry[]> {
  const ids = shares.map(({ id }) => id);
  const rows = await ShareRecipientModel.within(scope).whereIn('shareId', ids);
  const personOf = await peopleById(scope, [...shares.map(({ createdById }) => createdById), ...rows.map(({ personId }) => personId)]);
  const now = new Date();
  return shares.map((share) => ({
    share,
    createdBy: personOf(share.createdById),
    recipients: rows
      .filter(({ shareId }) => shareId === share.id)
      .map(({ personId, reason }) => ({ person: personOf(personId), reason }))
      .sort((a, b) => a.reason.localeCompare(b.reason) || a.person.displayName.localeCompare(b.person.displayName)),
    state: share.revokedAt ? 'revoked' : share.expiresAt !== null && share.expiresAt <= now ? 'expired' : 'in_force',
  }));
}

async function shareEntry(scope: TenantScope, share: ShareModel): Promise<ShareEntry> {
  const [entry] = await shareEntries(scope, [share]);
  if (!entry) throw new Error('a share was not found again');
  return entry;
}
