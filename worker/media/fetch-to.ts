import { open, type FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StoredBytes } from '../../api/platform/object-store.ts';

/**
 * Writes stored bytes to a new file; `see` is shown each of them once, in order, and must not keep what it is shown.
 * @returns how many they were. @throws signal.reason when aborted.
 */
export async function fetchTo(file: string, bytes: StoredBytes, see: (chunk: Uint8Array) => void, signal: AbortSignal): Promise<number> {
  let count = 0;
  const stop = (): void => void bytes.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await using handle = await open(file, 'wx', 0o600);
    const target = new Writable({
      // a chunk is let go of when it is on the disk: whoever sent it may then use its memory again
      write: (chunk: Buffer, _encoding, done) => {
        see(chunk);
        count += chunk.length;
        writeAll(handle, chunk).then(() => done(), done);
      },
    });
    // What the write itself reports rejects below; an error event that nobody hears would end the process.
    target.on('error', () => undefined);
    signal.throwIfAborted();
    if (bytes.writeTo) await bytes.writeTo(target, () => undefined);
    else await pipeline(bytes, target);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    bytes.destroy();
  }
  signal.throwIfAborted();
  return count;
}

/** A full disk takes the first half of a chunk and says so by its length alone. */
async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
}
