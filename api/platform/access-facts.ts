import type { ConsentPurpose } from '../../domain/access/consent.ts';
import type { Facts } from '../../domain/access/policy.ts';
import type { QueryBuilder } from 'objection';
import type { AnnotationModel } from './models/annotation.ts';
import type { VideoModel } from './models/video.ts';
import type { TenantScope } from './tenant.ts';

// A withdrawal counts from when it can be read: it may bear a later time than `now()`, which is when this transaction began.
const IN_FORCE = 'granted_at <= now() and withdrawn_at is null and (expires_at is null or expires_at > now())';

/** What the policy needs to know about the actor and an athlete, in one query. */
async function relationTo(scope: TenantScope, playerId: string): Promise<Pick<Facts, 'relationship' | 'consent'>> {
  const { rows } = await scope.trx.raw<{ rows: { is_coach: boolean; is_guardian: boolean; purposes: ConsentPurpose[] }[] }>(
    `select exists (select from coach_player where tenant_id = :tenant and coach_id = :actor and player_id = :player) as is_coach,
       exists (select from guardian_player where tenant_id = :tenant and guardian_id = :actor and player_id = :player) as is_guardian,
       array(select distinct purpose from consent where tenant_id = :tenant and player_id = :player and ${IN_FORCE}) as purposes`,
    { tenant: scope.tenantId, actor: scope.actor.id, player: playerId },
  );
  const row = rows[0];
  return {
    relationship: { isCoach: row?.is_coach ?? false, isGuardian: row?.is_guardian ?? false },
    consent: new Set(row?.purposes ?? []),
  };
}

const NO_RELATION: Pick<Facts, 'relationship' | 'consent'> = { relationship: { isCoach: false, isGuardian: false }, consent: new Set() };

export async function factsAbout(
  scope: TenantScope,
  about: { readonly playerId: string | null; readonly video?: VideoModel; readonly annotation?: AnnotationModel },
): Promise<Facts> {
  const { playerId, video, annotation } = about;
  const relation = playerId === null ? NO_RELATION : await relationTo(scope, playerId);
  return {
    playerId,
    ...relation,
    ...(video && { video: { id: video.id, uploadedById: video.uploadedById, visibility: video.visibility } }),
    ...(annotation && { annotation: { createdById: annotation.createdById } }),
  };
}

/**
 * Narrows a list to the videos for which the policy allows `video.view`: the same rules as `domain/access/policy.ts`, said in SQL
 * because a page must be cut after the rows that may not be seen are gone. A test holds the two against each other.
 */
export function whereViewable<Q extends QueryBuilder<VideoModel, VideoModel[]>>(query: Q, scope: TenantScope): Q {
  const { actor } = scope;
  const consent = (purpose: ConsentPurpose): string =>
    `exists (select from consent c where c.tenant_id = video.tenant_id and c.player_id = video.player_id and c.purpose = '${purpose}' and ${IN_FORCE})`;
  const linked = (table: string, column: string): string =>
    `exists (select from ${table} l where l.tenant_id = video.tenant_id and l.player_id = video.player_id and l.${column} = :actor)`;
  void query.whereRaw(
    `case
       when video.player_id is null then video.uploaded_by_id = :actor or :role = 'admin'
       when video.player_id = :actor or (:role = 'guardian' and ${linked('guardian_player', 'guardian_id')}) then true
       when (:role = 'admin' or (:role = 'coach' and ${linked('coach_player', 'coach_id')}))
         and (video.uploaded_by_id = :actor or video.visibility <> 'private') then ${consent('coach_review')}
       when video.visibility in ('tenant', 'link') then ${consent('tenant_library')}
       else false end`,
    { actor: actor.id, role: actor.role },
  );
  if (actor.onlyPlayerIds) void query.whereIn('video.playerId', [...actor.onlyPlayerIds]);
  if (actor.onlyVideoIds) void query.whereIn('video.id', [...actor.onlyVideoIds]);
  return query;
}
