import { may, type Actor } from '../../domain/access/policy.ts';
import { LINK_SCOPES, ROLE_SCOPES } from '../../domain/access/roles.ts';
import { DomainError } from '../../domain/errors.ts';
import type { ProcessingErrorCode } from '../../domain/video/limits.ts';
import { refusalMessage } from '../../domain/video/refusal-message.ts';
import type { MoveMaker } from '../../domain/video/status.ts';
import { factsAbout } from '../platform/access-facts.ts';
import type { KillPointCheck } from '../platform/kill-points.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { linkOfGuest, tellOfUpload } from './link-uploads.ts';
import { release, settle } from './quota.ts';
import { forget, isWholeObject, proveCompletion } from './upload-store.ts';

export interface EndingDependencies {
  readonly store: ObjectStore;
  readonly killPoint: KillPointCheck;
}

/** How an upload that will not be finished ends: taken back by its uploader, or failed for a reason. */
export type UploadEnd = { readonly by: 'api'; readonly code: null } | { readonly by: MoveMaker; readonly code: ProcessingErrorCode };

/** What ends an upload for good when it comes up on the way to completion, and what its video then says. */
const FATAL = new Map<string, ProcessingErrorCode>([
  ['upload.too_large', 'TOO_LARGE'],
  ['upload.lost', 'UPLOAD_ABORTED'],
]);

/**
 * From the claim to the end: proof, then status, job and quota. Asks nobody but the store, so it may be run by a client's request
 * or without one, again after any crash, and by several at once.
 * @returns null when the upload was ended by somebody else meanwhile, and nothing of it is left.
 * @throws DomainError `upload.*`; where that is the upload's end, the upload has ended.
 */
export async function completeUpload(
  { store, killPoint }: EndingDependencies,
  tenant: Tenant,
  upload: UploadModel,
  by: MoveMaker,
): Promise<VideoModel | null> {
  try {
    await proveCompletion(tenantStore(store, tenant.id), upload, upload.completion?.parts ?? null);
  } catch (error) {
    await endIfFatal(store, tenant, upload, by, error);
    throw error;
  }
  killPoint('after_store_complete');
  const finished = await tenant.within((scope) => finish(scope, upload, by).finally(() => killPoint('before_finish_commit')));
  killPoint('after_finish');
  // Removed, or no longer allowed, while the store was putting it together.
  if (!finished) await forget(tenantStore(store, tenant.id), upload);
  return finished;
}

/** An upload that the store has lost, or that is more than was declared, is over; one with parts missing is open again. */
export async function endIfFatal(store: ObjectStore, tenant: Tenant, upload: UploadModel, by: MoveMaker, error: unknown): Promise<void> {
  if (!(error instanceof DomainError)) return;
  const code = FATAL.get(error.code);
  if (code !== undefined) {
    await tenant.within((scope) => endUpload(scope, upload, { by, code }));
    await forget(tenantStore(store, tenant.id), upload);
  } else if (error.code === 'upload.parts_incomplete') await tenant.within((scope) => reopen(scope, upload));
}

/** As it was before the claim: the time since it is open decides when it expires. */
async function reopen(scope: TenantScope, { id, state, stateSince }: UploadModel): Promise<void> {
  await UploadModel.within(scope)
    .where({ id, state: 'completing' })
    .patch({ state: 'open', completion: null, stateSince: state === 'open' ? stateSince : new Date() });
}

/** T4: status, job, quota, audit and the upload's end, together or not at all. The second of two finds it done. Null: it has ended otherwise. */
async function finish(scope: TenantScope, { id, videoId }: UploadModel, by: MoveMaker): Promise<VideoModel | null> {
  // The video first, as everywhere: whoever removes it holds it before it looks for uploads.
  const video = await VideoModel.within(scope).where('id', videoId).first().forUpdate();
  const upload = await UploadModel.within(scope).where('id', id).first().forUpdate().throwIfNotFound();
  if (upload.state === 'done') return VideoModel.find(scope, videoId);
  if (upload.state === 'aborted' || !video || video.deletedAt !== null) return null;
  if (!(await mayStillUpload(scope, upload, video))) {
    await endUpload(scope, upload, { by, code: 'UPLOAD_ABORTED' });
    return null;
  }
  const completion = upload.completion && { ...upload.completion, parts: [] };
  await UploadModel.within(scope).where('id', id).patch({ state: 'done', stateSince: new Date(), completion });
  const moved = await VideoModel.move(scope, videoId, { event: 'uploaded', by });
  await settle(scope, upload);
  await scope.enqueue('video.process', { videoId, processingVersion: moved.processingVersion });
  const { sizeBytes } = upload;
  await scope.audit('VIDEO_UPLOADED', { resourceType: 'video', resourceId: videoId, subjectId: video.playerId, metadata: { sizeBytes } });
  await tellOfUpload(scope, upload);
  return moved;
}

/** Asked for the person who uploads, whoever finishes: a consent may have been withdrawn since the first byte. */
async function mayStillUpload(scope: TenantScope, { createdById }: UploadModel, video: VideoModel): Promise<boolean> {
  const person = await AppUserModel.within(scope).where('id', createdById).first().throwIfNotFound();
  const actor = await uploaderOf(scope, person);
  return may(actor, 'video.upload', await factsAbout({ ...scope, actor }, { playerId: video.playerId, video })).allowed;
}

/** With the widest rights of the role. Of a guest a link that is in force still says for whom. */
async function uploaderOf(scope: TenantScope, { id, role }: AppUserModel): Promise<Actor> {
  if (role !== 'guest') return { id, role, scopes: new Set(ROLE_SCOPES[role]), onlyPlayerIds: null, onlyVideoIds: null };
  const link = await linkOfGuest(scope, id);
  const playerId = link && !link.revokedAt && !link.suspendedAt ? link.playerId : null;
  return {
    id,
    role,
    scopes: new Set(LINK_SCOPES.upload),
    onlyPlayerIds: playerId === null ? null : new Set([playerId]),
    onlyVideoIds: null,
  };
}

/**
 * Ends an upload that is not to be finished, unless the store has it whole already: a completion whose answer was lost must not be
 * destroyed by an impatient client or a clock.
 * @returns 'finished' when it turned out to be complete; then it is.
 */
export async function giveUpUpload(
  deps: EndingDependencies,
  tenant: Tenant,
  upload: UploadModel,
  end: UploadEnd,
): Promise<'ended' | 'finished'> {
  const own = tenantStore(deps.store, tenant.id);
  if (upload.state === 'done') return 'finished';
  if (await isWholeObject(own, upload)) {
    const finished = await tenant.within((scope) => finish(scope, upload, end.by));
    if (finished) return 'finished';
  } else {
    const { state } = await tenant.within(async (scope) => {
      await endUpload(scope, upload, end);
      return UploadModel.within(scope).where('id', upload.id).first().throwIfNotFound();
    });
    if (state === 'done') return 'finished';
  }
  await forget(own, upload);
  return 'ended';
}

/** Nothing happens to an upload that is done or has ended: of two ends the first one counts, and gives back the quota. */
async function endUpload(scope: TenantScope, upload: UploadModel, { by, code }: UploadEnd): Promise<void> {
  const { id, videoId } = upload;
  const video = await VideoModel.within(scope).where('id', videoId).first().forUpdate();
  const ended = await UploadModel.within(scope)
    .where('id', id)
    .whereNotIn('state', ['done', 'aborted'])
    .patch({ state: 'aborted', stateSince: new Date(), completion: null });
  if (ended === 0 || !video) return;
  await release(scope, upload);
  if (code === null) {
    await VideoModel.move(scope, videoId, { event: 'removed', by, reason: 'UPLOAD_ABORTED', change: { deletedAt: new Date() } });
    await scope.emit('video.deleted', { videoId });
  } else {
    const change = { errorCode: code, errorMessage: refusalMessage(code) };
    await VideoModel.move(scope, videoId, { event: 'abandoned', by, reason: code, change });
  }
  await scope.audit('VIDEO_UPLOAD_ABORTED', { resourceType: 'video', resourceId: videoId, subjectId: video.playerId });
}
