import { isDeepStrictEqual } from 'node:util';
import type { AnnotationDocument } from '../../domain/annotation/document.ts';
import { DomainError } from '../../domain/errors.ts';
import { frameIndex } from '../../domain/frames/frame-index.ts';
import type { QueryBuilder } from 'objection';
import { MissingRow } from '../platform/missing-row.ts';
import { AnnotationRevisionModel } from '../platform/models/annotation-revision.ts';
import { AnnotationModel } from '../platform/models/annotation.ts';
import { RenditionModel } from '../platform/models/rendition.ts';
import { VideoModel } from '../platform/models/video.ts';
import { seenBy } from '../platform/read-ahead.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { allowedVideo, mustBeAllowed, mustBeAllowedOn } from './access.ts';
import type { AnnotationChanges, Annotations } from './contracts.ts';

/** Drawings. Writers of one video take turns on its row, so that the change sequence is also the order of commits. */
export const annotations = (): Annotations => ({
  list: async (tenant, videoId, since) => {
    const seen = seenBy(tenant, videoId);
    if (seen?.drawings) {
      mustBeAllowed(tenant, 'annotation.view', seen.facts);
      return changesAfter(sinceOf(since), seen.drawings);
    }
    return tenant.within(async (scope) => {
      await allowedVideo(scope, 'annotation.view', videoId);
      const after = sinceOf(since);
      const rows = await withAuthor(scope)
        .where('videoAnnotation.videoId', videoId)
        .where('videoAnnotation.changeSeq', '>', after ?? 0)
        .orderBy('videoAnnotation.changeSeq');
      return changesAfter(after, rows);
    });
  },

  get: (tenant, videoId, annotationId) =>
    tenant.within(async (scope) => {
      await allowedVideo(scope, 'annotation.view', videoId);
      return find(scope, videoId, annotationId);
    }),

  create: (tenant, videoId, { id, document }) =>
    tenant.within(async (scope) => {
      const video = await allowedVideo(scope, 'annotation.create', videoId);
      await VideoModel.lock(scope, videoId);
      const known = await AnnotationModel.within(scope).where('id', id).first();
      if (known) return repeatedCreate(scope, known, videoId, document);
      const anchor = await anchorOf(scope, video, document);
      const row = {
        tenantId: scope.tenantId,
        id,
        videoId,
        version: 1,
        document: document as AnnotationDocument,
        ...anchor,
        createdById: scope.actor.id,
      };
      await AnnotationModel.query(scope.trx).insert({ ...row, changeSeq: await nextChange(scope) });
      await keepRevision(scope, id, 1, row.document);
      await scope.trx('video').where({ tenantId: scope.tenantId, id: videoId }).increment('annotationCount', 1);
      await scope.audit('ANNOTATION_ADDED', {
        resourceType: 'annotation',
        resourceId: id,
        subjectId: video.playerId,
        metadata: { videoId, frame: document.frame },
      });
      await scope.emit('annotation.created', { videoId, annotationId: id, version: 1 });
      return find(scope, videoId, id);
    }),

  update: (tenant, videoId, annotationId, { version, document }) =>
    tenant.within(async (scope) => {
      const { video, annotation } = await lockForChange(scope, 'annotation.edit', videoId, annotationId, version);
      const anchor = await anchorOf(scope, video, document);
      const change = { document: document as AnnotationDocument, ...anchor, version: annotation.version + 1 };
      await AnnotationModel.within(scope)
        .where('id', annotationId)
        .patch({ ...change, updatedAt: new Date(), changeSeq: await nextChange(scope) });
      await keepRevision(scope, annotationId, change.version, change.document);
      await scope.audit('ANNOTATION_CHANGED', {
        resourceType: 'annotation',
        resourceId: annotationId,
        subjectId: video.playerId,
        metadata: { videoId, version: change.version },
      });
      await scope.emit('annotation.updated', { videoId, annotationId, version: change.version });
      return find(scope, videoId, annotationId);
    }),

  remove: (tenant, videoId, annotationId, version) =>
    tenant.within(async (scope) => {
      const { video, annotation } = await lockForChange(scope, 'annotation.delete', videoId, annotationId, version);
      const now = new Date();
      const removedVersion = annotation.version + 1;
      await AnnotationModel.within(scope)
        .where('id', annotationId)
        .patch({ deletedAt: now, updatedAt: now, version: removedVersion, changeSeq: await nextChange(scope) });
      await keepRevision(scope, annotationId, removedVersion, null);
      await scope.trx('video').where({ tenantId: scope.tenantId, id: videoId }).decrement('annotationCount', 1);
      await scope.audit('ANNOTATION_REMOVED', {
        resourceType: 'annotation',
        resourceId: annotationId,
        subjectId: video.playerId,
        metadata: { videoId },
      });
      await scope.emit('annotation.deleted', { videoId, annotationId, version: removedVersion });
    }),

  revisions: (tenant, videoId, annotationId) =>
    tenant.within(async (scope) => {
      await allowedVideo(scope, 'annotation.view', videoId);
      const known = await AnnotationModel.within(scope).where({ id: annotationId, videoId }).first();
      if (!known) throw new MissingRow('annotation', annotationId);
      return AnnotationRevisionModel.within(scope).where('annotationId', annotationId).orderBy('version');
    }),
});

/** @param rows what has changed since, in that order; without a `since`, everything */
function changesAfter(since: number | null, rows: readonly AnnotationModel[]): AnnotationChanges {
  const alive = rows.filter((row) => row.deletedAt === null);
  const until = rows.reduce((latest, row) => Math.max(latest, row.changeSeq), since ?? 0);
  return {
    items: alive.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1)),
    removed: since === null ? [] : rows.filter((row) => row.deletedAt !== null).map((row) => row.id),
    until: String(until),
  };
}

const withAuthor = (scope: TenantScope): QueryBuilder<AnnotationModel, AnnotationModel[]> =>
  AnnotationModel.within(scope)
    .join('appUser', (on) => on.on('appUser.tenantId', 'videoAnnotation.tenantId').andOn('appUser.id', 'videoAnnotation.createdById'))
    .select('videoAnnotation.*', 'appUser.displayName as createdByName');

async function find(scope: TenantScope, videoId: string, annotationId: string): Promise<AnnotationModel> {
  const annotation = await withAuthor(scope)
    .where({ 'videoAnnotation.id': annotationId, 'videoAnnotation.videoId': videoId })
    .whereNull('videoAnnotation.deletedAt')
    .first();
  if (!annotation) throw new MissingRow('annotation', annotationId);
  return annotation;
}

/** A request that came twice is answered as the first time; the same id with other content is not the same request. */
async function repeatedCreate(
  scope: TenantScope,
  known: AnnotationModel,
  videoId: string,
  document: AnnotationDocument,
): Promise<AnnotationModel> {
  const isSame =
    known.videoId === videoId &&
    known.createdById === scope.actor.id &&
    known.deletedAt === null &&
    isDeepStrictEqual(known.document, document);
  if (!isSame) throw new DomainError('annotation.id_taken', { field: 'id' });
  return find(scope, videoId, known.id);
}

async function lockForChange(
  scope: TenantScope,
  action: 'annotation.edit' | 'annotation.delete',
  videoId: string,
  annotationId: string,
  version: number,
): Promise<{ video: VideoModel; annotation: AnnotationModel }> {
  const video = await allowedVideo(scope, 'annotation.view', videoId);
  await VideoModel.lock(scope, videoId);
  const annotation = await find(scope, videoId, annotationId);
  await mustBeAllowedOn(scope, action, video, annotation);
  if (annotation.version !== version)
    throw new DomainError('annotation.version_conflict', {
      field: 'version',
      detail: `The drawing is at version ${String(annotation.version)}, not ${String(version)}.`,
      extra: { current: { version: annotation.version, document: annotation.document, updatedAt: annotation.updatedAt } },
    });
  return { video, annotation };
}

/** Pins a document to the picture it was drawn on. @throws DomainError `annotation.frame_out_of_range`, `annotation.document_invalid` */
async function anchorOf(
  scope: TenantScope,
  video: VideoModel,
  document: AnnotationDocument,
): Promise<Pick<AnnotationModel, 'ptsMs' | 'pictureHash' | 'anchorState' | 'anchorShift'>> {
  const attemptId = video.shownAttemptId;
  if (attemptId === null) throw new DomainError('video.not_ready', { extra: { videoStatus: video.status } });
  const ids = document.shapes.map((shape) => shape.id);
  if (new Set(ids).size !== ids.length)
    throw new DomainError('annotation.document_invalid', { field: 'document.shapes', detail: 'Two shapes have the same id.' });
  const rendition = await RenditionModel.within(scope)
    .where({ videoId: video.id, attemptId })
    .select('frameIndex', scope.trx.raw(`encode(substring(picture_hashes from ? for 8), 'hex') as picture_hash`, [document.frame * 8 + 1]))
    .first()
    .throwIfNotFound();
  const index = frameIndex(rendition.frameIndex);
  const lastFrame = document.frame + document.frameCount - 1;
  if (lastFrame >= index.count)
    throw new DomainError('annotation.frame_out_of_range', {
      field: document.frame >= index.count ? 'document.frame' : 'document.frameCount',
      extra: { frameCount: index.count },
    });
  const { pictureHash } = rendition as RenditionModel & { pictureHash: string | null };
  const pin = { ptsMs: index.ptsOf(document.frame) * 1000, pictureHash: pictureHash?.length === 16 ? pictureHash : null };
  return { ...pin, anchorState: 'exact', anchorShift: 0 };
}

async function nextChange(scope: TenantScope): Promise<number> {
  const { rows } = await scope.trx.raw<{ rows: { seq: number }[] }>(`select nextval('annotation_change_seq') as seq`);
  return rows[0]?.seq ?? 0;
}

async function keepRevision(scope: TenantScope, annotationId: string, version: number, document: AnnotationDocument | null): Promise<void> {
  await AnnotationRevisionModel.query(scope.trx).insert({
    tenantId: scope.tenantId,
    annotationId,
    version,
    document,
    changedById: scope.actor.id,
  });
}

function sinceOf(since: string | null): number | null {
  if (since === null) return null;
  if (!/^\d{1,15}$/.test(since)) throw new DomainError('cursor.invalid', { field: 'since' });
  return Number(since);
}
