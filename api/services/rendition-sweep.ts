import { LeaseModel } from '../platform/models/lease.ts';
import { VideoAttemptModel } from '../platform/models/video-attempt.ts';
import { VideoModel } from '../platform/models/video.ts';
import { renditionPrefix } from '../platform/object-keys.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';

/**
 * How long after its beginning an attempt's files are left alone, whatever its state. Milliseconds: longer than any attempt may run,
 * so that a worker that was only asleep has woken up and found that it was overtaken.
 */
export const ATTEMPT_PATIENCE_MS = 3 * 60 * 60_000;

/** No sweep takes more of one tenant's attempts than this. */
const MOST = 100;

/** Cleans the store of what attempts wrote that nobody can be shown any more. */
export interface RenditionSweep {
  /** @returns how many attempts' prefixes were removed, and what could not be. Safe in several workers at once. */
  sweep(tenant: Tenant): Promise<{ readonly swept: number; readonly failures: readonly Error[] }>;
}

export const renditionSweep = ({ store, clock }: { readonly store: ObjectStore; readonly clock: () => Date }): RenditionSweep => ({
  sweep: async (tenant) => {
    const own = tenantStore(store, tenant.id);
    const failures: Error[] = [];
    let swept = 0;
    for (const attempt of await tenant.within((scope) => leftovers(scope, clock()))) {
      const { id, videoId, processingVersion } = attempt;
      try {
        await own.removePrefix(renditionPrefix(tenant.id, videoId, processingVersion, id));
        await tenant.within(async (scope) => VideoAttemptModel.within(scope).where({ videoId, id }).patch({ sweptAt: clock() }));
        swept += 1;
      } catch (error) {
        failures.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return { swept, failures };
  },
});

/** Attempts that are neither what a video shows nor what is being made of it, and that no lease reads from. None of this can come back. */
async function leftovers(scope: TenantScope, now: Date): Promise<readonly VideoAttemptModel[]> {
  const begunBefore = new Date(now.getTime() - ATTEMPT_PATIENCE_MS);
  return VideoAttemptModel.within(scope)
    .whereNull('videoAttempt.sweptAt')
    .where('videoAttempt.begunAt', '<', begunBefore)
    .whereNotExists(
      VideoModel.within(scope)
        .whereColumn('video.id', 'videoAttempt.videoId')
        .whereRaw('video_attempt.id in (video.published_attempt_id, video.attempt_id, video.preview_attempt_id)'),
    )
    .whereNotExists(
      LeaseModel.within(scope)
        .whereColumn('playbackLease.videoId', 'videoAttempt.videoId')
        .whereColumn('playbackLease.attemptId', 'videoAttempt.id')
        .whereNull('playbackLease.revokedAt')
        // Until then it can be renewed, however long it was left.
        .where('playbackLease.absoluteExpiresAt', '>', now),
    )
    .orderBy('videoAttempt.begunAt')
    .limit(MOST);
}
