import { may } from '../../domain/access/policy.ts';
import type { UploadLimits } from '../../domain/video/limits.ts';
import { factsAbout } from '../platform/access-facts.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { OpenUpload, OpenUploads } from './contracts.ts';
import { quotaOf } from './quota.ts';

/** More than this nobody goes on with; what is older is ended by the sweeper. */
const MOST = 50;

/** A video that came to nothing is no reason to advise against sending its file again. */
const WORTH_OPENING = ['uploaded', 'processing', 'ready'] as const;

/** What a person has begun and not finished, and whether a file is here already: known by its content, so on any device. */
export const openUploads = (): OpenUploads => ({
  list: (tenant, { fingerprint }) =>
    tenant.within(async (scope) => {
      if (!scope.actor.scopes.has('uploads:write')) mustBeAllowed(scope, 'video.upload', await factsAbout(scope, { playerId: null }));
      const query = UploadModel.within(scope)
        .where({ createdById: scope.actor.id, ...(fingerprint !== undefined && { fingerprint }) })
        .whereIn('state', ['initiating', 'open', 'completing'])
        .orderBy('createdAt', 'desc')
        .limit(MOST);
      const items: OpenUpload[] = [];
      for (const upload of await query) {
        const video = await permitted(scope, 'video.upload', upload);
        if (video) items.push({ upload, video });
      }
      return {
        items,
        duplicateOf: fingerprint === undefined ? null : await duplicateOf(scope, fingerprint),
        limits: await limitsOf(scope),
        quota: await quotaOf(scope),
      };
    }),
});

async function limitsOf(scope: TenantScope): Promise<UploadLimits> {
  const { tenantId } = scope;
  const own = await scope
    .trx<{ id: string; maxUploadBytes: number; maxDurationMs: number }>('tenant')
    .where({ id: tenantId })
    .first('maxUploadBytes', 'maxDurationMs');
  return { maxSizeBytes: own?.maxUploadBytes ?? 0, maxDurationMs: own?.maxDurationMs ?? 0 };
}

async function duplicateOf(scope: TenantScope, fingerprint: string): Promise<string | null> {
  const finished = await UploadModel.within(scope)
    .where({ createdById: scope.actor.id, fingerprint, state: 'done' })
    .whereIn('videoId', VideoModel.within(scope).select('id').whereIn('status', WORTH_OPENING).whereNull('deletedAt'))
    .orderBy('createdAt', 'desc')
    .first();
  if (!finished) return null;
  return (await permitted(scope, 'video.view', finished))?.id ?? null;
}

/** The upload's video, unless the person may no longer do this with it: a consent that was withdrawn hides the upload too. */
async function permitted(scope: TenantScope, action: 'video.upload' | 'video.view', { videoId }: UploadModel): Promise<VideoModel | null> {
  const video = await VideoModel.within(scope).where('id', videoId).whereNull('deletedAt').first();
  if (!video) return null;
  return may(scope.actor, action, await factsAbout(scope, { playerId: video.playerId, video })).allowed ? video : null;
}
