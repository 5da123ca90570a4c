import type { Annotations } from '../services/contracts.ts';
import { toAnnotation, toAnnotationList, toRevision } from './annotation.view.ts';
import type { Handlers } from './operation.ts';

type Ids = 'listAnnotations' | 'createAnnotation' | 'getAnnotation' | 'updateAnnotation' | 'deleteAnnotation' | 'listAnnotationRevisions';

export const annotationRoutes = (annotations: Annotations): Pick<Handlers, Ids> => ({
  async listAnnotations({ tenant, path, query }) {
    return { status: 200, body: toAnnotationList(await annotations.list(tenant, path.videoId, query.since ?? null)) };
  },

  async createAnnotation({ tenant, path, body }) {
    return { status: 201, body: toAnnotation(await annotations.create(tenant, path.videoId, body)) };
  },

  async getAnnotation({ tenant, path }) {
    return { status: 200, body: toAnnotation(await annotations.get(tenant, path.videoId, path.annotationId)) };
  },

  async updateAnnotation({ tenant, path, body }) {
    return { status: 200, body: toAnnotation(await annotations.update(tenant, path.videoId, path.annotationId, body)) };
  },

  async deleteAnnotation({ tenant, path, query }) {
    await annotations.remove(tenant, path.videoId, path.annotationId, query.version);
    return { status: 204 };
  },

  async listAnnotationRevisions({ tenant, path }) {
    const revisions = await annotations.revisions(tenant, path.videoId, path.annotationId);
    return { status: 200, body: { items: revisions.map(toRevision) } };
  },
});
