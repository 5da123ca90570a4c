import { ApiProblem } from '../client/problem.ts';
import type { UploadLimits } from '../../domain/video/limits.ts';
import type { UploadQuota } from './wire.ts';

/** What a container says about its clip, before a byte is sent. Null where it does not say. */
export interface ClipFacts {
  /** As it is shown: after rotation and pixel shape. Null when there is no picture. */
  readonly picture: {
    readonly width: number;
    readonly height: number;
    readonly rotation: 0 | 90 | 180 | 270;
    readonly isHdr: boolean;
  } | null;
  readonly durationMs: number | null;
  /** Pictures a second as they are played. */
  readonly fps: number | null;
  /** Pictures a second as they were filmed, where the phone wrote it down. */
  readonly captureFps: number | null;
}

/** What a person should know before sending. None of it forbids anything: the server looks with better eyes. */
export type ClipWarning =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'noPicture' }
  | { readonly kind: 'tooLong'; readonly durationMs: number; readonly maxDurationMs: number }
  /** The file plays slow motion as a film of usual rate: some pictures may be missing already. */
  | { readonly kind: 'slowed'; readonly captureFps: number; readonly fps: number }
  /** The tenant's quota has less room than the clip needs. */
  | { readonly kind: 'noRoom'; readonly sizeBytes: number; readonly quota: UploadQuota };

/** A tenth more than played is measuring, not slow motion. */
const SLOWED = 1.1;

/** @param facts Null when the container could not be read. @param limits Null while they are not known. */
export function warningsOf(facts: ClipFacts | null, limits: UploadLimits | null): readonly ClipWarning[] {
  if (facts === null) return [{ kind: 'unreadable' }];
  const { picture, durationMs, fps, captureFps } = facts;
  const warnings: ClipWarning[] = [];
  if (picture === null) warnings.push({ kind: 'noPicture' });
  if (limits !== null && durationMs !== null && durationMs > limits.maxDurationMs)
    warnings.push({ kind: 'tooLong', durationMs, maxDurationMs: limits.maxDurationMs });
  if (fps !== null && captureFps !== null && captureFps > fps * SLOWED) warnings.push({ kind: 'slowed', captureFps, fps });
  return warnings;
}

/** @throws ApiProblem `upload.too_large` with both sizes: what the server would say, without the wait. */
export function mustFit({ size }: Blob, { maxSizeBytes }: UploadLimits): void {
  if (size > maxSizeBytes) throw new ApiProblem({ code: 'upload.too_large', status: 0, sizeBytes: size, maxSizeBytes });
}

/** Nothing where it fits, as far as the limit tells that is nearest to its end. */
export function roomWarning({ size }: Blob, quota: UploadQuota): ClipWarning | null {
  const { usedBytes, limitBytes, usedVideos, limitVideos } = quota;
  const fits =
    usedBytes !== null && limitBytes !== null ? usedBytes + size <= limitBytes : (usedVideos ?? 0) + 1 <= (limitVideos ?? Infinity);
  return fits ? null : { kind: 'noRoom', sizeBytes: size, quota };
}
