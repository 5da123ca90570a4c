import type { components } from '../../domain/generated/openapi.ts';
import type { AnnotationRevisionModel } from '../platform/models/annotation-revision.ts';
import type { AnnotationModel } from '../platform/models/annotation.ts';
import type { AnnotationChanges } from '../services/contracts.ts';
import type { DeepReadonly } from './operation.ts';

type Schemas = DeepReadonly<components['schemas']>;

/** The document is the caller's own, taken in under the spec and returned whole: a later shape's members are not ours to name. */
export const toAnnotation = (annotation: AnnotationModel): Schemas['Annotation'] => ({
  id: annotation.id,
  videoId: annotation.videoId,
  version: annotation.version,
  document: annotation.document,
  anchor: {
    ptsMs: annotation.ptsMs,
    pictureHash: annotation.pictureHash,
    state: annotation.anchorState,
    shiftFrames: annotation.anchorShift,
  },
  createdById: annotation.createdById,
  createdByName: annotation.createdByName,
  createdAt: annotation.createdAt.toISOString(),
  updatedAt: annotation.updatedAt.toISOString(),
});

export const toAnnotationList = ({ items, removed, until }: AnnotationChanges): Schemas['AnnotationList'] => ({
  items: items.map(toAnnotation),
  removed,
  until,
});

export const toRevision = ({
  version,
  document,
  changedById,
  changedAt,
}: AnnotationRevisionModel): Schemas['AnnotationRevisionList']['items'][number] => ({
  version,
  document,
  changedById,
  changedAt: changedAt.toISOString(),
});
