import type { QueryBuilder } from 'objection';
import { DomainError } from '../../domain/errors.ts';
import type { components } from '../../domain/generated/openapi.ts';
import { factsAbout, whereViewable } from '../platform/access-facts.ts';
import { POSTER_FILE, RenditionModel } from '../platform/models/rendition.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { allowedVideo, mustBeAllowed, seenOrFound } from './access.ts';
import type { VideoQuery, Videos } from './contracts.ts';
import { cursorMark } from './cursor-mark.ts';
import { release } from './quota.ts';
import { setSubjects } from './subjects.ts';
import { forget } from './upload-store.ts';

const DEFAULT_PAGE = 24;

export const videos = (store: ObjectStore): Videos => ({
  list: (tenant, query) =>
    tenant.within(async (scope) => {
      mustBeAllowed(scope, 'video.list', await factsAbout(scope, { playerId: null }));
      const limit = query.limit ?? DEFAULT_PAGE;
      const rows = await page(scope, query, limit + 1);
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return { items, nextCursor: rows.length > limit && last ? encodeCursor(last, markOf(scope.tenantId, query)) : null };
    }),

  get: (tenant, videoId) => seenOrFound(tenant, 'video.view', videoId),

  update: (tenant, videoId, change) =>
    tenant.within(async (scope) => {
      const video = await allowedVideo(scope, 'video.edit', videoId);
      const changesVisibility = change.visibility !== undefined && change.visibility !== video.visibility;
      if (changesVisibility) mustBeAllowed(scope, 'video.publish', await factsAbout(scope, { playerId: video.playerId, video }));
      await VideoModel.within(scope).where('id', videoId).patch(columnsOf(change));
      await scope.audit('VIDEO_UPDATED', {
        resourceType: 'video',
        resourceId: videoId,
        subjectId: video.playerId,
        metadata: { fields: Object.keys(change).sort().join(',') },
      });
      await scope.emit('video.updated', { videoId });
      return VideoModel.find(scope, videoId);
    }),

  setSubjects,

  remove: async (tenant, videoId) => {
    const open = await tenant.within(async (scope) => {
      const video = await allowedVideo(scope, 'video.delete', videoId);
      return removeWithin(scope, video);
    });
    if (open) await forget(tenantStore(store, tenant.id), open);
  },

  poster: async (tenant, videoId) => {
    const file = await tenant.within(async (scope) => {
      const video = await allowedVideo(scope, 'video.view', videoId);
      const attemptId = video.shownAttemptId;
      if (attemptId === null) throw new DomainError('video.not_ready', { extra: { videoStatus: video.status } });
      const rendition = await RenditionModel.within(scope).where({ videoId, attemptId }).first().throwIfNotFound();
      const poster = rendition.files[POSTER_FILE];
      if (!poster) throw new Error('a published rendition without a poster');
      await scope.audit('POSTER_VIEWED', { resourceType: 'video', resourceId: videoId, subjectId: video.playerId });
      return { ...poster, etag: rendition.attemptId };
    });
    const { key, contentType, sizeBytes: totalBytes, etag } = file;
    return { open: () => tenantStore(store, tenant.id, videoId).read(key), contentType, totalBytes, range: null, etag: `"${etag}"` };
  },
});

/** Takes a video away from everybody. @returns its upload, when the store has still to forget that */
export async function removeWithin(scope: TenantScope, { id: videoId, playerId }: VideoModel): Promise<UploadModel | undefined> {
  await VideoModel.move(scope, videoId, { event: 'removed', by: 'api', change: { deletedAt: new Date() } });
  await scope.audit('VIDEO_DELETED', { resourceType: 'video', resourceId: videoId, subjectId: playerId });
  await scope.emit('video.deleted', { videoId });
  const upload = await UploadModel.within(scope).where({ videoId }).first().forUpdate();
  if (!upload) return undefined;
  await release(scope, upload);
  if (upload.state === 'done' || upload.state === 'aborted') return undefined;
  await UploadModel.within(scope).where('id', upload.id).patch({ state: 'aborted', stateSince: new Date(), completion: null });
  return upload;
}

function columnsOf(change: components['schemas']['VideoUpdate']): Partial<VideoModel> {
  const { capturedAt, ...plain } = change;
  return {
    ...(plain as Partial<VideoModel>),
    ...(capturedAt !== undefined && { capturedAt: capturedAt === null ? null : new Date(capturedAt) }),
    updatedAt: new Date(),
  };
}

/** Keyset paging: the microseconds are kept, because a millisecond can hold many rows. */
async function page(scope: TenantScope, query: VideoQuery, rows: number): Promise<VideoModel[]> {
  const videos = VideoModel.within(scope).whereNull('video.deletedAt');
  void whereViewable(videos, scope);
  if (query.playerId !== undefined) void whereSeen(videos, query.playerId, await seenIn(scope, query.playerId));
  if (query.status !== undefined) void videos.where('video.status', query.status);
  if (query.category !== undefined) void videos.where('video.category', query.category);
  if (query.cursor !== undefined) {
    const { createdAt, id } = decodeCursor(query.cursor, markOf(scope.tenantId, query));
    void videos.whereRaw('(video.created_at, video.id) < (?::timestamptz, ?::uuid)', [createdAt, id]);
  }
  return videos
    .select('video.*')
    .select(scope.trx.raw('video.created_at::text as cursor_at'))
    .orderBy([
      { column: 'video.createdAt', order: 'desc' },
      { column: 'video.id', order: 'desc' },
    ])
    .limit(rows);
}

/** Most athletes are in no other's picture; then the index that is in the order of the page is enough. */
const whereSeen = (videos: QueryBuilder<VideoModel, VideoModel[]>, playerId: string, others: readonly string[]) =>
  others.length === 0
    ? videos.where('video.playerId', playerId)
    : videos.where((query) => void query.where('video.playerId', playerId).orWhereIn('video.id', [...others]));

async function seenIn({ trx, tenantId }: TenantScope, playerId: string): Promise<readonly string[]> {
  const rows = await trx<{ tenantId: string; playerId: string; videoId: string }>('videoSubject').where({ tenantId, playerId });
  return rows.map(({ videoId }) => videoId);
}

const markOf = (tenantId: string, { playerId, status, category }: VideoQuery): string => cursorMark(tenantId, [playerId, status, category]);

const encodeCursor = (last: VideoModel, mark: string): string =>
  Buffer.from(JSON.stringify([(last as VideoModel & { cursorAt: string }).cursorAt, last.id, mark])).toString('base64url');

function decodeCursor(cursor: string, mark: string): { createdAt: string; id: string } {
  const parts = Buffer.from(cursor, 'base64url').toString();
  const match = /^\["(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::?\d\d)?)","([0-9a-f-]{36})","([\w-]{12})"\]$/.exec(parts);
  if (!match || match[3] !== mark) throw new DomainError('cursor.invalid', { field: 'cursor' });
  return { createdAt: match[1] ?? '', id: match[2] ?? '' };
}
