import { uuidv7 } from 'uuidv7';
import type { Scope } from '../../domain/access/roles.ts';
import { LinkVisitModel, type AccessLinkModel } from '../platform/models/access-link.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { SessionModel } from '../platform/models/session.ts';
import type { VideoModel } from '../platform/models/video.ts';
import { randomSecret, SESSION_TOKEN_PREFIX, sha256 } from '../platform/secrets.ts';
import type { TenantScope } from '../platform/tenant.ts';
import type { OpenedLink } from './contracts.ts';

const SESSION_SECONDS = 15 * 60;
const VISIT_SECONDS = 12 * 60 * 60;

export interface Visit {
  readonly secret: string;
  readonly endsAt: Date;
}

/** The visit that this secret goes on with, if it is one of this link. */
export async function openVisit(scope: TenantScope, link: AccessLinkModel, secret: string, now: Date): Promise<Visit | undefined> {
  const visit = await LinkVisitModel.within(scope)
    .where({ linkId: link.id, visitSha256: sha256(secret) })
    .first();
  return visit && visit.endsAt > now ? { secret, endsAt: visit.endsAt } : undefined;
}

interface Opening {
  /** Absent: a new visit begins. */
  readonly known: Visit | undefined;
  readonly origin: string | null;
  readonly scopes: readonly Scope[];
}

/** A session of the link's own guest, that sees one video or sends for one athlete. It outlives neither the link nor the visit. */
export async function openSession(
  scope: TenantScope,
  link: AccessLinkModel,
  now: Date,
  { known, origin, scopes }: Opening,
): Promise<Pick<OpenedLink, 'session' | 'visit'>> {
  const { tenantId } = scope;
  const after = (seconds: number, ...limits: readonly Date[]): Date =>
    new Date(Math.min(now.getTime() + seconds * 1000, ...limits.map((limit) => limit.getTime())));
  const visit = known ?? { secret: randomSecret(), endsAt: after(VISIT_SECONDS, link.expiresAt) };
  if (!known)
    await LinkVisitModel.query(scope.trx).insert({
      ...{ tenantId, id: uuidv7(), linkId: link.id, visitSha256: sha256(visit.secret), endsAt: visit.endsAt },
    });
  const token = `${SESSION_TOKEN_PREFIX}${randomSecret()}`;
  const expiresAt = after(SESSION_SECONDS, link.expiresAt, visit.endsAt);
  await SessionModel.query(scope.trx).insert({
    ...{ tenantId, id: uuidv7(), userId: link.guestId, apiKeyId: null, linkId: link.id, tokenSha256: sha256(token) },
    ...{ scopes: [...scopes], origins: origin === null ? [] : [origin], expiresAt },
    onlyVideoIds: link.videoId === null ? null : [link.videoId],
    onlyPlayerIds: link.playerId === null ? null : [link.playerId],
  });
  return { session: { token, expiresAt, scopes }, visit: visit.secret };
}

/** What a page tells whoever came: who sent the link, and what it is for. Of a clip to look at it does not name the athlete. */
export async function describeLink(
  scope: TenantScope,
  link: AccessLinkModel,
  video: VideoModel | undefined,
): Promise<Pick<OpenedLink, 'link' | 'sharedBy' | 'playerName' | 'clubName' | 'video'>> {
  const tenant = await scope.trx<{ id: string; name: string }>('tenant').where('id', scope.tenantId).first('name');
  const clubName = tenant?.name ?? '';
  const creator = await AppUserModel.within(scope).where('id', link.createdById).first().throwIfNotFound();
  const player = link.playerId === null ? undefined : await AppUserModel.within(scope).where('id', link.playerId).first();
  return {
    ...{ link, clubName, video: video ?? null, playerName: player?.displayName ?? null },
    // A key's name is a server's.
    sharedBy: creator.externalId.startsWith('key:') ? clubName : creator.displayName,
  };
}
