import { read } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const readAt = promisify(read);

/**
 * A file on a disk, or a range of one, each read in one go and beside the main thread as a browser does it. Node's own `openAsBlob`
 * reads in steps of 64 KiB on the main thread, which would be measured instead of the engine.
 */
export class DiskFile extends File {
  readonly #descriptor: number;
  readonly #range: readonly [start: number, end: number];

  constructor(file: string, descriptor: number, range: readonly [start: number, end: number]) {
    super([], path.basename(file), { type: 'video/mp4' });
    this.#descriptor = descriptor;
    this.#range = range;
  }

  override get size(): number {
    return this.#range[1] - this.#range[0];
  }

  override slice(start = 0, end = this.size): Blob {
    const [first] = this.#range;
    return new DiskFile(this.name, this.#descriptor, [first + start, first + Math.min(end, this.size)]);
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(this.size);
    const { bytesRead } = await readAt(this.#descriptor, bytes, 0, bytes.length, this.#range[0]);
    if (bytesRead !== bytes.length) throw new Error(`read ${String(bytesRead)} bytes of ${String(bytes.length)}`);
    return bytes.buffer;
  }
}
