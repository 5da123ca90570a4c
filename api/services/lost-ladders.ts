import { needsLadder } from '../../domain/media/ladder.ts';
import { jobKey } from '../../domain/jobs/catalogue.ts';
import { LadderModel } from '../platform/models/ladder.ts';
import { VideoAttemptModel } from '../platform/models/video-attempt.ts';
import { VideoModel } from '../platform/models/video.ts';
import { laddersPrefix } from '../platform/object-keys.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { liveJobKeys } from '../platform/queue.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { MOST_LADDER_TRIES } from './ladders.ts';

const MINUTE_MS = 60_000;

/**
 * How long a video that is ready may have no ladder and no job for one before it is sent for: after publishing, and then after each
 * time it was sent for. What kills its worker comes back ever later. Milliseconds.
 */
export const LADDER_PATIENCE_MS = [5 * MINUTE_MS, 60 * MINUTE_MS, 12 * 60 * MINUTE_MS, 5 * MINUTE_MS] as const;

/** No sweep takes more of one tenant's videos than this. */
const MOST = 100;

/** What one sweep did. */
export interface LadderSweep {
  /** Ladders that were sent for again. */
  readonly ladders: number;
  /** Ladders that nobody will make any more, and of which the store now has nothing. */
  readonly laddersEnded: number;
  /** What could not be done; the rest was. */
  readonly failures: readonly Error[];
}

/** Finds videos that are ready, and whose ladder neither is there nor will come. */
export interface LostLadders {
  /** Safe in several workers at once. */
  sweep(tenant: Tenant): Promise<LadderSweep>;
}

export const lostLadders = ({ store, clock }: { readonly store: ObjectStore; readonly clock: () => Date }): LostLadders => ({
  sweep: async (tenant) => {
    const own = tenantStore(store, tenant.id);
    const failures: Error[] = [];
    const { sent, hopeless } = await tenant.within((scope) => sendAgain(scope, clock()));
    let laddersEnded = 0;
    for (const { videoId, processingVersion, id } of hopeless) {
      try {
        // Nobody sends for it any more and no job is left that could publish it, so this takes nothing away from anybody.
        await own.removePrefix(laddersPrefix(tenant.id, videoId, processingVersion, id));
        await tenant.within(async (scope) => VideoAttemptModel.within(scope).where({ videoId, id }).patch({ ladderEndedAt: clock() }));
        laddersEnded += 1;
      } catch (error) {
        failures.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return { ladders: sent, laddersEnded, failures };
  },
});

/** @returns also those that have been sent for often enough, or need none. */
async function sendAgain(
  scope: TenantScope,
  now: Date,
): Promise<{ readonly sent: number; readonly hopeless: readonly VideoAttemptModel[] }> {
  const due = await withoutLadder(scope, now);
  if (due.length === 0) return { sent: 0, hopeless: [] };
  const live = await liveJobKeys(scope.trx, 'video.ladder', scope.tenantId);
  const lost = due.filter((attempt) => !live.has(jobKey(attempt))).slice(0, MOST);
  const watchable = await watchableAmong(scope, lost);
  const hasHope = ({ videoId, ladderTries }: VideoAttemptModel): boolean => ladderTries < MOST_LADDER_TRIES && watchable.has(videoId);
  const hopeful = lost.filter(hasHope);
  for (const { videoId, processingVersion, id: attemptId, ladderTries } of hopeful) {
    await scope.enqueue('video.ladder', { videoId, processingVersion, attemptId }, { isBackground: true });
    const tries = ladderTries + 1;
    const ladderDueAt = new Date(now.getTime() + (LADDER_PATIENCE_MS[tries] ?? LADDER_PATIENCE_MS[0]));
    await VideoAttemptModel.within(scope).where({ videoId, id: attemptId }).patch({ ladderTries: tries, ladderDueAt });
  }
  return { sent: hopeful.length, hopeless: lost.filter((attempt) => !hasHope(attempt)) };
}

async function watchableAmong(scope: TenantScope, attempts: readonly VideoAttemptModel[]): Promise<ReadonlySet<string>> {
  const ids = attempts.map(({ videoId }) => videoId);
  const videos = await VideoModel.within(scope).whereIn('id', ids).select('id', 'frameCount');
  return new Set(videos.filter(needsLadder).map(({ id }) => id));
}

/** What videos show that has had its time. One that is being processed again gets another ladder soon. */
async function withoutLadder(scope: TenantScope, now: Date): Promise<readonly VideoAttemptModel[]> {
  return (
    VideoAttemptModel.within(scope)
      .whereNull('videoAttempt.ladderEndedAt')
      .whereRaw('coalesce(video_attempt.ladder_due_at, video_attempt.ended_at + ?::interval) < ?', [
        `${String(LADDER_PATIENCE_MS[0])} milliseconds`,
        now,
      ])
      .whereExists(
        VideoModel.within(scope)
          .whereColumn('video.publishedAttemptId', 'videoAttempt.id')
          .where('video.status', 'ready')
          .whereNull('video.progress')
          .whereNull('video.deletedAt'),
      )
      .whereNotExists(
        LadderModel.within(scope)
          .whereColumn('videoLadder.videoId', 'videoAttempt.videoId')
          .whereColumn('videoLadder.attemptId', 'videoAttempt.id'),
      )
      .orderBy('videoAttempt.endedAt')
      // Another worker's sweep sends for those it has locked.
      .forUpdate()
      .skipLocked()
  );
}
