import { open } from 'node:fs/promises';

/** What the first bytes say: a container we open, or why we do not. */
export type Sniffed =
  | { readonly container: 'isobmff' | 'matroska' | 'avi' | 'mpegts' }
  | { readonly rejected: 'NOT_A_VIDEO' | 'TYPE_REJECTED'; readonly looksLike: string };

/** Enough for three packets of a transport stream. */
export const SNIFF_BYTES = 1024;

const not = (looksLike: string): Sniffed => ({ rejected: 'NOT_A_VIDEO', looksLike });
const other = (looksLike: string): Sniffed => ({ rejected: 'TYPE_REJECTED', looksLike });

/** Top-level boxes a QuickTime or MP4 file may begin with. */
const FIRST_BOXES: ReadonlySet<string> = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp', 'moof', 'sidx', 'uuid']);

/** Brands of pictures that share the container of a film: HEIF, AVIF, Canon raw. */
const STILL_BRANDS: ReadonlySet<string> = new Set(['heic', 'heix', 'heim', 'heis', 'mif1', 'avif', 'crx ']);

const SIGNATURES: readonly (readonly [start: string, sniffed: Sniffed])[] = [
  ['\x1a\x45\xdf\xa3', { container: 'matroska' }],
  ['\xff\xd8\xff', not('JPEG')],
  ['\x89PNG', not('PNG')],
  ['GIF8', not('GIF')],
  ['PK\x03\x04', not('ZIP')],
  ['%PDF', not('PDF')],
  ['#EXTM3U', not('HLS playlist')],
  ['ffconcat', not('ffconcat playlist')],
  ['fLaC', not('FLAC')],
  ['ID3', not('MP3')],
  ['OggS', other('Ogg')],
  ['FLV\x01', other('Flash video')],
  ['\x30\x26\xb2\x75', other('Windows Media')],
];

/** Decides by the first bytes alone, before any parser of ours or ffmpeg's sees the file. A name or declared type proves nothing. */
export function sniff(head: Uint8Array): Sniffed {
  if (head.length === 0) return not('nothing');
  const start = Buffer.from(head).toString('latin1');
  const known = SIGNATURES.find(([signature]) => start.startsWith(signature));
  if (known) return known[1];
  if (start.startsWith('RIFF')) return start.startsWith('AVI ', 8) ? { container: 'avi' } : not('RIFF without video');
  if (FIRST_BOXES.has(start.slice(4, 8)))
    return start.startsWith('ftyp', 4) && STILL_BRANDS.has(start.slice(8, 12)) ? not('still picture') : { container: 'isobmff' };
  if (isTransportStream(head)) return { container: 'mpegts' };
  return not(/^\s*</.test(start) ? 'markup' : 'no known container');
}

/** Sync bytes one packet apart: 188 bytes, or 192 as AVCHD cameras write, each with a four-byte time before it. */
const isTransportStream = (head: Uint8Array): boolean =>
  [
    [0, 188],
    [4, 192],
  ].some(([first = 0, step = 188]) => [0, 1, 2].every((packet) => head[first + packet * step] === 0x47));

/** As much of the start of a file as `sniff` wants to see. */
export async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
