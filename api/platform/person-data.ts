/**
 * Where people and their videos are named, and what becomes of each place when a person is erased: the one place that decides. A test
 * holds it against the database's catalogue, so that a column that is added and not decided on here fails.
 */
export type Fate =
  /** The row is the person's own, or about a video of theirs: it goes, with every row that hangs on it. */
  | 'remove'
  /** The row is somebody else's, or evidence: it stays, and names an id of whom nothing else is left. */
  | 'keep'
  /** The row is somebody else's and does without: the id is taken out. */
  | 'clear';

interface Place {
  readonly fate: Fate;
  /** Why it is not removed; whose the row is. */
  readonly why?: string;
}

const REMOVE: Place = { fate: 'remove' };
const keep = (why: string): Place => ({ fate: 'keep', why });
const clear = (why: string): Place => ({ fate: 'clear', why });

/** Columns that name people. `table.column`; a `uuid[]` names many. */
export const PERSON_COLUMNS: Readonly<Record<string, Place>> = {
  'access_link.created_by_id': keep("a link to another athlete's video, or to send one to another athlete"),
  'access_link.guest_id': keep('the guest goes with the link, by name'),
  'access_link.player_id': REMOVE,
  'access_link.revoked_by_id': keep("a link to another athlete's video, or to send one to another athlete"),
  'api_key.user_id': keep('a key acts as a person of its own, whom nobody can erase'),
  'audit_event.actor_id': keep('the log is evidence, and ids are all it has'),
  'audit_event.subject_id': keep('the log is evidence, and ids are all it has'),
  'coach_player.coach_id': REMOVE,
  'coach_player.player_id': REMOVE,
  'consent.granted_by_id': keep("another athlete's consent: who gave it belongs to the evidence"),
  'consent.player_id': REMOVE,
  'consent.withdrawn_by_id': keep("another athlete's consent: who took it back belongs to the evidence"),
  'erasure.person_id': keep('the erasure itself, which a restored backup is held against'),
  'guardian_player.guardian_id': REMOVE,
  'guardian_player.player_id': REMOVE,
  'idempotency_key.principal_id': REMOVE,
  'playback_lease.user_id': REMOVE,
  'session.only_player_ids': clear("somebody else's session: what is taken out narrows it"),
  'session.user_id': REMOVE,
  'share.created_by_id': keep("another athlete's video"),
  'share.revoked_by_id': keep("another athlete's video"),
  'share_recipient.person_id': REMOVE,
  'takeout.person_id': REMOVE,
  'upload.created_by_id': keep("another athlete's video"),
  'video.player_id': REMOVE,
  'video.subject_ids': keep('what video_subject says, once more'),
  'video.uploaded_by_id': keep("another athlete's video, or one that names nobody"),
  'video_annotation.created_by_id': keep("a drawing on another athlete's video is that athlete's"),
  'video_annotation_revision.changed_by_id': keep("a drawing on another athlete's video is that athlete's"),
  'video_subject.named_by_id': keep("another athlete's video"),
  'video_subject.player_id': keep(
    'the picture is still there: without this row the video would open for others although somebody in it never agreed',
  ),
  'video_transition.actor_id': keep("another athlete's video"),
};

/** Columns that name videos. */
export const VIDEO_COLUMNS: Readonly<Record<string, Place>> = {
  'access_link.video_id': REMOVE,
  'erasure.video_ids': keep('the erasure itself, which a restored backup is held against'),
  'playback_lease.video_id': REMOVE,
  'session.only_video_ids': clear("somebody else's session: what is taken out narrows it"),
  'share.video_id': REMOVE,
  'upload.video_id': REMOVE,
  'video_annotation.video_id': REMOVE,
  'video_attempt.video_id': REMOVE,
  'video_ladder.video_id': REMOVE,
  'video_rendition.video_id': REMOVE,
  'video_subject.video_id': REMOVE,
  'video_transition.video_id': REMOVE,
};

/** Documents in which ids may stand anywhere: a row goes when one of the person's ids is in it. */
export const MENTIONS: Readonly<Record<string, Place>> = {
  'audit_event.metadata': keep('the log is evidence, and ids are all it has'),
  'event.payload': REMOVE,
  'idempotency_key.body': REMOVE,
};

/** References between rows of one video that go round in a circle: undone before the rows go. */
export const UNDONE_FIRST = ['video.preview_attempt_id', 'video.published_attempt_id'] as const;

/** Ids and documents that name neither people nor videos, or stand in a row that is decided on by another column. */
export const NAMES_NOBODY: readonly string[] = [
  'audit_event.id',
  'erasure.counts',
  'erasure.guest_ids',
  'erasure.left_over',
  'erasure.probes',
  'erasure.removed',
  'erasure.takeout_ids',
  'idempotency_key.claim_id',
  'upload.client_upload_id',
  'upload.completion',
  'video.attempt_id',
  'video.fps',
  'video.metadata',
  'video_annotation.document',
  'video_annotation_revision.document',
  'video_ladder.files',
  'video_rendition.attempt_id',
  'video_rendition.files',
  'video_rendition.frame_index',
];

/** Kept whole: that it was done, and what was done before. Ids, codes and numbers are all there is in them. */
export const EVIDENCE_TABLES: readonly string[] = ['audit_event', 'erasure'];

/** The columns of the people's own row that a purge writes. */
export const EMPTIED_COLUMNS = ['external_id', 'display_name', 'birth_date', 'birth_date_key_id', 'deactivated_at', 'erased_at'] as const;

/** Columns of a table whose ids stay when a person is erased. */
export const columnsThatStay = (table: string): readonly string[] =>
  Object.entries({ ...PERSON_COLUMNS, ...VIDEO_COLUMNS, ...MENTIONS })
    .filter(([name, { fate }]) => fate === 'keep' && name.startsWith(`${table}.`))
    .map(([name]) => name.slice(table.length + 1));

/** Left out of a take-out, beside every hash and everything else in bytes: what lets somebody in, and answers that quote others. */
export const NOT_TAKEN_OUT: readonly string[] = [
  'access_link.password_hash',
  'idempotency_key.body',
  'upload.store_upload_id',
  'upload.write_token',
];
