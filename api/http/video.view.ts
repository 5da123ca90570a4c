import type { components } from '../../domain/generated/openapi.ts';
import type { VideoModel } from '../platform/models/video.ts';
import type { DeepReadonly } from './operation.ts';

type Video = DeepReadonly<components['schemas']['Video']>;

export const toVideo = (video: VideoModel): Video => ({
  id: video.id,
  status: video.status,
  errorCode: video.errorCode,
  errorMessage: video.errorMessage,
  progress: video.progress,
  processingVersion: video.publishedVersion ?? video.processingVersion,
  title: video.title,
  category: video.category,
  clubType: video.clubType,
  viewAngle: video.viewAngle,
  capturedAt: video.capturedAt?.toISOString() ?? null,
  playerId: video.playerId,
  subjectIds: video.subjectIds,
  uploadedById: video.uploadedById,
  visibility: video.visibility,
  width: video.width,
  height: video.height,
  durationMs: video.durationMs,
  frameCount: video.frameCount,
  fps: video.fps && { num: video.fps.num, den: video.fps.den },
  captureFps: video.captureFps,
  rotation: video.rotation,
  timing: video.timing,
  bitrateKbps: video.bitrateKbps,
  sizeBytes: video.sizeBytes,
  isPlayable: video.shownAttemptId !== null,
  // The poster is published together with what is played, never alone.
  hasPoster: video.shownAttemptId !== null,
  annotationCount: video.annotationCount,
  metadata: video.metadata,
  createdAt: video.createdAt.toISOString(),
  updatedAt: video.updatedAt.toISOString(),
});
