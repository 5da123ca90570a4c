import type { components } from '../../domain/generated/openapi.ts';
import type { UploadState } from '../services/contracts.ts';
import type { DeepReadonly } from './operation.ts';

type Upload = DeepReadonly<components['schemas']['Upload']>;

export const toUpload = ({ video, uploadId, key, partSizeBytes, storedParts, missingParts, expiresAt }: UploadState): Upload => ({
  videoId: video.id,
  uploadId,
  key,
  status: video.status,
  partSizeBytes,
  storedParts: storedParts.map(({ partNumber, sizeBytes, etag }) => ({ partNumber, sizeBytes, etag })),
  missingParts: missingParts.map(({ partNumber, offsetBytes, sizeBytes, url }) => ({ partNumber, offsetBytes, sizeBytes, url })),
  expiresAt: expiresAt.toISOString(),
});
