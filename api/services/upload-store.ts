import { DomainError } from '../../domain/errors.ts';
import { planParts } from '../../domain/upload/part-plan.ts';
import type { UploadModel } from '../platform/models/upload.ts';
import type { VideoModel } from '../platform/models/video.ts';
import type { ObjectStore, StoredPart } from '../platform/object-store.ts';
import type { UploadState } from './contracts.ts';

const PART_URL_SECONDS = 900;

/** What is there and what is missing, as the store itself says. */
export async function stateOf(store: ObjectStore, upload: UploadModel, video: VideoModel): Promise<UploadState> {
  const expiresAt = new Date(Date.now() + PART_URL_SECONDS * 1000);
  const shared = { video, uploadId: upload.id, key: upload.objectKey, partSizeBytes: upload.partSizeBytes, expiresAt };
  const { storeUploadId } = upload;
  if (upload.state === 'done' || storeUploadId === null) return { ...shared, storedParts: [], missingParts: [] };
  const storedParts = await store.listParts(upload.objectKey, storeUploadId);
  // Nothing at the store while we are open: either it was completed and the answer lost, or it has expired there.
  if (storedParts === null) {
    if (!(await isOurObject(store, upload))) throw new DomainError('upload.lost');
    return { ...shared, storedParts: [], missingParts: [] };
  }
  const whole = new Map(storedParts.map((part) => [part.partNumber, part.sizeBytes]));
  const missing = planParts(upload.sizeBytes, upload.partSizeBytes).filter((part) => whole.get(part.partNumber) !== part.sizeBytes);
  const missingParts = await Promise.all(
    missing.map(async (part) => ({
      ...part,
      url: await store.signPart(upload.objectKey, {
        uploadId: storeUploadId,
        partNumber: part.partNumber,
        sizeBytes: part.sizeBytes,
        expiresInSeconds: PART_URL_SECONDS,
      }),
    })),
  );
  return { ...shared, storedParts, missingParts };
}

/**
 * Returns when the object is there, whole, and written by this upload. May be called again after any crash.
 * @throws DomainError `upload.parts_incomplete`, `upload.too_large`, `upload.lost`, `upload.object_conflict`
 */
export async function proveCompletion(
  store: ObjectStore,
  upload: UploadModel,
  parts: readonly { readonly partNumber: number; readonly etag: string }[],
): Promise<void> {
  const { objectKey, storeUploadId } = upload;
  if (storeUploadId === null) throw new DomainError('upload.not_open');
  const stored = await store.listParts(objectKey, storeUploadId);
  if (stored !== null) {
    mustBeWhole(upload, stored, parts);
    await store.completeMultipart(objectKey, storeUploadId, stored);
  }
  if (!(await isOurObject(store, upload))) throw new DomainError('upload.lost');
}

function mustBeWhole(
  upload: UploadModel,
  stored: readonly StoredPart[],
  told: readonly { readonly partNumber: number; readonly etag: string }[],
): void {
  const plan = planParts(upload.sizeBytes, upload.partSizeBytes);
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  const storedBytes = stored.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (storedBytes > upload.sizeBytes)
    throw new DomainError('upload.too_large', {
      detail: 'More bytes arrived than were declared.',
      extra: { sizeBytes: storedBytes, maxSizeBytes: upload.sizeBytes },
    });
  const missing = plan.filter((part) => byNumber.get(part.partNumber)?.sizeBytes !== part.sizeBytes).map((part) => part.partNumber);
  if (missing.length > 0) throw new DomainError('upload.parts_incomplete', { field: 'parts', extra: { missingParts: missing } });
  const etags = new Map(told.map((part) => [part.partNumber, bare(part.etag)]));
  const wrong = plan
    .filter((part) => etags.get(part.partNumber) !== bare(byNumber.get(part.partNumber)?.etag ?? ''))
    .map((part) => part.partNumber);
  if (wrong.length > 0 || etags.size !== plan.length || told.length !== plan.length)
    throw new DomainError('upload.parts_incomplete', {
      field: 'parts',
      detail: 'The list of parts is not the one that is stored.',
      extra: { wrongParts: wrong },
    });
}

const bare = (etag: string): string => etag.replace(/^"|"$/g, '');

/** Existence proves nothing: the token says which upload wrote the object, the size that it is whole. */
async function isOurObject(store: ObjectStore, upload: UploadModel): Promise<boolean> {
  const head = await store.head(upload.objectKey);
  if (head === null) return false;
  if (head.metadata['write-token'] !== upload.writeToken || head.sizeBytes !== upload.sizeBytes)
    throw new DomainError('upload.object_conflict');
  return true;
}
