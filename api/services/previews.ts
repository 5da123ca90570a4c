import { uuidv7 } from 'uuidv7';
import { frameIndex as openFrameIndex, type FrameIndexData } from '../../domain/frames/frame-index.ts';
import { AnnotationModel } from '../platform/models/annotation.ts';
import { RenditionModel, type RenditionFile } from '../platform/models/rendition.ts';
import { VideoAttemptModel } from '../platform/models/video-attempt.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { mayBeProcessed } from './processing-consent.ts';

/** The attempt at processing that a preview belongs to. */
export interface PreviewOf {
  readonly videoId: string;
  readonly processingVersion: number;
  readonly attemptId: string;
}

export interface PreviewResult {
  readonly files: Readonly<Record<string, RenditionFile>>;
  readonly frameIndex: FrameIndexData;
  readonly facts: Pick<
    VideoModel,
    'width' | 'height' | 'durationMs' | 'frameCount' | 'fps' | 'captureFps' | 'rotation' | 'timing' | 'bitrateKbps'
  >;
}

/** What a video is played from until its first analysis rendition is there. */
export interface Previews {
  /** The id a preview's files are written under. Noted first, so that what a crash leaves in the store is found and swept. Null: not wanted. */
  begin(tenant: Tenant, attempt: PreviewOf): Promise<string | null>;
  /** Makes it playable. False: the video has moved on, and nobody must see it. */
  publish(tenant: Tenant, attempt: PreviewOf, previewId: string, result: PreviewResult): Promise<boolean>;
}

export const previews = (): Previews => ({
  begin: (tenant, attempt) =>
    tenant.within(async (scope) => {
      if ((await waiting(scope, attempt)) === null) return null;
      const id = uuidv7();
      const { videoId, processingVersion } = attempt;
      // Ended from the start: nobody works on it, and it is not counted among the attempts that kill workers.
      await VideoAttemptModel.query(scope.trx).insert({ tenantId: scope.tenantId, videoId, id, processingVersion, endedAt: new Date() });
      return id;
    }),

  publish: (tenant, attempt, previewId, { files, frameIndex, facts }) =>
    tenant.within(async (scope) => {
      if ((await waiting(scope, attempt)) === null) return false;
      const { videoId, processingVersion } = attempt;
      await RenditionModel.query(scope.trx).insert({
        ...{ tenantId: scope.tenantId, videoId, attemptId: previewId, processingVersion },
        ...{ kind: 'preview', files, frameIndex, pictureHashes: null },
      });
      await VideoModel.within(scope)
        .where('id', videoId)
        .patch({ ...facts, previewAttemptId: previewId, updatedAt: new Date() });
      await scope.emit('video.updated', { videoId });
      return true;
    }),
});

/** The video, locked, when this attempt is at work on it, there is nothing to be seen yet, and everybody who must has agreed. */
async function waiting(scope: TenantScope, { videoId, attemptId }: PreviewOf): Promise<VideoModel | null> {
  const video = await VideoModel.within(scope).where('id', videoId).first().forUpdate();
  if (video?.attemptId !== attemptId || video.status !== 'processing' || video.shownAttemptId !== null) return null;
  return (await mayBeProcessed(scope, video)) ? video : null;
}

/** Half of the shortest stay a frame may have. Milliseconds. */
const SAME_MOMENT_MS = 0.25;

/**
 * Pins what was drawn on a preview to the pictures it was drawn on, now that they have been seen. A drawing whose frame is at another
 * time in the rendition stays without a picture, and is compared by its time.
 */
export async function pinDrawings(
  scope: TenantScope,
  videoId: string,
  rendition: { readonly frameIndex: FrameIndexData; readonly pictureHashes: Buffer },
): Promise<void> {
  const index = openFrameIndex(rendition.frameIndex);
  const drawings = await AnnotationModel.within(scope).where({ videoId }).whereNull('pictureHash');
  for (const { id, document, ptsMs } of drawings) {
    const { frame } = document;
    if (frame >= index.count || Math.abs(index.ptsOf(frame) * 1000 - ptsMs) > SAME_MOMENT_MS) continue;
    const pictureHash = rendition.pictureHashes.subarray(frame * 8, frame * 8 + 8).toString('hex');
    await AnnotationModel.within(scope).where('id', id).patch({ pictureHash });
  }
}
