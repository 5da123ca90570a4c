import { uuidv7 } from 'uuidv7';
import { needsLadder } from '../../domain/media/ladder.ts';
import type { ToldChecksums } from '../../domain/upload/checksum.ts';
import type { UploadLimits } from '../../domain/video/limits.ts';
import { RenditionModel, type RenditionFile } from '../platform/models/rendition.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { VideoAttemptModel } from '../platform/models/video-attempt.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { FrameIndexData } from '../../domain/frames/frame-index.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { pinDrawings } from './previews.ts';
import { checkAnchors } from './anchors.ts';
import { endProcessing, mustBeProcessable, type ProcessingFailure } from './processing-consent.ts';

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
  /** There is nothing to be seen of the video yet. */
  readonly wantsPreview: boolean;
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

/** Workers have died over this version as often as they may: nobody tries it again. */
export class PoisonedSource extends Error {
  override readonly name = 'PoisonedSource';
}

/** So many workers may be lost over one version of one video. The queue's own count does not see what kills its workers. */
export const MOST_DEATHS = 3;

export interface Processing {
  /**
   * Takes the video over, from a dead attempt too. Null when there is nothing left to do.
   * @throws PoisonedSource, ConsentMissing
   */
  begin(tenant: Tenant, ref: ProcessingRef): Promise<Attempt | null>;
  /** @param share 0..1 */
  progress(tenant: Tenant, attempt: Attempt, share: number): Promise<void>;
  /**
   * Makes the result visible, in one transaction with the job's own completion.
   * @param settleJob completes the job in the given transaction; false when the queue has given the job to somebody else.
   * @throws StaleAttempt when this is no longer the attempt that may publish; ConsentMissing when nobody may see it by now.
   */
  publish(tenant: Tenant, attempt: Attempt, result: Result, settleJob: (scope: TenantScope) => Promise<boolean>): Promise<void>;
  /**
   * The attempt is over without having published: it failed or was stopped, and did not kill its worker.
   * @param isClean nothing of it is left in the store.
   */
  leave(tenant: Tenant, attempt: Attempt, isClean: boolean): Promise<void>;
  /** Ends processing for good, and leaves what was published before. Does nothing when somebody else has moved the video on. */
  giveUp(tenant: Tenant, ref: ProcessingRef, failure: ProcessingFailure): Promise<void>;
}

export const processing = (): Processing => ({
  begin: (tenant, { videoId, processingVersion }) =>
    tenant.within(async (scope) => {
      const video = await VideoModel.within(scope).where('id', videoId).first().forUpdate();
      if (video?.processingVersion !== processingVersion || !video.isUnderWay) return null;
      await mustBeProcessable(scope, video);
      const deaths = await VideoAttemptModel.within(scope).where({ videoId, processingVersion }).whereNull('endedAt').resultSize();
      if (deaths >= MOST_DEATHS) throw new PoisonedSource(`${String(deaths)} workers died over version ${String(processingVersion)}`);
      const upload = await UploadModel.within(scope).where({ videoId, state: 'done' }).first().throwIfNotFound();
      const attemptId = uuidv7();
      await VideoAttemptModel.query(scope.trx).insert({ tenantId: scope.tenantId, videoId, id: attemptId, processingVersion });
      await VideoModel.move(scope, videoId, { event: 'started', by: 'worker', change: { attemptId, progress: 0 } });
      const limits = await scope.trx<TenantLimits>('tenant').where({ id: scope.tenantId }).first('maxUploadBytes', 'maxDurationMs');
      return {
        ...{ videoId, processingVersion, attemptId, sourceKey: upload.objectKey, sizeBytes: upload.sizeBytes },
        told: toldOf(upload),
        limits: { maxSizeBytes: limits?.maxUploadBytes ?? 0, maxDurationMs: limits?.maxDurationMs ?? 0 },
        wantsPreview: video.shownAttemptId === null,
      };
    }),

  progress: (tenant, { videoId, attemptId }, share) =>
    tenant.within(async (scope) => {
      const video = await VideoModel.within(scope).where({ id: videoId, attemptId }).first().forUpdate();
      if (!video?.isUnderWay) return;
      await VideoModel.within(scope).where({ id: videoId }).patch({ progress: share });
      const step = stepOf(share);
      if (step > stepOf(video.progress ?? 0)) await scope.emit('video.progress', { videoId, percent: step * STEP_PERCENT });
    }),

  publish: (tenant, attempt, { files, frameIndex, pictureHashes, facts }, settleJob) =>
    tenant.within(async (scope) => {
      const { videoId, attemptId, processingVersion } = attempt;
      const video = await VideoModel.within(scope).where('id', videoId).first().forUpdate();
      if (video?.attemptId !== attemptId || video.processingVersion !== processingVersion || !video.isUnderWay)
        throw new StaleAttempt(`attempt ${attemptId} was overtaken`);
      // The row is held: a withdrawal comes before this or after it.
      await mustBeProcessable(scope, video);
      await RenditionModel.query(scope.trx).insert({
        ...{ tenantId: scope.tenantId, videoId, attemptId, processingVersion },
        ...{ files, frameIndex, pictureHashes },
      });
      await pinDrawings(scope, videoId, { frameIndex, pictureHashes });
      const published = { publishedAttemptId: attemptId, publishedVersion: processingVersion };
      const change = { ...facts, ...published, progress: null, errorCode: null, errorMessage: null };
      await VideoModel.move(scope, videoId, { event: 'finished', by: 'worker', change });
      await VideoAttemptModel.within(scope).where({ videoId, id: attemptId }).patch({ endedAt: new Date() });
      await checkAnchors(scope, videoId, { frameIndex, pictureHashes });
      await scope.emit('video.ready', { videoId, processingVersion });
      // Nobody waits for it: the video is ready without.
      if (needsLadder(facts)) await scope.enqueue('video.ladder', { videoId, processingVersion, attemptId });
      if (!(await settleJob(scope))) throw new StaleAttempt(`the job of attempt ${attemptId} belongs to another worker`);
    }),

  leave: (tenant, { videoId, attemptId }, isClean) =>
    tenant.within(async (scope) => {
      const endedAt = new Date();
      await VideoAttemptModel.within(scope)
        .where({ videoId, id: attemptId })
        .patch({ endedAt, sweptAt: isClean ? endedAt : null });
    }),

  giveUp: (tenant, { videoId, processingVersion }, failure) =>
    tenant.within(async (scope) => {
      const video = await VideoModel.within(scope).where('id', videoId).first().forUpdate();
      if (video?.processingVersion !== processingVersion || !video.isUnderWay) return;
      await endProcessing(scope, video, failure, 'worker');
    }),
});

const toldOf = ({ completion }: UploadModel): ToldChecksums => ({
  checksumSha256: completion?.checksumSha256 ?? null,
  checksumSha256OfPieces: completion?.checksumSha256OfPieces ?? null,
});

/** Progress is told in steps, so that a long encode does not fill the outbox. */
const STEP_PERCENT = 5;

const stepOf = (share: number): number => Math.floor((share * 100) / STEP_PERCENT);

interface TenantLimits {
  readonly id: string;
  readonly maxUploadBytes: number;
  readonly maxDurationMs: number;
}
