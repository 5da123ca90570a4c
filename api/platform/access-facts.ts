import type { ConsentPurpose } from '../../domain/access/consent.ts';
import type { Facts } from '../../domain/access/policy.ts';
import type { QueryBuilder } from 'objection';
import { VIDEO_COLUMNS, VideoModel } from './models/video.ts';
import type { TenantScope } from './tenant.ts';

// A link or a share is in force until it is called back or its time is over; a link also until a consent it needs is withdrawn.
const SHARE_IN_FORCE = 's.revoked_at is null and (s.expires_at is null or s.expires_at > now())';
const LINK_IN_FORCE = 'l.revoked_at is null and l.suspended_at is null and l.expires_at > now()';

// A withdrawal counts from when it can be read: it may bear a later time than `now()`, which is when this transaction began.
const IN_FORCE = 'granted_at <= now() and withdrawn_at is null and (expires_at is null or expires_at > now())';

/** Whom a question is about. */
export interface About {
  readonly playerId: string | null;
  /** Others who will be seen in a video that does not exist yet. */
  readonly otherPlayerIds?: readonly string[];
  readonly video?: VideoModel;
  readonly authored?: { readonly createdById: string };
}

interface RelationRow {
  readonly isCoach: boolean;
  readonly isGuardian: boolean;
  readonly isInThePicture: boolean;
  readonly purposes: ConsentPurpose[];
  /** Whether the share allows comments; null without one. */
  readonly named: boolean | null;
  readonly linked: boolean | null;
}

/** Where the parts of the question come from: placeholders, columns of a query around it, settings of the transaction. */
interface Sources {
  readonly tenant: string;
  readonly actor: string;
  readonly role: string;
  readonly player: string;
  readonly video: string;
  /** More who will be seen. */
  readonly others?: string;
}

/** What the policy needs to know about the actor and everybody in the picture, in one query. */
const relation = ({ tenant, actor, role, player, video, others }: Sources): string => `
  select exists (select from coach_player where tenant_id = ${tenant} and coach_id = ${actor} and player_id = ${player}) as "isCoach",
    exists (select from guardian_player where tenant_id = ${tenant} and guardian_id = ${actor} and player_id = ${player}) as "isGuardian",
    ${actor} = any(seen.ids) or ${role} = 'guardian' and exists (select from guardian_player g
      where g.tenant_id = ${tenant} and g.guardian_id = ${actor} and g.player_id = any(seen.ids)) as "isInThePicture",
    array(select purpose from consent where tenant_id = ${tenant} and player_id = any(seen.ids) and ${IN_FORCE}
      group by purpose having count(distinct player_id) = cardinality(seen.ids)) as purposes,
    (select bool_or(s.can_comment) from share s join share_recipient r on r.tenant_id = s.tenant_id and r.share_id = s.id
      where s.tenant_id = ${tenant} and s.video_id = ${video} and r.person_id = ${actor} and ${SHARE_IN_FORCE}) as named,
    (select bool_or(l.can_comment) from access_link l
      where l.tenant_id = ${tenant} and l.video_id = ${video} and l.guest_id = ${actor} and ${LINK_IN_FORCE}) as linked
  from (select array(select ${player} where ${player} is not null
    union select player_id from video_subject where tenant_id = ${tenant} and video_id = ${video}
    ${others === undefined ? '' : `union select unnest(${others})`}) as ids offset 0) seen`;

const RELATION_QUERY = relation({
  ...{ tenant: ':tenant', actor: ':actor', role: ':role', player: ':player::uuid', video: ':video::uuid', others: ':others::uuid[]' },
});

export async function factsAbout(scope: TenantScope, about: About): Promise<Facts> {
  const { playerId, video, otherPlayerIds = [] } = about;
  const question = scope.trx.raw<{ rows: RelationRow[] }>(RELATION_QUERY, {
    ...{ tenant: scope.tenantId, actor: scope.actor.id, role: scope.actor.role, player: playerId },
    ...{ video: video?.id ?? null, others: [...otherPlayerIds] },
  });
  // To plan it takes several times as long as to answer it: under a name, each connection plans it a few times only.
  const { rows } = await question.options({ name: 'relation' });
  const [row] = rows;
  if (!row) throw new Error('a question without an answer');
  return factsOf(row, about);
}

function factsOf(row: RelationRow, { playerId, video, authored }: About): Facts {
  const { isCoach, isGuardian, isInThePicture, purposes, named, linked } = row;
  const canComment = linked ?? named;
  return {
    ...{ playerId, relationship: { isCoach, isGuardian, isInThePicture }, consent: new Set(purposes) },
    ...(video && { video: { id: video.id, uploadedById: video.uploadedById, visibility: video.visibility } }),
    ...(canComment !== null && { share: { by: linked === null ? 'name' : 'link', canComment } }),
    ...(authored && { authored: { createdById: authored.createdById } }),
  };
}

/** What is asked about the video `$1` for whoever the transaction works for: the same question, and the row with it. */
export const VIDEO_WITH_FACTS = `select ${VIDEO_COLUMNS}, facts.* from video v cross join lateral (${relation({
  ...{ tenant: 'v.tenant_id', player: 'v.player_id', video: 'v.id' },
  ...{ actor: `nullif(current_setting('app.actor_id', true), '')::uuid`, role: `current_setting('app.actor_role', true)` },
})}) facts where v.tenant_id = (select app_tenant()) and v.id = $1 and v.deleted_at is null`;

export type VideoFactsRow = Partial<VideoModel> & RelationRow;

/** The video of such a row, and the facts about it. */
export function videoAndFacts(row: VideoFactsRow): { readonly video: VideoModel; readonly facts: Facts } {
  const { isCoach, isGuardian, isInThePicture, purposes, named, linked, ...columns } = row;
  const video = Object.assign(new VideoModel(), columns);
  return { video, facts: factsOf({ isCoach, isGuardian, isInThePicture, purposes, named, linked }, { playerId: video.playerId, video }) };
}

/**
 * Narrows a list to the videos for which the policy allows `video.view`: the same rules as `domain/access/policy.ts`, said in SQL
 * because a page must be cut after the rows that may not be seen are gone. A test holds the two against each other.
 */
export function whereViewable<Q extends QueryBuilder<VideoModel, VideoModel[]>>(query: Q, scope: TenantScope): Q {
  const { actor } = scope;
  void query.whereRaw(
    `case
       when :role = 'guest' then ${LINKED} and video.player_id is not null and video.visibility in ('link', 'tenant') and ${agreed('link_share')}
       when video.player_id = :actor or (:role = 'guardian' and ${tied('guardian_player', 'guardian_id')}) then true
       when video.player_id is null then video.uploaded_by_id = :actor or :role = 'admin'
       when ${IN_THE_PICTURE} then true
       when (:role = 'admin' or (:role = 'coach' and ${tied('coach_player', 'coach_id')}))
         and (video.uploaded_by_id = :actor or video.visibility <> 'private') then ${agreed('coach_review')}
       when video.visibility <> 'private' and ${NAMED} then case when :role = 'coach' then ${agreed('coach_review')} else ${agreed('tenant_library')} end
       when video.visibility = 'tenant' then ${agreed('tenant_library')}
       else false end`,
    { actor: actor.id, role: actor.role },
  );
  if (actor.onlyPlayerIds) void query.whereIn('video.playerId', [...actor.onlyPlayerIds]);
  if (actor.onlyVideoIds) void query.whereIn('video.id', [...actor.onlyVideoIds]);
  return query;
}

const OTHERS = 'video_subject o where o.tenant_id = video.tenant_id and o.video_id = video.id';

const consentOf = (player: string, purpose: ConsentPurpose): string =>
  `exists (select from consent c where c.tenant_id = video.tenant_id and c.player_id = ${player} and c.purpose = '${purpose}' and ${IN_FORCE})`;

/** Everybody in the picture agrees. */
const agreed = (purpose: ConsentPurpose): string =>
  `(${consentOf('video.player_id', purpose)} and not exists (select from ${OTHERS} and not ${consentOf('o.player_id', purpose)}))`;

const tied = (table: string, column: string, player = 'video.player_id'): string =>
  `exists (select from ${table} l where l.tenant_id = video.tenant_id and l.player_id = ${player} and l.${column} = :actor)`;

/** A tie can outlive the role it was made for: it counts while the role is still that one. */
const IN_THE_PICTURE = `exists (select from ${OTHERS}
  and (o.player_id = :actor or (:role = 'guardian' and ${tied('guardian_player', 'guardian_id', 'o.player_id')})))`;

const NAMED = `exists (select from share s join share_recipient r on r.tenant_id = s.tenant_id and r.share_id = s.id
  where s.tenant_id = video.tenant_id and s.video_id = video.id and r.person_id = :actor and ${SHARE_IN_FORCE})`;

const LINKED = `exists (select from access_link l
  where l.tenant_id = video.tenant_id and l.video_id = video.id and l.guest_id = :actor and ${LINK_IN_FORCE})`;
