import { createHash, randomUUID } from 'node:crypto';
import type { components } from '../../../domain/generated/openapi.ts';
import type { Api } from './club.ts';

type Video = components['schemas']['Video'];
type Upload = components['schemas']['Upload'];

/** What an uploader declares, with everything filled in that a test does not care about. */
export const declaration = (
  bytes: Uint8Array,
  more: Partial<components['schemas']['UploadInit']> = {},
): components['schemas']['UploadInit'] => ({
  clientUploadId: randomUUID(),
  sizeBytes: bytes.length,
  contentType: 'video/mp4',
  title: 'A swing',
  ...more,
});

/** Sends the parts that are missing. Returns the list that completes the upload. */
export async function sendParts(upload: Upload, bytes: Uint8Array): Promise<{ partNumber: number; etag: string }[]> {
  const sent = await Promise.all(
    upload.missingParts.map(async ({ partNumber, offsetBytes, sizeBytes, url }) => {
      const response = await fetch(url, {
        method: 'PUT',
        body: bytes.subarray(offsetBytes, offsetBytes + sizeBytes) as Uint8Array<ArrayBuffer>,
      });
      if (!response.ok) throw new Error(`part ${String(partNumber)}: ${String(response.status)} ${await response.text()}`);
      return { partNumber, etag: response.headers.get('etag') ?? '' };
    }),
  );
  return [...upload.storedParts, ...sent].map(({ partNumber, etag }) => ({ partNumber, etag })).sort((a, b) => a.partNumber - b.partNumber);
}

/** A whole upload, from init to complete. */
export async function uploadClip(api: Api, bytes: Uint8Array, more: Partial<components['schemas']['UploadInit']> = {}): Promise<Video> {
  const { data: upload, error } = await api.POST('/api/v1/media/upload/init', { body: declaration(bytes, more) });
  if (!upload) throw new Error(`init: ${JSON.stringify(error)}`);
  const parts = await sendParts(upload, bytes);
  const completed = await api.POST('/api/v1/media/upload/complete', {
    body: { videoId: upload.videoId, uploadId: upload.uploadId, parts, checksumSha256: createHash('sha256').update(bytes).digest('hex') },
  });
  if (!completed.data) throw new Error(`complete: ${JSON.stringify(completed.error)}`);
  return completed.data;
}

/** Asks until the video has come to rest. @throws Error after the time limit. */
export async function untilSettled(api: Api, videoId: string, limitMs = 120_000): Promise<Video> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const { data, error } = await api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } });
    if (!data) throw new Error(`get: ${JSON.stringify(error)}`);
    if (['ready', 'failed', 'quarantined'].includes(data.status)) return data;
    if (Date.now() > deadline) throw new Error(`still ${data.status} after ${String(limitMs)} ms`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
