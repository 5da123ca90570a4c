export interface DownloadProgress {
  readonly loadedBytes: number;
  /** As the server tells it; null when it does not. */
  readonly totalBytes: number | null;
}

/** The server answered, but not with the media. */
export class DownloadRefused extends Error {
  override readonly name = 'DownloadRefused';
  readonly status: number;

  constructor(status: number) {
    super(`the media was answered with ${String(status)}`);
    this.status = status;
  }
}

/**
 * Fetches a whole media file. @throws DownloadRefused for an answer that is not the file, TypeError without an answer,
 * the signal's reason when it is given up.
 */
export async function downloadMedia(
  url: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: DownloadProgress) => void },
): Promise<Blob> {
  const response = await fetch(url, { signal, credentials: 'omit' });
  if (!response.ok || !response.body) throw new DownloadRefused(response.status);
  const totalBytes = Number(response.headers.get('Content-Length')) || null;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let loadedBytes = 0;
  const reader = response.body.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    parts.push(chunk.value);
    loadedBytes += chunk.value.byteLength;
    onProgress({ loadedBytes, totalBytes });
  }
  return new Blob(parts, { type: 'video/mp4' });
}
