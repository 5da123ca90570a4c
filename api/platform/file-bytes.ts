import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Writable } from 'node:stream';
import type { ByteRange, StoredBytes } from './object-store.ts';

/** Two of these are held for each reader that is being served, however slow it is. */
export const CHUNK_BYTES = 1024 * 1024;

interface Chunk {
  readonly buffer: Buffer;
  readonly bytes: Promise<number>;
}

/** A part of an open file, read once: as a stream, or written out from two buffers that take turns. Closes the file at its end. */
export class FileBytes extends Readable implements StoredBytes {
  readonly #handle: FileHandle;
  readonly #end: number;
  #position: number;

  constructor(handle: FileHandle, { first, last }: ByteRange) {
    super({ highWaterMark: 0 });
    this.#handle = handle;
    this.#position = first;
    this.#end = last + 1;
  }

  /**
   * Fresh memory for every chunk costs more than the copying: the pages must be zeroed first. So the buffer that the target has let
   * go of is filled while the other is on its way.
   */
  async writeTo(target: Writable, written: (bytes: number) => void): Promise<void> {
    try {
      const bytes = Math.min(CHUNK_BYTES, this.#end - this.#position);
      let next: Chunk | null = this.#fill(Buffer.allocUnsafeSlow(bytes));
      let spare: Buffer | null = null;
      let leaving = Promise.resolve();
      while (next) {
        const { buffer, bytes: filled }: Chunk = next;
        const length = await filled;
        await leaving;
        if (this.destroyed) break;
        next = this.#position < this.#end ? this.#fill(spare ?? Buffer.allocUnsafeSlow(buffer.length)) : null;
        spare = buffer;
        leaving = left(target, buffer.subarray(0, length), written);
        // Waited for above, when the other buffer is full: until then nobody else listens.
        leaving.catch(() => undefined);
      }
      await next?.bytes.catch(() => undefined);
      await leaving;
    } finally {
      this.destroy();
    }
  }

  override _read(): void {
    const bytes = Math.min(CHUNK_BYTES, this.#end - this.#position);
    if (bytes <= 0) {
      this.push(null);
      return;
    }
    const { buffer, bytes: filled } = this.#fill(Buffer.allocUnsafeSlow(bytes));
    filled.then(
      (length) => this.push(buffer.subarray(0, length)),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#handle.close().then(
      () => done(error),
      (closing: unknown) => done(error ?? (closing instanceof Error ? closing : new Error(String(closing)))),
    );
  }

  #fill(buffer: Buffer): Chunk {
    const length = Math.min(buffer.length, this.#end - this.#position);
    const bytes = this.#handle.read(buffer, 0, length, this.#position).then(({ bytesRead }) => {
      if (bytesRead === length) return length;
      throw Object.assign(new Error('a stored file ended early'), { code: 'EIO', syscall: 'read' });
    });
    this.#position += length;
    return { buffer, bytes };
  }
}

/** Bytes that are in memory already. */
export class HeldBytes extends Readable implements StoredBytes {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.#bytes = bytes;
  }

  async writeTo(target: Writable, written: (bytes: number) => void): Promise<void> {
    if (!this.destroyed && this.#bytes.length > 0) await left(target, this.#bytes, written);
  }

  override _read(): void {
    if (this.#bytes.length > 0) this.push(this.#bytes);
    this.push(null);
  }
}

/** Resolves when the target has let go of the chunk. */
const left = (target: Writable, chunk: Uint8Array, written: (bytes: number) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    target.write(chunk, (error) => {
      if (error) {
        reject(error);
        return;
      }
      written(chunk.length);
      resolve();
    });
  });
