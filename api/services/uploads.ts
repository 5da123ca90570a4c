import { createHash } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { DomainError } from '../../domain/errors.ts';
import type { components } from '../../domain/generated/openapi.ts';
import { partSizeFor } from '../../domain/upload/part-plan.ts';
import { UPLOAD_CONTENT_TYPES } from '../../domain/video/limits.ts';
import { factsAbout } from '../platform/access-facts.ts';
import type { KillPointCheck } from '../platform/kill-points.ts';
import { MissingRow } from '../platform/missing-row.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { UploadModel, type UploadCompletion } from '../platform/models/upload.ts';
import { VideoModel } from '../platform/models/video.ts';
import { sourceKey } from '../platform/object-keys.ts';
import type { ObjectStore, StoredPart } from '../platform/object-store.ts';
import { randomSecret } from '../platform/secrets.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { Uploads, UploadState } from './contracts.ts';
import { countUpload } from './link-uploads.ts';
import { quotaOf, reserve } from './quota.ts';
import { mustBePlayers, nameSubjects, othersThan } from './subjects.ts';
import { completeUpload, endIfFatal, giveUpUpload } from './upload-ending.ts';
import { stateOf } from './upload-store.ts';

type UploadInit = components['schemas']['UploadInit'];
type UploadRef = components['schemas']['UploadRef'];

export interface UploadDependencies {
  readonly store: ObjectStore;
  readonly killPoint: KillPointCheck;
}

/**
 * The way in. The store stands between short transactions, never inside one, and every step may be repeated after a crash:
 * what the store has done is proven by the write token on the object, not by anybody's memory.
 */
export const uploads = ({ store, killPoint }: UploadDependencies): Uploads => ({
  init: async (tenant, request) => {
    const upload = await tenant.within((scope) => findOrBegin(scope, request).finally(() => killPoint('before_begin_commit')));
    killPoint('after_begin');
    const { opened, isNew } =
      upload.state === 'initiating'
        ? await openAtStore(tenant, tenantStore(store, tenant.id), upload, killPoint)
        : { opened: upload, isNew: false };
    killPoint('after_open');
    if (opened.state === 'aborted') throw new DomainError('upload.lost', { detail: 'This upload was given up. Start a new one.' });
    return look(store, tenant, opened, isNew ? [] : undefined);
  },

  parts: async (tenant, request) => {
    const { upload } = await tenant.within((scope) => ownUpload(scope, request));
    if (upload.state === 'aborted') throw new DomainError('upload.lost');
    return look(store, tenant, upload);
  },

  complete: async (tenant, request) => {
    const { upload, video } = await tenant.within((scope) => ownUpload(scope, request));
    if (upload.state === 'done') return video;
    if (upload.state === 'aborted') throw new DomainError('upload.lost');
    if (upload.state === 'initiating') throw new DomainError('upload.not_open');
    const { parts, checksumSha256 = null, checksumSha256OfPieces = null } = request;
    const completion: UploadCompletion = { parts, checksumSha256, checksumSha256OfPieces };
    killPoint('before_claim');
    await tenant.within((scope) => claim(scope, upload, completion));
    killPoint('after_claim');
    const finished = await completeUpload({ store, killPoint }, tenant, Object.assign(upload, { completion }), 'api');
    if (finished) return finished;
    await tenant.within((scope) => VideoModel.find(scope, upload.videoId));
    throw new DomainError('upload.lost', { detail: 'The upload was ended before it was complete.' });
  },

  abort: async (tenant, request) => {
    const { upload } = await tenant.within((scope) => ownUpload(scope, request));
    if (upload.state === 'aborted') return;
    const outcome = await giveUpUpload({ store, killPoint }, tenant, upload, { by: 'api', code: null });
    if (outcome === 'finished') throw new DomainError('upload.already_completed');
  },
});

/** The upload as the store has it, asked unless it is `known`. What the store has lost is over. */
async function look(store: ObjectStore, tenant: Tenant, upload: UploadModel, known?: readonly StoredPart[]): Promise<UploadState> {
  const context = await tenant.within(async (scope) => ({
    video: await VideoModel.find(scope, upload.videoId),
    quota: await quotaOf(scope),
  }));
  try {
    return await stateOf(tenantStore(store, tenant.id), upload, context, known);
  } catch (error) {
    await endIfFatal(store, tenant, upload, 'api', error);
    throw error;
  }
}

/** T3: what the client said is kept, so that the upload can be finished without it. */
async function claim(scope: TenantScope, { id }: UploadModel, completion: UploadCompletion): Promise<void> {
  await UploadModel.within(scope)
    .where('id', id)
    .whereIn('state', ['open', 'completing'])
    .patch({ state: 'completing', completion, stateSince: new Date() });
}

/** T1: the same client id finds the same upload, however parallel. */
async function findOrBegin(scope: TenantScope, request: UploadInit): Promise<UploadModel> {
  const playerId = request.playerId ?? (scope.actor.role === 'player' ? scope.actor.id : null);
  if (request.playerId !== undefined) await mustBePlayer(scope, request.playerId);
  const otherPlayerIds = othersThan(playerId, request.otherPlayerIds ?? []);
  await mustBePlayers(scope, otherPlayerIds, { all: request.otherPlayerIds ?? [], field: 'otherPlayerIds' });
  mustBeAllowed(scope, 'video.upload', await factsAbout(scope, { playerId, otherPlayerIds }));
  mustSuitGuest(scope, request);
  await mustFitLimits(scope, request);

  await scope.trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `${scope.tenantId}:${scope.actor.id}:${request.clientUploadId}`,
  ]);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(sortedEntries({ ...request, playerId, otherPlayerIds: askedFor(otherPlayerIds) })))
    .digest();
  const known = await UploadModel.within(scope).where({ createdById: scope.actor.id, clientUploadId: request.clientUploadId }).first();
  if (!known) return begin(scope, request, { playerId, otherPlayerIds }, fingerprint);
  if (!known.requestSha256.equals(fingerprint))
    throw new DomainError('upload.parameters_differ', {
      field: 'clientUploadId',
      detail: 'This clientUploadId belongs to an upload with other parameters.',
    });
  return known;
}

const sortedEntries = (record: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, typeof value === 'object' && value !== null ? sortedEntries(value as Record<string, unknown>) : value]);

/** What comes by a link is for those who coach: whom else it is shown to, and who else is in it, is not for whoever holds the link. */
function mustSuitGuest({ actor }: TenantScope, { visibility = 'coach_only', otherPlayerIds = [] }: UploadInit): void {
  if (actor.role !== 'guest') return;
  const field = visibility !== 'coach_only' ? 'visibility' : otherPlayerIds.length > 0 ? 'otherPlayerIds' : null;
  if (field !== null) throw new DomainError('access.denied', { field, extra: { reason: 'role_not_allowed' } });
}

async function mustBePlayer(scope: TenantScope, playerId: string): Promise<void> {
  const player = await AppUserModel.within(scope).where({ id: playerId, role: 'player' }).first();
  if (!player) throw new MissingRow('person', playerId, 'playerId');
}

async function mustFitLimits(scope: TenantScope, { contentType, sizeBytes }: UploadInit): Promise<void> {
  if (!(UPLOAD_CONTENT_TYPES as readonly string[]).includes(contentType))
    throw new DomainError('upload.type_not_allowed', { field: 'contentType', extra: { allowed: UPLOAD_CONTENT_TYPES } });
  if (sizeBytes === 0) throw new DomainError('upload.empty', { field: 'sizeBytes' });
  const limits = await scope.trx<{ id: string; maxUploadBytes: number }>('tenant').where({ id: scope.tenantId }).first('maxUploadBytes');
  const maxSizeBytes = limits?.maxUploadBytes ?? 0;
  if (sizeBytes > maxSizeBytes) throw new DomainError('upload.too_large', { field: 'sizeBytes', extra: { sizeBytes, maxSizeBytes } });
}

/** In no order, and nothing when nobody is named: an upload that was begun before there were others is the same. */
const askedFor = (ids: readonly string[]): readonly string[] | undefined => (ids.length === 0 ? undefined : [...ids].sort());

interface InThePicture {
  readonly playerId: string | null;
  readonly otherPlayerIds: readonly string[];
}

async function begin(
  scope: TenantScope,
  request: UploadInit,
  { playerId, otherPlayerIds }: InThePicture,
  requestSha256: Buffer,
): Promise<UploadModel> {
  const { tenantId, actor } = scope;
  await countUpload(scope);
  const videoId = uuidv7();
  const id = uuidv7();
  const { title, category = null, clubType = null, viewAngle = null, capturedAt, metadata = {}, sizeBytes } = request;
  await VideoModel.query(scope.trx).insert({
    ...{ tenantId, id: videoId, title, category, clubType, viewAngle, metadata, sizeBytes, playerId },
    capturedAt: capturedAt === undefined ? null : new Date(capturedAt),
    uploadedById: actor.id,
    visibility: request.visibility ?? 'coach_only',
  });
  await nameSubjects(scope, videoId, otherPlayerIds);
  const upload = {
    ...{ tenantId, id, videoId, sizeBytes, requestSha256 },
    createdById: actor.id,
    clientUploadId: request.clientUploadId,
    contentType: request.contentType,
    fingerprint: request.fingerprint ?? null,
    countedIn: await reserve(scope, sizeBytes),
    partSizeBytes: partSizeFor(sizeBytes),
    objectKey: sourceKey(tenantId, videoId, id),
    writeToken: randomSecret(),
  };
  await UploadModel.query(scope.trx).insert(upload);
  await scope.audit('VIDEO_UPLOAD_STARTED', { resourceType: 'video', resourceId: videoId, subjectId: playerId, metadata: { sizeBytes } });
  await scope.emit('video.created', { videoId });
  return UploadModel.within(scope).where('id', id).first().throwIfNotFound();
}

/** S1 and T2. Whoever comes second drops what it opened and goes on with the first one's. */
async function openAtStore(
  tenant: Tenant,
  own: ObjectStore,
  upload: UploadModel,
  killPoint: KillPointCheck,
): Promise<{ readonly opened: UploadModel; readonly isNew: boolean }> {
  const storeUploadId = await own.createMultipart(upload.objectKey, {
    contentType: upload.contentType,
    metadata: { 'write-token': upload.writeToken, 'upload-id': upload.id },
  });
  killPoint('after_store_begin');
  const opened = await tenant.within(async (scope) => {
    const won = await UploadModel.within(scope)
      .where({ id: upload.id, state: 'initiating' })
      .patch({ state: 'open', storeUploadId, stateSince: new Date() });
    if (won === 1) await VideoModel.move(scope, upload.videoId, { event: 'uploadOpened', by: 'api' });
    return UploadModel.within(scope).where('id', upload.id).first().throwIfNotFound();
  });
  const isNew = opened.state === 'open' && opened.storeUploadId === storeUploadId;
  if (opened.storeUploadId !== storeUploadId) await own.abortMultipart(upload.objectKey, storeUploadId);
  return { opened, isNew };
}

/** Only the person who began an upload may go on with it, and only while they may upload at all. */
async function ownUpload(scope: TenantScope, { videoId, uploadId }: UploadRef): Promise<{ upload: UploadModel; video: VideoModel }> {
  const upload = await UploadModel.within(scope).where({ id: uploadId, videoId }).first();
  if (!upload) throw new MissingRow('upload', uploadId, 'uploadId');
  const video = await VideoModel.find(scope, videoId);
  mustBeAllowed(scope, 'video.upload', await factsAbout(scope, { playerId: video.playerId, video }));
  if (upload.createdById !== scope.actor.id)
    throw new DomainError('access.denied', { detail: 'Only the person who began an upload may go on with it.' });
  return { upload, video };
}
