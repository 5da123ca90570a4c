import { HASH_GRID } from './analysis-args.ts';
import { MediaError } from './media-error.ts';

/** Bytes of one hash. */
export const HASH_BYTES = 8;

const PICTURE_BYTES = HASH_GRID.width * HASH_GRID.height;

/**
 * Difference hashes (dHash) of a run of 9 × 8 grey pictures: eight bytes a picture, a byte for each row from the top, its
 * highest bit the leftmost pair; a bit is set where the grey grows to the right. Alike pictures differ in few bits, whatever
 * size, rate or codec they were encoded with.
 * @throws MediaError FFMPEG_FAIL when the bytes end within a picture.
 */
export function pictureHashes(grey: Uint8Array): Buffer {
  if (grey.length % PICTURE_BYTES !== 0) throw new MediaError('FFMPEG_FAIL', 'the grey pictures are incomplete');
  const hashes = Buffer.alloc((grey.length / PICTURE_BYTES) * HASH_BYTES);
  for (let at = 0; at < hashes.length; at += 1) hashes[at] = rowBits(grey, at * HASH_GRID.width);
  return hashes;
}

function rowBits(grey: Uint8Array, start: number): number {
  let bits = 0;
  for (let x = 0; x < HASH_GRID.width - 1; x += 1) bits = (bits << 1) | ((grey[start + x] ?? 0) < (grey[start + x + 1] ?? 0) ? 1 : 0);
  return bits;
}
