import { CHUNK_BYTES, FileBytes, HeldBytes } from './file-bytes.ts';
import type { ByteRange, StoredBytes } from './object-store.ts';
import { openSealed } from './sealed-file.ts';

/**
 * The bytes of a sealed file, or the part of them that is wanted. Null when there is no such file, and when it has none of that part.
 * What is returned closes the file when it ends or is destroyed; a file that fits one chunk is read at once and closed here.
 */
export async function readSealed(file: string, range: ByteRange | null): Promise<StoredBytes | null> {
  const sealed = await openSealed(file, range ? 0 : CHUNK_BYTES);
  if (!sealed) return null;
  const { handle, held } = sealed;
  const end = sealed.seal.sizeBytes - 1;
  const { first, last } = range ?? { first: 0, last: end };
  if (!held && first <= last && first <= end) return new FileBytes(handle, { first, last: Math.min(last, end) });
  await handle.close();
  return held && new HeldBytes(held);
}
