import { createHash, randomUUID } from 'node:crypto';
import { declaration, sendParts } from './clips.ts';
import { lineOn } from './drawings.ts';
import { PORTAL_ORIGIN, type TestSystem } from './system.ts';
import type { Side } from './tenancy-matrix.ts';

/** One POST of the contract that may succeed once, and how often it has had its effect. */
export interface Trial {
  readonly path: string;
  readonly bearer: string;
  readonly body?: unknown;
  /** A valid body that asks for something else. */
  readonly otherBody?: unknown;
  readonly status: number;
  /** What the database and the queue say: each of them is 1 when the effect was one. */
  effects(): Promise<Readonly<Record<string, number>>>;
}

export interface Answered {
  readonly status: number;
  readonly isReplay: boolean;
  readonly retryAfter: string | null;
  readonly code: unknown;
  readonly body: unknown;
}

const BYTES = Buffer.alloc(4096, 7);

/** A POST as it stands: no client adds a key or anything else. */
export async function post(
  system: TestSystem,
  { path, bearer, body }: Pick<Trial, 'path' | 'bearer' | 'body'>,
  key?: string,
): Promise<Answered> {
  const response = await fetch(`${system.url}${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${bearer}`,
      ...(bearer.startsWith('va_st_') && { Origin: PORTAL_ORIGIN }),
      ...(key !== undefined && { 'Idempotency-Key': key }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const told: unknown = text === '' ? null : JSON.parse(text);
  return {
    status: response.status,
    isReplay: response.headers.get('idempotent-replayed') === 'true',
    retryAfter: response.headers.get('retry-after'),
    code: typeof told === 'object' && told !== null && 'code' in told ? told.code : undefined,
    body: told,
  };
}

export const annotationTrial = ({ coach, ids }: Side, frame = 5): Pick<Trial, 'path' | 'bearer'> & { readonly body: { id: string } } => ({
  path: `/api/v1/videos/${ids.videoId}/annotations`,
  bearer: coach.token,
  body: { id: randomUUID(), document: lineOn(frame) } as { id: string },
});

/** A fresh trial of one operation. An operation that is not here fails the walk. */
export async function trialOf(operationId: string, system: TestSystem, side: Side): Promise<Trial> {
  const make = TRIALS[operationId];
  if (!make) throw new Error(`The walk over the POSTs does not know how to ask for ${operationId}: add it.`);
  return make(system, side);
}

const TRIALS: Readonly<Record<string, (system: TestSystem, side: Side) => Promise<Trial>>> = {
  // A session minted again is another token for the same person, and nothing else.
  createSession: async (system, { club }) => {
    const externalId = randomUUID();
    const body = { actor: { externalId, role: 'coach', displayName: 'Kari' }, origins: [PORTAL_ORIGIN] };
    return {
      ...{ path: '/api/v1/sessions', bearer: club.secretKey, body, otherBody: { ...body, ttlSeconds: 60 }, status: 201 },
      effects: async () => ({ people: await count(system, 'app_user where external_id = ?', externalId) }),
    };
  },
  rotateKey: async (system, { club }) => {
    await system.operator.createKey(club.tenantId, 'to be rotated');
    const keyId = (await system.operator.keys(club.tenantId))[0]?.key.id ?? '';
    return {
      ...{ path: `/api/v1/keys/${keyId}/rotate`, bearer: club.secretKey, body: {}, otherBody: { overlapHours: 1 }, status: 201 },
      effects: async () => ({
        ended: await count(system, 'api_key_secret where expires_at is not null and api_key_id = ?', keyId),
        traces: await count(system, "audit_event where action = 'KEY_ROTATED' and resource_id = ?", keyId),
      }),
    };
  },
  grantConsent: async (system, { club }) => {
    const athlete = await club.person('player', randomUUID());
    const body = { purpose: 'coach_review', textVersion: '1', locale: 'nb', evidence: { method: 'in_app' } };
    return {
      ...{ path: `/api/v1/players/${athlete.id}/consents`, bearer: athlete.token, body, status: 200 },
      otherBody: { ...body, purpose: 'export' },
      effects: async () => ({
        records: await count(system, 'consent where player_id = ?', athlete.id),
        events: await count(system, "event where name = 'consent.granted' and payload->>'playerId' = ?", athlete.id),
        traces: await count(system, "audit_event where action = 'CONSENT_GRANTED' and resource_id = ?", athlete.id),
      }),
    };
  },
  withdrawConsent: async (system, { club }) => {
    const athlete = await club.person('player', randomUUID());
    await club.consents(athlete, 'export');
    return {
      ...{ path: `/api/v1/players/${athlete.id}/consents/export/withdraw`, bearer: athlete.token, status: 200 },
      body: { evidence: { method: 'in_app' } },
      otherBody: { evidence: { method: 'in_app', reference: 'said again' } },
      effects: async () => ({
        closed: await count(system, 'consent where withdrawn_at is not null and player_id = ?', athlete.id),
        events: await count(system, "event where name = 'consent.withdrawn' and payload->>'playerId' = ?", athlete.id),
        traces: await count(system, "audit_event where action = 'CONSENT_WITHDRAWN' and resource_id = ?", athlete.id),
      }),
    };
  },
  deactivatePerson: async (system, { club }) => {
    const externalId = randomUUID();
    const body = { displayName: 'Kari', role: 'coach' } as const;
    const { data } = await club.server.PUT('/api/v1/people/{externalId}', { params: { path: { externalId } }, body });
    return {
      ...{ path: `/api/v1/people/${externalId}/deactivate`, bearer: club.secretKey, status: 204 },
      effects: async () => ({
        people: await count(system, 'app_user where deactivated_at is not null and external_id = ?', externalId),
        traces: await count(system, "audit_event where action = 'PERSON_DEACTIVATED' and resource_id = ?", data?.id ?? ''),
      }),
    };
  },
  erasePerson: async (system, { club }) => {
    const person = await named(club);
    return {
      ...{ path: `/api/v1/people/${person.externalId}/erasure`, bearer: club.secretKey, status: 202 },
      effects: async () => ({
        erasures: await count(system, 'erasure where person_id = ?', person.id),
        traces: await count(system, "audit_event where action = 'PERSON_ERASURE_REQUESTED' and resource_id = ?", person.id),
      }),
    };
  },
  takeOutPerson: async (system, { club }) => {
    const person = await named(club);
    return {
      ...{ path: `/api/v1/people/${person.externalId}/takeout`, bearer: club.secretKey, status: 202 },
      effects: async () => ({
        takeouts: await count(system, 'takeout where person_id = ?', person.id),
        traces: await count(system, "audit_event where action = 'PERSON_TAKEOUT_REQUESTED' and resource_id = ?", person.id),
      }),
    };
  },
  initUpload: async (system, { coach, ids }) => {
    const body = declaration(BYTES, { playerId: ids.playerId });
    const ofUpload = '(select video_id::text from upload where client_upload_id = ?)';
    return {
      ...{ path: '/api/v1/media/upload/init', bearer: coach.token, body, otherBody: { ...body, title: 'Another' }, status: 200 },
      effects: async () => ({
        uploads: await count(system, 'upload where client_upload_id = ?', body.clientUploadId),
        videos: await count(system, `video where id::text in ${ofUpload}`, body.clientUploadId),
        begun: await count(system, `audit_event where action = 'VIDEO_UPLOAD_STARTED' and resource_id in ${ofUpload}`, body.clientUploadId),
      }),
    };
  },
  signUploadParts: async (system, side) => {
    const { ref } = await sentUpload(side);
    return {
      ...{ path: '/api/v1/media/upload/parts', bearer: side.coach.token, body: ref, status: 200 },
      otherBody: (await sentUpload(side)).ref,
      effects: async () => ({ open: await count(system, "upload where id = ? and state = 'open'", ref.uploadId) }),
    };
  },
  completeUpload: async (system, side) => {
    const { ref, parts } = await sentUpload(side);
    return {
      ...{ path: '/api/v1/media/upload/complete', bearer: side.coach.token, status: 200 },
      body: { ...ref, parts, checksumSha256: createHash('sha256').update(BYTES).digest('hex') },
      otherBody: { ...ref, parts },
      effects: async () => ({
        moves: await count(system, "video_transition where event = 'uploaded' and video_id = ?", ref.videoId),
        jobs: await count(system, "queue.job where data->>'videoId' = ?", ref.videoId),
        traces: await count(system, "audit_event where action = 'VIDEO_UPLOADED' and resource_id = ?", ref.videoId),
      }),
    };
  },
  abortUpload: async (system, side) => {
    const { ref } = await sentUpload(side);
    return {
      ...{ path: '/api/v1/media/upload/abort', bearer: side.coach.token, body: ref, status: 204 },
      otherBody: (await sentUpload(side)).ref,
      effects: async () => ({
        moves: await count(system, "video_transition where event = 'removed' and video_id = ?", ref.videoId),
        traces: await count(system, "audit_event where action = 'VIDEO_UPLOAD_ABORTED' and resource_id = ?", ref.videoId),
      }),
    };
  },
  reprocessVideo: async (system, { club, ids }) => ({
    ...{ path: `/api/v1/videos/${ids.videoId}/reprocess`, bearer: club.secretKey, status: 202 },
    effects: async () => ({
      moves: await count(system, "video_transition where event = 'reprocessed' and video_id = ?", ids.videoId),
      jobs: await count(system, "queue.job where data->>'processingVersion' = '2' and data->>'videoId' = ?", ids.videoId),
      traces: await count(system, "audit_event where action = 'VIDEO_REPROCESSED' and resource_id = ?", ids.videoId),
    }),
  }),
  renewPlayback: async (system, { coach, ids }) => {
    const { data } = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId: ids.videoId } } });
    const leaseId = data?.renewUrl.split('/').at(-2) ?? '';
    return {
      ...{ path: `/api/v1/play/${leaseId}/renew`, bearer: coach.token, status: 200 },
      effects: async () => ({ leases: await count(system, 'playback_lease where lease_sha256 = sha256(?::bytea)', leaseId) }),
    };
  },
  createAnnotation: async (system, side) => {
    const trial = annotationTrial(side);
    const { id } = trial.body;
    return {
      ...{ ...trial, otherBody: { ...trial.body, document: lineOn(6) }, status: 201 },
      effects: async () => ({
        drawings: await count(system, 'video_annotation where id = ?', id),
        revisions: await count(system, 'video_annotation_revision where annotation_id = ?', id),
        traces: await count(system, "audit_event where action = 'ANNOTATION_ADDED' and resource_id = ?", id),
      }),
    };
  },
  createShare: async (system, { club, coach, ids }) => {
    const [recipient, other] = [await club.person('coach', randomUUID()), await club.person('coach', randomUUID())];
    const body = { recipientIds: [recipient.id], message: 'Look at this' };
    const ofShare = '(select share_id::text from share_recipient where person_id = ?)';
    return {
      ...{ path: `/api/v1/videos/${ids.videoId}/shares`, bearer: coach.token, body, status: 201 },
      otherBody: { recipientIds: [other.id] },
      effects: async () => ({
        shares: await count(system, 'share_recipient where person_id = ?', recipient.id),
        told: await count(system, "event where name = 'share.received' and payload->>'personId' = ?", recipient.id),
        traces: await count(system, `audit_event where action = 'VIDEO_SHARED' and resource_id in ${ofShare}`, recipient.id),
      }),
    };
  },
  createViewLink: async (system, { club, ids }) => {
    const label = randomUUID();
    return linkTrial(system, {
      path: `/api/v1/videos/${ids.videoId}/links`,
      bearer: club.secretKey,
      label,
      body: {},
      action: 'LINK_CREATED',
    });
  },
  createUploadLink: async (system, { coach, ids }) => {
    const [label, body] = [randomUUID(), { playerId: ids.playerId }];
    return linkTrial(system, { path: '/api/v1/upload-links', bearer: coach.token, label, body, action: 'UPLOAD_LINK_CREATED' });
  },
};

/** A link told apart by its label. Its password is in the body, and not what is compared. */
function linkTrial(
  system: TestSystem,
  { path, bearer, label, body, action }: { path: string; bearer: string; label: string; body: object; action: string },
): Trial {
  const asked = { ...body, label, password: 'fore! fore!' };
  return {
    ...{ path, bearer, body: asked, otherBody: { ...asked, password: 'fore! four!' }, status: 201 },
    effects: async () => ({
      links: await count(system, 'access_link where label = ?', label),
      guests: await count(system, "app_user where role = 'guest' and display_name = ?", label),
      traces: await count(
        system,
        `audit_event where action = '${action}' and resource_id in (select id::text from access_link where label = ?)`,
        label,
      ),
    }),
  };
}

async function named({ server }: Side['club']): Promise<{ readonly id: string; readonly externalId: string }> {
  const externalId = `person-${randomUUID()}`;
  const params = { path: { externalId } };
  const { data } = await server.PUT('/api/v1/people/{externalId}', { params, body: { displayName: 'Kari', role: 'player' } });
  if (!data) throw new Error('no person');
  return { id: data.id, externalId };
}

/** An upload whose parts are all there. */
async function sentUpload({ coach, ids }: Side) {
  const { data } = await coach.api.POST('/api/v1/media/upload/init', { body: declaration(BYTES, { playerId: ids.playerId }) });
  if (!data) throw new Error('no upload');
  return { ref: { videoId: data.videoId, uploadId: data.uploadId }, parts: await sendParts(data, BYTES) };
}

async function count({ database }: TestSystem, from: string, value: string): Promise<number> {
  const { rows } = await database.admin.raw<{ rows: { n: number }[] }>(`select count(*)::int as n from ${from}`, [value]);
  return rows[0]?.n ?? 0;
}
