import { DomainError } from '../../domain/errors.ts';
import { planParts } from '../../domain/upload/part-plan.ts';
import type { UploadCompletion, UploadModel } from '../platform/models/upload.ts';
import type { VideoModel } from '../platform/models/video.ts';
import type { ObjectStore, StoredPart } from '../platform/object-store.ts';
import type { UploadState } from './contracts.ts';

const PART_URL_SECONDS = 900;

/** What the database knows of an upload beside its row. */
export interface UploadContext {
  readonly video: VideoModel;
  readonly quota: UploadState['quota'];
}

/**
 * What is there and what is missing, as the store itself says.
 * @param known What is there, where that is certain without asking. @throws DomainError `upload.lost`
 */
export async function stateOf(
  store: ObjectStore,
  upload: UploadModel,
  context: UploadContext,
  known?: readonly StoredPart[],
): Promise<UploadState> {
  const expiresAt = new Date(Date.now() + PART_URL_SECONDS * 1000);
  const shared = { ...context, uploadId: upload.id, key: upload.objectKey, partSizeBytes: upload.partSizeBytes, expiresAt };
  const { storeUploadId } = upload;
  if (upload.state === 'done' || storeUploadId === null) return { ...shared, storedParts: [], missingParts: [] };
  const storedParts = known ?? (await store.listParts(upload.objectKey, storeUploadId));
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
 * @param told The parts as the client listed them; null when nobody knows any more: then what is stored has only to be whole.
 * @throws DomainError `upload.parts_incomplete`, `upload.too_large`, `upload.lost`, `upload.object_conflict`
 */
export async function proveCompletion(store: ObjectStore, upload: UploadModel, told: UploadCompletion['parts'] | null): Promise<void> {
  const { objectKey, storeUploadId } = upload;
  if (storeUploadId === null) throw new DomainError('upload.not_open');
  const stored = await store.listParts(objectKey, storeUploadId);
  if (stored !== null) {
    mustBeWhole(upload, stored);
    if (told !== null) mustBeAsTold(upload, stored, told);
    await store.completeMultipart(objectKey, storeUploadId, stored);
  }
  if (!(await isOurObject(store, upload))) throw new DomainError('upload.lost');
}

/** Whether the store has made the object out of this upload, as declared. */
export async function isWholeObject(store: ObjectStore, upload: UploadModel): Promise<boolean> {
  const head = await store.head(upload.objectKey);
  return head?.metadata['write-token'] === upload.writeToken && head.sizeBytes === upload.sizeBytes;
}

/** Removes whatever the store has of an upload that was given up. May be called again. */
export async function forget(store: ObjectStore, { objectKey, storeUploadId }: UploadModel): Promise<void> {
  if (storeUploadId !== null) await store.abortMultipart(objectKey, storeUploadId);
  await store.removePrefix(objectKey.slice(0, objectKey.lastIndexOf('/') + 1));
}

const tooLarge = (arrivedBytes: number, { sizeBytes }: UploadModel): DomainError =>
  new DomainError('upload.too_large', {
    detail: 'More bytes arrived than were declared.',
    extra: { sizeBytes: arrivedBytes, maxSizeBytes: sizeBytes },
  });

function mustBeWhole(upload: UploadModel, stored: readonly StoredPart[]): void {
  const storedBytes = stored.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (storedBytes > upload.sizeBytes) throw tooLarge(storedBytes, upload);
  const sizes = new Map(stored.map((part) => [part.partNumber, part.sizeBytes]));
  const plan = planParts(upload.sizeBytes, upload.partSizeBytes);
  const missing = plan.filter((part) => sizes.get(part.partNumber) !== part.sizeBytes).map((part) => part.partNumber);
  if (missing.length > 0) throw new DomainError('upload.parts_incomplete', { field: 'parts', extra: { missingParts: missing } });
}

/** The client must mean the bytes that are there: a part it sent twice may have been stored in the other order. */
function mustBeAsTold({ sizeBytes, partSizeBytes }: UploadModel, stored: readonly StoredPart[], told: UploadCompletion['parts']): void {
  const plan = planParts(sizeBytes, partSizeBytes);
  const storedEtags = new Map(stored.map((part) => [part.partNumber, bare(part.etag)]));
  const toldEtags = new Map(told.map((part) => [part.partNumber, bare(part.etag)]));
  const wrong = plan.map(({ partNumber }) => partNumber).filter((number) => toldEtags.get(number) !== storedEtags.get(number));
  if (wrong.length > 0 || toldEtags.size !== plan.length || told.length !== plan.length)
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
  const isOurs = head.metadata['write-token'] === upload.writeToken;
  if (isOurs && head.sizeBytes > upload.sizeBytes) throw tooLarge(head.sizeBytes, upload);
  if (!isOurs || head.sizeBytes !== upload.sizeBytes) throw new DomainError('upload.object_conflict');
  return true;
}
