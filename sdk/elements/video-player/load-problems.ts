import { isInMotion } from '../../../domain/video/status.ts';
import { unwrap, type Video, type VideoAnalysisClient } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import { DownloadRefused } from '../../clock/media-download.ts';

export const unplayable = (cause: unknown): ApiProblem => new ApiProblem({ code: 'media.unplayable', status: 0 }, { cause });

/** Whatever kept a video from opening. */
export const asProblem = (reason: unknown): ApiProblem => {
  if (reason instanceof DownloadRefused) return new ApiProblem({ code: 'playback.expired', status: reason.status }, { cause: reason });
  // fetch() has one error for everything that kept an answer from arriving.
  if (reason instanceof TypeError) return new ApiProblem({ code: 'network.unreachable', status: 0 }, { cause: reason });
  if (reason instanceof RangeError) return unplayable(reason);
  return ApiProblem.of(reason);
};

/** The video, when it cannot be played and that will not change by itself. Null: it may, or nobody could say. */
export const unpreparedVideo = (client: VideoAnalysisClient, videoId: string): Promise<Video | null> =>
  unwrap(client.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } })).then(
    (video) => (video.isPlayable || isInMotion(video.status) ? null : video),
    () => null,
  );
