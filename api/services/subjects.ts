import { may } from '../../domain/access/policy.ts';
import { PURPOSES_TO_SHOW } from '../../domain/access/showing.ts';
import { DomainError } from '../../domain/errors.ts';
import { factsAbout } from '../platform/access-facts.ts';
import { MissingRow } from '../platform/missing-row.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { MissingConsent, Videos } from './contracts.ts';

/** Who else is seen in a video. What was said before is replaced; nothing is written where nothing differs. */
export const setSubjects: Videos['setSubjects'] = (tenant: Tenant, videoId, playerIds) =>
  tenant.within(async (scope) => {
    const video = await VideoModel.lock(scope, videoId);
    mustBeAllowed(scope, 'video.edit', await factsAbout(scope, { playerId: video.playerId, video }));
    const wanted = othersThan(video.playerId, playerIds);
    const named = wanted.filter((id) => !video.subjectIds.includes(id));
    const dropped = video.subjectIds.filter((id) => !wanted.includes(id));
    await mustBePlayers(scope, named, { all: playerIds, field: 'playerIds' });
    if (named.length > 0 || dropped.length > 0) {
      await nameSubjects(scope, videoId, named);
      await scope.trx('videoSubject').where({ tenantId: scope.tenantId, videoId }).whereIn('playerId', dropped).delete();
      for (const [isNamed, ids] of [[true, named] as const, [false, dropped] as const])
        for (const playerId of ids) await entered(scope, videoId, playerId, isNamed);
      await scope.emit('video.updated', { videoId });
    }
    const now = await VideoModel.find(scope, videoId);
    return { video: now, missingConsents: await missingFrom(scope, now) };
  });

/** Each once, and not the one the video is about. @throws DomainError `video.about_nobody` */
export function othersThan(playerId: string | null, playerIds: readonly string[]): readonly string[] {
  const others = [...new Set(playerIds)].filter((id) => id !== playerId);
  if (playerId === null && others.length > 0)
    throw new DomainError('video.about_nobody', { detail: 'Others are named beside the athlete the video is about.' });
  return others;
}

/** @param all as the caller wrote them, for the place of the one at fault. @throws DomainError `user.not_found`, `person.deactivated` */
export async function mustBePlayers(
  scope: TenantScope,
  ids: readonly string[],
  { all, field }: { readonly all: readonly string[]; readonly field: string },
): Promise<void> {
  if (ids.length === 0) return;
  const players = new Map(
    (
      await AppUserModel.within(scope)
        .where('role', 'player')
        .whereIn('id', [...ids])
    ).map((one) => [one.id, one]),
  );
  for (const id of ids) {
    const place = `${field}.${String(all.indexOf(id))}`;
    const player = players.get(id);
    if (!player) throw new MissingRow('person', id, place);
    if (player.deactivatedAt) throw new DomainError('person.deactivated', { field: place });
  }
}

/** The database raises the video's epoch: whoever watches it is asked anew. */
export async function nameSubjects(scope: TenantScope, videoId: string, playerIds: readonly string[]): Promise<void> {
  const { tenantId, actor } = scope;
  if (playerIds.length === 0) return;
  await scope.trx('videoSubject').insert(playerIds.map((playerId) => ({ tenantId, videoId, playerId, namedById: actor.id })));
}

/** One entry for each of them: what is in the log about an athlete is found by the athlete. */
const entered = (scope: TenantScope, videoId: string, subjectId: string, isNamed: boolean): Promise<void> =>
  scope.audit('VIDEO_SUBJECTS_CHANGED', {
    ...{ resourceType: 'video', resourceId: videoId, subjectId },
    metadata: { playerId: subjectId, isNamed },
  });

/** Of athletes whose consents the caller may read; the others' are left out. */
async function missingFrom(scope: TenantScope, { playerId, subjectIds, visibility }: VideoModel): Promise<readonly MissingConsent[]> {
  const missing: MissingConsent[] = [];
  for (const id of playerId === null ? [] : [playerId, ...subjectIds]) {
    const facts = await factsAbout(scope, { playerId: id });
    if (!may(scope.actor, 'consent.view', facts).allowed) continue;
    const purposes = PURPOSES_TO_SHOW[visibility].filter((purpose) => !facts.consent.has(purpose));
    if (purposes.length > 0) missing.push({ playerId: id, purposes });
  }
  return missing;
}
