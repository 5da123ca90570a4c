import { DomainError } from '../../domain/errors.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { allowedVideo } from './access.ts';
import type { Reprocessing } from './contracts.ts';

/** Which of a tenant's videos an operator means. Members that are given must all hold; none means every video. */
export interface ReprocessFilter {
  readonly status?: 'ready' | 'failed';
  /** Only what is played in a version below this one. */
  readonly olderThanVersion?: number;
}

export interface ReprocessCount {
  readonly queued: number;
  /** Without a source, or at a point of its life where there is nothing to process. */
  readonly skipped: number;
}

/** Processing again: a new version is made while the one that is played stays. */
export const reprocessing = (): Reprocessing => ({
  one: (tenant, videoId) =>
    tenant.within(async (scope) => {
      await allowedVideo(scope, 'video.reprocess', videoId);
      const video = await VideoModel.lock(scope, videoId);
      if (!(await hasSource(scope, video)))
        throw new DomainError('video.not_reprocessable', { extra: { videoStatus: video.status, errorCode: video.errorCode } });
      // The same request that comes twice asks for nothing more.
      return video.isUnderWay ? video : again(scope, video, 'now');
    }),
});

const PAGE = 50;

/** All that the filter means, behind what people wait for. For an operator, who has no person's rights. */
export async function reprocessMany(tenant: Tenant, filter: ReprocessFilter): Promise<ReprocessCount> {
  let [queued, skipped, after] = [0, 0, ''];
  for (;;) {
    const page = await tenant.within(async (scope) => {
      const videos = await pageOf(scope, filter, after);
      for (const video of videos) {
        const isOne = await hasSource(scope, video);
        if (isOne) await again(scope, video, 'later');
        if (isOne) queued += 1;
        else skipped += 1;
      }
      return videos;
    });
    const last = page.at(-1);
    if (!last) return { queued, skipped };
    after = last.id;
  }
}

/** One by id, as an operator: what is being made of it starts again. */
export const reprocessOne = (tenant: Tenant, videoId: string): Promise<ReprocessCount> =>
  tenant.within(async (scope) => {
    const video = await VideoModel.lock(scope, videoId);
    if (!(await hasSource(scope, video))) return { queued: 0, skipped: 1 };
    await again(scope, video, 'now');
    return { queued: 1, skipped: 0 };
  });

async function pageOf(scope: TenantScope, { status, olderThanVersion }: ReprocessFilter, after: string): Promise<VideoModel[]> {
  const videos = VideoModel.within(scope).whereNull('deletedAt').orderBy('id').limit(PAGE).forUpdate();
  if (after !== '') void videos.where('id', '>', after);
  if (status !== undefined) void videos.where({ status });
  if (olderThanVersion !== undefined) void videos.where('publishedVersion', '<', olderThanVersion);
  return videos;
}

async function hasSource(scope: TenantScope, { id: videoId, status }: VideoModel): Promise<boolean> {
  if (!['uploaded', 'processing', 'ready', 'failed'].includes(status)) return false;
  return (await UploadModel.within(scope).where({ videoId, state: 'done' }).first()) !== undefined;
}

/** The caller has locked the row. Whatever is being made of an older version can no longer be published. */
async function again(scope: TenantScope, video: VideoModel, when: 'now' | 'later'): Promise<VideoModel> {
  const { id: videoId, status } = video;
  const processingVersion = video.processingVersion + 1;
  const change = { processingVersion, errorCode: null, errorMessage: null, progress: status === 'ready' ? 0 : null };
  // What is waiting or being worked on only gets another number: the worker alone takes it further.
  if (status === 'uploaded' || status === 'processing') await VideoModel.within(scope).where('id', videoId).patch(change);
  else await VideoModel.move(scope, videoId, { event: 'reprocessed', by: 'api', change });
  await scope.enqueue('video.process', { videoId, processingVersion }, { isBackground: when === 'later' });
  await scope.emit('video.reprocess_requested', { videoId, processingVersion });
  await scope.audit('VIDEO_REPROCESSED', {
    resourceType: 'video',
    resourceId: videoId,
    subjectId: video.playerId,
    metadata: { processingVersion },
  });
  return VideoModel.find(scope, videoId);
}
