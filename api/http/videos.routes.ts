import type { Annotations, Reprocessing, Videos } from '../services/contracts.ts';
import { toAnnotationList } from './annotation.view.ts';
import type { Handlers } from './operation.ts';
import { toVideo } from './video.view.ts';

export const videoRoutes = (
  videos: Videos,
  reprocessing: Reprocessing,
  annotations: Annotations,
): Pick<
  Handlers,
  'listVideos' | 'getVideo' | 'updateVideo' | 'setVideoSubjects' | 'deleteVideo' | 'reprocessVideo' | 'getVideoPoster'
> => ({
  async listVideos({ tenant, query }) {
    const { items, nextCursor } = await videos.list(tenant, query);
    return { status: 200, body: { items: items.map(toVideo), nextCursor } };
  },

  async getVideo({ tenant, path, query }) {
    const video = toVideo(await videos.get(tenant, path.videoId));
    if (query.include !== 'annotations') return { status: 200, body: video };
    return { status: 200, body: { ...video, annotations: toAnnotationList(await annotations.list(tenant, path.videoId, null)) } };
  },

  async updateVideo({ tenant, path, body }) {
    return { status: 200, body: toVideo(await videos.update(tenant, path.videoId, body)) };
  },

  async setVideoSubjects({ tenant, path, body }) {
    const { video, missingConsents } = await videos.setSubjects(tenant, path.videoId, body.playerIds);
    return { status: 200, body: { videoId: video.id, subjectIds: video.subjectIds, missingConsents } };
  },

  async deleteVideo({ tenant, path }) {
    await videos.remove(tenant, path.videoId);
    return { status: 204 };
  },

  async reprocessVideo({ tenant, path }) {
    return { status: 202, body: toVideo(await reprocessing.one(tenant, path.videoId)) };
  },

  async getVideoPoster({ tenant, path }) {
    return { media: await videos.poster(tenant, path.videoId) };
  },
});
