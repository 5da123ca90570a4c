import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { MediaFile } from '../services/contracts.ts';

/**
 * Streams a file, or the part of it that was asked for (RFC 9110, section 14), as fast as the reader takes it.
 * The name a person gave the file is nowhere in the answer.
 */
export async function sendMedia(req: Request, res: Response, media: MediaFile, acceptsRanges: boolean): Promise<void> {
  const { body, contentType, totalBytes, range, etag } = media;
  res.status(range ? 206 : 200);
  res.set({
    'Content-Type': contentType,
    'Content-Length': String(range ? range.last - range.first + 1 : totalBytes),
    'Content-Disposition': 'inline',
    'Accept-Ranges': acceptsRanges ? 'bytes' : 'none',
    ETag: /^(?:W\/)?".*"$/.test(etag) ? etag : `"${etag}"`,
    // Pictures of people, often minors: no cache on the way may keep them.
    'Cache-Control': 'private, no-store',
  });
  if (range) res.set('Content-Range', `bytes ${String(range.first)}-${String(range.last)}/${String(totalBytes)}`);
  if (req.method === 'HEAD') {
    body.destroy();
    res.end();
    return;
  }
  try {
    await pipeline(body, res);
  } catch (error) {
    if (!isReaderGone(error)) throw error;
  }
}

/** A player that seeks or closes drops the connection: ordinary life. */
const isReaderGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
