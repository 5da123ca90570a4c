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
