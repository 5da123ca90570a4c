import { DomainError } from '../../domain/errors.ts';
import { framesPerSecond } from '../../domain/frames/frame-rate.ts';
import { needsLadder } from '../../domain/media/ladder.ts';
import type { ProcessingErrorCode } from '../../domain/video/limits.ts';
import { LadderModel } from '../platform/models/ladder.ts';
import { ANALYSIS_FILE, RenditionModel, type RenditionFile } from '../platform/models/rendition.ts';
import { VideoAttemptModel } from '../platform/models/video-attempt.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { mayBeProcessed, mustBeProcessable } from './processing-consent.ts';
import { StaleAttempt } from './processing.ts';

/** The published rendition that a ladder is made of. */
export interface LadderRef {
  readonly videoId: string;
  readonly processingVersion: number;
  readonly attemptId: string;
}

export interface LadderSource {
  readonly analysis: RenditionFile;
  readonly width: number;
  readonly height: number;
  /** The usual rate. */
  readonly framesPerSecond: number;
}

/** So often the sweep sends for a ladder whose job was lost. */
export const MOST_LADDER_TRIES = 3;

export interface Ladders {
  /** Null when there is nothing to do: the ladder is there or not needed, the video shows something else by now, or a consent is missing. */
  begin(tenant: Tenant, ref: LadderRef): Promise<LadderSource | null>;
  /**
   * Makes the ladder visible, in one transaction with the job's own completion.
   * @param settleJob completes the job in the given transaction; false when the queue has given the job to somebody else.
   * @throws StaleAttempt when the video shows something else by now, ConsentMissing when not everybody in the picture agrees.
   */
  publish(
    tenant: Tenant,
    ref: LadderRef,
    files: Readonly<Record<string, RenditionFile>>,
    settleJob: (scope: TenantScope) => Promise<boolean>,
  ): Promise<void>;
  /** The queue gave the job up. What the media tools refuse is not sent for again; after a dead worker or store it is. */
  giveUp(tenant: Tenant, ref: LadderRef, code: ProcessingErrorCode): Promise<void>;
}

const isShown = (video: VideoModel | undefined, { attemptId }: LadderRef): video is VideoModel =>
  video?.publishedAttemptId === attemptId && video.deletedAt === null;

export const ladders = (): Ladders => ({
  begin: (tenant, ref) =>
    tenant.within(async (scope) => {
      const { videoId, attemptId } = ref;
      const video = await VideoModel.within(scope).where('id', videoId).first();
      if (!isShown(video, ref) || !needsLadder(video) || (await LadderModel.within(scope).where({ videoId, attemptId }).first()))
        return null;
      if (!(await mayBeProcessed(scope, video))) {
        await putOff(scope, ref);
        return null;
      }
      const rendition = await RenditionModel.within(scope).where({ videoId, attemptId }).first().throwIfNotFound();
      const analysis = rendition.files[ANALYSIS_FILE];
      const { width, height, fps } = video;
      if (!analysis || width === null || height === null || fps === null) throw new DomainError('video.not_ready');
      return { analysis, width, height, framesPerSecond: framesPerSecond(fps) };
    }),

  publish: (tenant, ref, files, settleJob) =>
    tenant.within(async (scope) => {
      const { videoId, attemptId, processingVersion } = ref;
      const video = await VideoModel.within(scope).where('id', videoId).first().forUpdate();
      if (!isShown(video, ref)) throw new StaleAttempt(`attempt ${attemptId} is no longer shown`);
      await mustBeProcessable(scope, video);
      await LadderModel.query(scope.trx).insert({ tenantId: scope.tenantId, videoId, attemptId, processingVersion, files });
      await VideoAttemptModel.within(scope).where({ videoId, id: attemptId }).patch({ ladderEndedAt: new Date() });
      if (!(await settleJob(scope))) throw new StaleAttempt(`the ladder of attempt ${attemptId} belongs to another worker`);
    }),

  giveUp: (tenant, { videoId, attemptId }, code) =>
    tenant.within(async (scope) => {
      if (code === 'INTERNAL') return;
      if (code === 'CONSENT_MISSING') {
        await putOff(scope, { videoId, attemptId });
        return;
      }
      await VideoAttemptModel.within(scope).where({ videoId, id: attemptId }).patch({ ladderTries: MOST_LADDER_TRIES });
    }),
});

/** A consent may come back: the sweep asks again now and then, and these times are not counted. */
const PUT_OFF_MS = 12 * 60 * 60 * 1000;

async function putOff(scope: TenantScope, { videoId, attemptId }: Pick<LadderRef, 'videoId' | 'attemptId'>): Promise<void> {
  const ladderDueAt = new Date(Date.now() + PUT_OFF_MS);
  await VideoAttemptModel.within(scope).where({ videoId, id: attemptId }).patch({ ladderTries: 0, ladderDueAt });
}
