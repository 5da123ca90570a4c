import { once } from 'node:events';
import type { Response } from 'express';

/** Resolves when there is room for more: a reader that stands still must not fill our memory. Rejects when it has gone. */
export async function written(res: Response, chunk: Uint8Array, sent: (bytes: number) => void = () => undefined): Promise<void> {
  const hasRoom = res.write(chunk, (error) => {
    if (!error) sent(chunk.byteLength);
  });
  if (hasRoom) return;
  const gone = new AbortController();
  const stop = (): void => gone.abort();
  res.once('close', stop);
  try {
    if (res.destroyed) gone.abort();
    await once(res, 'drain', { signal: gone.signal });
  } finally {
    res.off('close', stop);
  }
}
