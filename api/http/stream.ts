import type { Request, Response } from 'express';
import type { TextStream } from '../services/contracts.ts';
import { written } from './written.ts';

/**
 * Sends text page by page, as fast as the reader takes it. Its length is told by nobody: an answer that fails half-way is cut off, and
 * the text's own last line says whether it is whole.
 */
export async function sendStream(req: Request, res: Response, { contentType, fileName, pages }: TextStream): Promise<void> {
  res.status(200).set({
    'Content-Type': contentType,
    'Content-Disposition': `attachment; filename="${fileName}"`,
    'Cache-Control': 'private, no-store',
  });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  try {
    // A reader that leaves ends the loop, and with it whatever makes the pages.
    for await (const page of pages()) {
      if (res.destroyed) return;
      await written(res, Buffer.from(page));
    }
    res.end();
  } catch (error) {
    if (!res.destroyed) throw error;
  }
}
