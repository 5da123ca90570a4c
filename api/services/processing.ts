import { uuidv7 } from 'uuidv7';
import type { ToldChecksums } from '../../domain/upload/checksum.ts';
import type { ProcessingErrorCode, UploadLimits } from '../../domain/video/limits.ts';
import { RenditionModel, type RenditionFile } from '../platform/models/rendition.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { FrameIndexData } from '../../domain/frames/frame-index.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';

export interface ProcessingRef {
  readonly videoId: string;
  readonly processingVersion: number;
}

/** One try at processing one version of a video. Only the latest may publish. */
export interface Attempt extends ProcessingRef {
  readonly attemptId: string;
  readonly sourceKey: string;
  readonly sizeBytes: number;
  readonly told: ToldChecksums;
  readonly limits: UploadLimits;
}

export interface Result {
  readonly files: Readonly<Record<string, RenditionFile>>;
  readonly frameIndex: FrameIndexData;
  readonly pictureHashes: Buffer;
  readonly facts: Pick<
    VideoModel,
    'width' | 'height' | 'durationMs' | 'frameCount' | 'fps' | 'captureFps' | 'rotation' | 'timing' | 'bitrateKbps' | 'checksumSha256'
  >;
}

/** A newer attempt, or a removal, came in between: what this one made must never be seen. */
export class StaleAttempt extends Error {
  override readonly name = 'StaleAttempt';
}

export interface Processing {
  /** Takes the video over, from a dead attempt too. Null when there is nothing left to do. */
  begin(tenant: Tenant, ref: ProcessingRef): Promise<Attempt | null>;
  /** @param share 0..1 */
  progress(tenant: Tenant, attempt: Attempt, share: number): Promise<void>;
  /**
   * Makes the result visible, in one transaction with the job's own completion.
   * @param settleJob completes the job in the given transaction; false when the queue has given the job to somebody else.
   * @throws StaleAttempt when this is no longer the attempt that may publish.
   */
  publish(tenant: Tenant, attempt: Attempt, result: Result, settleJob: (scope: TenantScope) => Promise<boolean>): Promise<void>;
  /** Ends processing for good. Does nothing when somebody else has moved the video on. */
  giveUp(tenant: Tenant, ref: ProcessingRef, failure: { readonly code: ProcessingErrorCode; readonly message: string }): Promise<void>;
}

export const processing = (): Processing => ({
  begin: (tenant, { videoId, processingVersion }) =>
    tenant.within(async (scope) => {
      const video = await VideoModel.within(scope).where('id', videoId).first().forUpdate();
      if (video?.processingVersion !== processingVersion || !['uploaded', 'processing'].includes(video.status)) return null;
      const upload = await UploadModel.within(scope).where({ videoId, state: 'done' }).first().throwIfNotFound();
      const attemptId = uuidv7();
      await VideoModel.move(scope, videoId, { event: 'started', by: 'worker', change: { attemptId, progress: 0 } });
      const limits = await scope.trx<TenantLimits>('tenant').where({ id: scope.tenantId }).first('maxUploadBytes', 'maxDurationMs');
      return {
        ...{ videoId, processingVersion, attemptId, sourceKey: upload.objectKey, sizeBytes: upload.sizeBytes },
        told: toldOf(upload),
        limits: { maxSizeBytes: limits?.maxUploadBytes ?? 0, maxDurationMs: limits?.maxDurationMs ?? 0 },
      };
    }),

  progress: (tenant, { videoId, attemptId }, share) =>
    tenant.within(async (scope) => {
      await VideoModel.within(scope).where({ id: videoId, attemptId, status: 'processing' }).patch({ progress: share });
    }),

  publish: (tenant, attempt, { files, frameIndex, pictureHashes, facts }, settleJob) =>
    tenant.within(async (scope) => {
      const { videoId, attemptId, processingVersion } = attempt;
      const video = await VideoModel.within(scope).where('id', videoId).first().forUpdate();
      if (video?.attemptId !== attemptId || video.status !== 'processing') throw new StaleAttempt(`attempt ${attemptId} was overtaken`);
      await RenditionModel.query(scope.trx).insert({
        ...{ tenantId: scope.tenantId, videoId, attemptId, processingVersion },
        ...{ files, frameIndex, pictureHashes },
      });
      const change = { ...facts, publishedAttemptId: attemptId, progress: null, errorCode: null, errorMessage: null };
      await VideoModel.move(scope, videoId, { event: 'finished', by: 'worker', change });
      if (!(await settleJob(scope))) throw new StaleAttempt(`the job of attempt ${attemptId} belongs to another worker`);
    }),

  giveUp: (tenant, { videoId, processingVersion }, { code, message }) =>
    tenant.within(async (scope) => {
      const video = await VideoModel.within(scope).where('id', videoId).first().forUpdate();
      if (video?.processingVersion !== processingVersion || !['uploaded', 'processing'].includes(video.status)) return;
      const change = { errorCode: code, errorMessage: message, progress: null, attemptId: null };
      // Danger is kept apart from what merely did not work.
      const event = code === 'MALWARE_FOUND' && video.status === 'processing' ? 'rejected' : 'broke';
      await VideoModel.move(scope, videoId, { event, by: 'worker', reason: code, change });
    }),
});

const toldOf = ({ completion }: UploadModel): ToldChecksums => ({
  checksumSha256: completion?.checksumSha256 ?? null,
  checksumSha256OfPieces: completion?.checksumSha256OfPieces ?? null,
});

interface TenantLimits {
  readonly id: string;
  readonly maxUploadBytes: number;
  readonly maxDurationMs: number;
}
