import { open } from 'node:fs/promises';

/** A file of which pieces are read. */
export interface RandomAccess {
  readonly sizeBytes: number;
  /** Bytes from a position on; fewer at the end of the file. */
  readonly readAt: (position: number, length: number) => Promise<Buffer>;
}

/** Bytes of a file, from the first up to, and not with, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Opens a file for as long as `look` looks at it. */
export async function lookInto<T>(path: string, look: (file: RandomAccess) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const readAt = async (position: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    return await look({ sizeBytes: size, readAt });
  } finally {
    await file.close();
  }
}

/** Bytes that are in memory already. */
export const inMemory = (bytes: Buffer): RandomAccess => ({
  sizeBytes: bytes.length,
  readAt: (position, length) => Promise.resolve(bytes.subarray(position, position + length)),
});
