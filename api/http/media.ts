import type { Request, Response } from 'express';
import type { MediaFile } from '../services/contracts.ts';
import { written } from './written.ts';

/**
 * Streams a file, or the part of it that was asked for (RFC 9110, section 14), as fast as the reader takes it.
 * The name a person gave the file is nowhere in the answer.
 */
export async function sendMedia(req: Request, res: Response, media: MediaFile, acceptsRanges: boolean): Promise<void> {
  const { contentType, totalBytes, range, etag } = media;
  // Pictures of people, often minors: no cache on the way may keep them.
  res.set({ ETag: etag, 'Cache-Control': 'private, no-store', 'Accept-Ranges': acceptsRanges ? 'bytes' : 'none' });
  if (media.isUnchanged) {
    res.status(304).end();
    return;
  }
  if (req.method !== 'HEAD' && media.elsewhere) {
    sendElsewhere(res, media, media.elsewhere());
    return;
  }
  res.status(range ? 206 : 200);
  res.set({
    'Content-Type': contentType,
    'Content-Length': String(range ? range.last - range.first + 1 : totalBytes),
    'Content-Disposition': 'inline',
  });
  if (range) res.set('Content-Range', contentRange(media));
  if (req.method === 'HEAD') res.end();
  else await stream(res, media);
}

const contentRange = ({ range, totalBytes }: MediaFile): string =>
  `bytes ${String(range?.first ?? 0)}-${String(range?.last ?? totalBytes - 1)}/${String(totalBytes)}`;

/** The address is another credential: it goes to the player that holds the lease, or to nginx, and is kept by nobody. */
function sendElsewhere(res: Response, media: MediaFile, { by, url, tenantId }: ReturnType<NonNullable<MediaFile['elsewhere']>>): void {
  if (by === 'redirect') {
    res.removeHeader('ETag');
    res.set({ Location: url, 'Cache-Control': 'no-store' }).status(302).end();
    return;
  }
  const { pathname, search } = new URL(url);
  res.set({
    'Content-Type': media.contentType,
    'Content-Disposition': 'inline',
    'X-Accel-Redirect': `/_store${pathname}${search}`,
    // nginx asks the store for what we decided on, not for what the player wrote.
    ...(media.range && { 'X-Media-Range': `bytes=${String(media.range.first)}-${String(media.range.last)}` }),
    'X-Media-Tenant': tenantId,
  });
  res.status(200).end();
}

async function stream(res: Response, media: MediaFile): Promise<void> {
  const body = await media.open();
  const letGo = (): void => void body.destroy();
  res.once('close', letGo);
  const sent = (bytes: number): void => media.sent?.(bytes);
  try {
    if (res.destroyed) return;
    if (body.writeTo) await body.writeTo(res, sent);
    else for await (const chunk of body as AsyncIterable<Uint8Array>) await written(res, chunk, sent);
    res.end();
  } catch (error) {
    // A player that seeks or closes drops the connection: ordinary life.
    if (!res.destroyed) throw error;
  } finally {
    res.off('close', letGo);
    letGo();
  }
}
