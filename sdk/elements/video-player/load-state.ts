import type { Video } from '../../client/client.ts';
import type { ApiProblem } from '../../client/problem.ts';
import type { DownloadProgress } from '../../clock/media-download.ts';

/** `unprepared`: it could be watched while it was processed, and then that failed. */
export type LoadState =
  | { readonly kind: 'empty' | 'ready' }
  | { readonly kind: 'loading'; readonly progress: DownloadProgress | null; readonly poster: string | null }
  | { readonly kind: 'failed' | 'noAccess'; readonly problem: ApiProblem }
  | { readonly kind: 'unprepared'; readonly video: Video };
