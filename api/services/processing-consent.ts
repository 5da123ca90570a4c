import { may, type Actor } from '../../domain/access/policy.ts';
import { ROLE_SCOPES } from '../../domain/access/roles.ts';
import type { ProcessingErrorCode } from '../../domain/video/limits.ts';
import { refusalMessage } from '../../domain/video/refusal-message.ts';
import type { MoveMaker } from '../../domain/video/status.ts';
import { factsAbout } from '../platform/access-facts.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { TenantScope } from '../platform/tenant.ts';

/** Somebody in the picture has not agreed, or no longer: nothing is made of the video, and nothing that was made is shown. */
export class ConsentMissing extends Error {
  override readonly name = 'ConsentMissing';
}

const widest = (id: string, role: 'admin' | 'coach' | 'player' | 'guardian'): Actor => ({
  ...{ id, role, scopes: new Set(ROLE_SCOPES[role]) },
  ...{ onlyPlayerIds: null, onlyVideoIds: null },
});

/**
 * Whether the video could be sent now, by the club or by whoever sent it: the family needs nobody's consent, all others everybody's. A
 * tie or a link that has ended since does not count against it.
 */
export async function mayBeProcessed(scope: TenantScope, video: VideoModel): Promise<boolean> {
  const { playerId, uploadedById } = video;
  const isAllowed = async (actor: Actor): Promise<boolean> =>
    may(actor, 'video.upload', await factsAbout({ ...scope, actor }, { playerId, video })).allowed;
  if (await isAllowed(widest(scope.tenantId, 'admin'))) return true;
  const { role } = await AppUserModel.within(scope).where('id', uploadedById).first().throwIfNotFound();
  return role !== 'guest' && isAllowed(widest(uploadedById, role));
}

/** @throws ConsentMissing */
export async function mustBeProcessable(scope: TenantScope, video: VideoModel): Promise<void> {
  if (!(await mayBeProcessed(scope, video))) throw new ConsentMissing(`video ${video.id}: not everybody in the picture agrees`);
}

export interface ProcessingFailure {
  readonly code: ProcessingErrorCode;
  readonly message: string;
}

/** Ends what is under way for good, and leaves what was published before. The caller has locked the row. */
export async function endProcessing(
  scope: TenantScope,
  video: VideoModel,
  { code, message }: ProcessingFailure,
  by: MoveMaker,
): Promise<void> {
  const { id: videoId, processingVersion, publishedAttemptId } = video;
  // What was watched as a preview ends here: the epoch makes its leases stale.
  const ended = video.previewAttemptId === null ? {} : { accessEpoch: video.accessEpoch + 1 };
  const change = { errorCode: code, errorMessage: message, progress: null, attemptId: null, ...ended };
  // Danger is kept apart from what merely did not work.
  const broke = code === 'MALWARE_FOUND' && video.status === 'processing' ? 'rejected' : 'broke';
  await VideoModel.move(scope, videoId, { event: by === 'api' ? 'disallowed' : broke, by, reason: code, change });
  await scope.emit('video.failed', { videoId, processingVersion, code, isPlayable: publishedAttemptId !== null });
}

/** In the transaction that ends an athlete's consent: what a worker is making of the athlete's videos can no longer be published. */
export async function stopProcessingOf(scope: TenantScope, playerId: string): Promise<void> {
  const seenIn = scope.trx('videoSubject').select('videoId').where({ tenantId: scope.tenantId, playerId });
  const videos = await VideoModel.within(scope)
    .whereNull('deletedAt')
    .where((query) => void query.whereIn('status', ['uploaded', 'processing']).orWhereNotNull('progress'))
    .where((query) => void query.where({ playerId }).orWhereIn('id', seenIn))
    .orderBy('id')
    .forUpdate();
  for (const video of videos)
    if (video.isUnderWay && !(await mayBeProcessed(scope, video)))
      await endProcessing(scope, video, { code: 'CONSENT_MISSING', message: refusalMessage('CONSENT_MISSING') }, 'api');
}
