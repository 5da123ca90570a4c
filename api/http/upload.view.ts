import type { components } from '../../domain/generated/openapi.ts';
import type { OpenUpload, UploadState } from '../services/contracts.ts';
import type { DeepReadonly } from './operation.ts';

type Upload = DeepReadonly<components['schemas']['Upload']>;
type OpenUploadItem = DeepReadonly<components['schemas']['OpenUploadList']['items'][number]>;

export const toUpload = ({ video, uploadId, key, partSizeBytes, storedParts, missingParts, expiresAt, quota }: UploadState): Upload => ({
  videoId: video.id,
  uploadId,
  key,
  status: video.status,
  partSizeBytes,
  storedParts: storedParts.map(({ partNumber, sizeBytes, etag }) => ({ partNumber, sizeBytes, etag })),
  missingParts: missingParts.map(({ partNumber, offsetBytes, sizeBytes, url }) => ({ partNumber, offsetBytes, sizeBytes, url })),
  expiresAt: expiresAt.toISOString(),
  ...(quota && { quota }),
});

export const toOpenUpload = ({ upload, video }: OpenUpload): OpenUploadItem => {
  const { id, videoId, clientUploadId, fingerprint, sizeBytes, createdAt } = upload;
  return {
    id,
    videoId,
    clientUploadId,
    fingerprint,
    title: video.title,
    playerId: video.playerId,
    sizeBytes,
    createdAt: createdAt.toISOString(),
  };
};
