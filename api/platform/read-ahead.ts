import type { Facts } from '../../domain/access/policy.ts';
import { VIDEO_WITH_FACTS, videoAndFacts, type VideoFactsRow } from './access-facts.ts';
import type { Statement } from './flight.ts';
import type { HotPath } from './hot-path.ts';
import { KEY_QUESTION, SESSION_QUESTION, type KeyOwner, type SessionOwner } from './lookups.ts';
import { ANNOTATION_COLUMNS, AnnotationModel } from './models/annotation.ts';
import type { VideoModel } from './models/video.ts';
import { sha256 } from './secrets.ts';
import type { Tenant } from './tenant.ts';

/** What an address names, so that it can be read in the flight that proves who asks. */
export interface Ahead {
  readonly videoId: string;
  /** Also its drawings that changed after this; null: none of them. */
  readonly drawingsAfter: number | null;
}

/** A video as it was when the credential was proven, and what the policy must know before anybody is told of it. */
export interface SeenVideo {
  readonly video: VideoModel;
  readonly facts: Facts;
  /** Removed ones too, in the order they changed; null when they were not read. */
  readonly drawings: readonly AnnotationModel[] | null;
}

export interface Proven<Owner> {
  /** Undefined when the credential is nobody's. */
  readonly owner: Owner | undefined;
  /** Null where nothing was asked for, and where there is no such video for this tenant. */
  readonly seen: SeenVideo | null;
}

const SEEN = new WeakMap<Tenant, SeenVideo>();

/** The tenant of a request, with what was read for that request and no other. */
export function withSeen(tenant: Tenant, seen: SeenVideo | null): Tenant {
  if (seen) SEEN.set(tenant, seen);
  return tenant;
}

/** Undefined where this video was not read ahead, or not found. */
export function seenBy(tenant: Tenant, videoId: string): SeenVideo | undefined {
  const seen = SEEN.get(tenant);
  return seen?.video.id === videoId ? seen : undefined;
}

/** Whoever a credential belongs to is who the rest of the transaction works for; nobody, when it belongs to nobody. */
const asOwner = (question: string): string =>
  `select owner.*, set_config('app.tenant_id', owner."tenantId"::text, true), set_config('app.actor_id', owner."userId"::text, true),
    set_config('app.actor_role', owner.role, true) from (${question}) owner`;

const SESSION = { name: 'session', text: SESSION_QUESTION };
const SESSION_AHEAD = { name: 'session-ahead', text: asOwner(SESSION_QUESTION) };
const KEY = { name: 'key', text: KEY_QUESTION };
const KEY_AHEAD = { name: 'key-ahead', text: asOwner(KEY_QUESTION) };
const VIDEO = { name: 'video-ahead', text: VIDEO_WITH_FACTS };
const DRAWINGS = {
  name: 'drawings-ahead',
  text: `select ${ANNOTATION_COLUMNS}, author.display_name as "createdByName"
    from video_annotation a join app_user author on author.tenant_id = a.tenant_id and author.id = a.created_by_id
    where a.tenant_id = (select app_tenant()) and a.video_id = $1 and a.change_seq > $2 order by a.change_seq`,
};

export const proveSession = (hot: HotPath, token: string, ahead: Ahead | null): Promise<Proven<SessionOwner>> =>
  prove(hot, SESSION, SESSION_AHEAD, token, ahead);

export const proveKey = (hot: HotPath, secretKey: string, ahead: Ahead | null): Promise<Proven<KeyOwner>> =>
  prove(hot, KEY, KEY_AHEAD, secretKey, ahead);

type Question = Omit<Statement, 'values'>;

/** The database compares hashes: the secret itself is stored nowhere. */
async function prove<Owner>(
  hot: HotPath,
  alone: Question,
  andReadOn: Question,
  secret: string,
  ahead: Ahead | null,
): Promise<Proven<Owner>> {
  const values = [sha256(secret)];
  if (ahead === null) {
    const [owners] = await hot.flight([{ ...alone, values }]);
    return { owner: owners?.[0] as Owner | undefined, seen: null };
  }
  const { videoId, drawingsAfter } = ahead;
  const [owners, videos, drawings] = await hot.flight([
    { ...andReadOn, values },
    { ...VIDEO, values: [videoId] },
    ...(drawingsAfter === null ? [] : [{ ...DRAWINGS, values: [videoId, drawingsAfter] }]),
  ]);
  const row = videos?.[0] as VideoFactsRow | undefined;
  return { owner: owners?.[0] as Owner | undefined, seen: row ? seenVideo(row, (drawings as DrawingRow[] | undefined) ?? null) : null };
}

type DrawingRow = Partial<AnnotationModel>;

const seenVideo = (row: VideoFactsRow, drawings: readonly DrawingRow[] | null): SeenVideo => ({
  ...videoAndFacts(row),
  drawings: drawings && drawings.map((each) => Object.assign(new AnnotationModel(), each)),
});
