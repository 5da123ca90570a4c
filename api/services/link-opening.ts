import { linkStateAt } from '../../domain/access/link-state.ts';
import { LINK_SCOPES, type Scope } from '../../domain/access/roles.ts';
import { DomainError } from '../../domain/errors.ts';
import type { components } from '../../domain/generated/openapi.ts';
import { factsAbout } from '../platform/access-facts.ts';
import { findLink } from '../platform/lookups.ts';
import { AccessLinkModel } from '../platform/models/access-link.ts';
import { VideoModel } from '../platform/models/video.ts';
import { isPassword } from '../platform/passwords.ts';
import { bindTenant, type TenantPlatform } from '../platform/tenant-scope.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { LinkOpening, OpenedLink } from './contracts.ts';
import { openSession, openVisit, describeLink } from './link-session.ts';

type LinkOpen = components['schemas']['LinkOpen'];

/** After so many wrong passwords nobody can try for a while. */
const MOST_WRONG = 10;
const LOCK_SECONDS = 15 * 60;

/** Nothing is found under these: a token nobody made goes the same way as one that somebody did, and takes as long. */
const NOBODYS = '00000000-0000-0000-0000-000000000000';
const NO_LINK = { tenantId: NOBODYS, linkId: NOBODYS, guestId: NOBODYS };

/** Exchanges a link's token for a session. What is refused is written down too, so a refusal is told after the transaction, not by its end. */
export const linkOpening = (platform: TenantPlatform): LinkOpening => ({
  open: async (request, { origin, requestId }) => {
    const found = (await findLink(platform.database, request.token)) ?? NO_LINK;
    const { tenantId, linkId } = found;
    const asGuest = (link?: AccessLinkModel): Tenant =>
      bindTenant(platform, { tenantId, actor: guestOf(found.guestId, link), credential: { kind: 'link', linkId }, requestId });
    const { link, isLocked } = await asGuest().within((scope) => lookAt(scope, linkId));
    // Slow, and so outside every transaction. A lock spares us the work.
    const isRight = request.password === undefined || isLocked ? null : await isPassword(request.password, link?.passwordHash ?? null);
    if (!link) throw new DomainError('link.not_found');
    const outcome = await asGuest(link).within((scope) => open(scope, linkId, { request, isRight, origin }));
    if (outcome instanceof DomainError) throw outcome;
    return outcome;
  },
});

function guestOf(id: string, link?: AccessLinkModel): Tenant['actor'] {
  const { kind, playerId = null, videoId = null } = link ?? {};
  return {
    ...{ id, role: 'guest', scopes: new Set(link ? scopesOf(link) : []) },
    onlyPlayerIds: kind === 'upload' && playerId !== null ? new Set([playerId]) : null,
    onlyVideoIds: kind === 'view' && videoId !== null ? new Set([videoId]) : null,
  };
}

const scopesOf = ({ kind, canComment }: AccessLinkModel): readonly Scope[] =>
  LINK_SCOPES[kind].filter((scope) => canComment || scope !== 'comments:write');

async function lookAt(
  scope: TenantScope,
  linkId: string,
): Promise<{ readonly link: AccessLinkModel | undefined; readonly isLocked: boolean }> {
  const link = await AccessLinkModel.within(scope).where('id', linkId).first();
  const now = await clock(scope);
  return { link, isLocked: isLockedAt(now, link?.lockedUntil ?? null) };
}

const isLockedAt = (now: Date, lockedUntil: Date | null): lockedUntil is Date => lockedUntil !== null && lockedUntil > now;

interface Asked {
  readonly request: LinkOpen;
  /** Whether the password fits; null where none was held against the hash. */
  readonly isRight: boolean | null;
  readonly origin: string | null;
}

/** One after the other for each link: what is counted is counted while nobody else counts. */
async function open(scope: TenantScope, linkId: string, { request, isRight, origin }: Asked): Promise<OpenedLink | DomainError> {
  const link = await AccessLinkModel.within(scope).where('id', linkId).first().forUpdate().throwIfNotFound();
  const now = await clock(scope);
  const video = link.videoId === null ? undefined : await VideoModel.within(scope).where('id', link.videoId).whereNull('deletedAt').first();
  const state = link.kind === 'view' && !video ? 'revoked' : linkStateAt(link, now);
  if (state !== 'open' && state !== 'used_up') return ended(scope, link, state);
  const known = request.visit === undefined ? undefined : await openVisit(scope, link, request.visit, now);
  if (!known) {
    if (state === 'used_up') return ended(scope, link, state);
    const refused = await passwordRefusal(scope, link, now, { isGiven: request.password !== undefined, isRight });
    if (refused) return refused;
  }
  const playerId = video?.playerId ?? link.playerId;
  mustBeAllowed(
    scope,
    link.kind === 'view' ? 'video.view' : 'video.upload',
    await factsAbout(scope, { playerId, ...(video && { video }) }),
  );
  const isCounted = !known && link.kind === 'view';
  await AccessLinkModel.within(scope)
    .where('id', linkId)
    .patch({ failedPasswords: 0, lockedUntil: null, ...(isCounted && { useCount: link.useCount + 1 }) });
  const session = await openSession(scope, link, now, { known, origin, scopes: scopesOf(link) });
  if (isCounted) await scope.emit('link.opened', { linkId, videoId: link.videoId });
  await scope.audit('LINK_OPENED', { resourceType: 'link', resourceId: linkId, subjectId: playerId, metadata: { isCounted } });
  return { ...session, ...(await describeLink(scope, link, video)) };
}

async function ended(scope: TenantScope, link: AccessLinkModel, state: string): Promise<DomainError> {
  await noteRefusal(scope, link, state);
  return new DomainError('link.ended', { detail: 'Ask for another link whoever sent this one.', extra: { state } });
}

const noteRefusal = (scope: TenantScope, { id, playerId }: AccessLinkModel, why: string): Promise<void> =>
  scope.audit('LINK_REFUSED', { resourceType: 'link', resourceId: id, subjectId: playerId, metadata: { why } });

/** Whoever comes while it is locked hears nothing of whether the password was right: of many tries at once no more than ten count. */
async function passwordRefusal(
  scope: TenantScope,
  link: AccessLinkModel,
  now: Date,
  { isGiven, isRight }: { readonly isGiven: boolean; readonly isRight: boolean | null },
): Promise<DomainError | null> {
  if (link.passwordHash === null) return null;
  const { lockedUntil } = link;
  // It was locked when the password came, though perhaps no longer now.
  const wasLocked = isGiven && isRight === null;
  if (isLockedAt(now, lockedUntil) || wasLocked) {
    const leftMs = (lockedUntil?.getTime() ?? 0) - now.getTime();
    return new DomainError('link.locked', { extra: { retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)) } });
  }
  if (!isGiven) return new DomainError('link.password_required');
  if (isRight === true) return null;
  const failedPasswords = lockedUntil ? 1 : link.failedPasswords + 1;
  const isOver = failedPasswords >= MOST_WRONG;
  const until = isOver ? new Date(now.getTime() + LOCK_SECONDS * 1000) : null;
  await AccessLinkModel.within(scope).where('id', link.id).patch({ failedPasswords, lockedUntil: until });
  await noteRefusal(scope, link, isOver ? 'locked' : 'password');
  return new DomainError('link.password_wrong', { extra: { attemptsLeft: Math.max(0, MOST_WRONG - failedPasswords) } });
}

/** When this one's turn came, and not when its transaction began. */
async function clock(scope: TenantScope): Promise<Date> {
  const { rows } = await scope.trx.raw<{ rows: { now: Date }[] }>(`select date_trunc('milliseconds', clock_timestamp()) as now`);
  const [row] = rows;
  if (!row) throw new Error('the database does not know the time');
  return row.now;
}
