import { constants, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A new name, on the same file system, for something that nobody can see yet, or no longer. */
export type Scratch = () => string;

export const hasErrno = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);

/** A new name in a directory survives a power cut only when the directory, too, has been written. */
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}

/** Makes a directory and those above it, for us alone, and waits until the disk has their names. */
export async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}

/** A second file of the same bytes: the kernel copies them, or shares their blocks where the file system can. */
export const duplicate = (from: string, to: string): Promise<void> =>
  copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);

/** The file under another name, also on another file system. */
export async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasErrno(error, 'EXDEV')) throw error;
    await duplicate(from, to);
  }
}

/**
 * Gives a finished file its name by `place` (a rename or a link), making the directory first. Repeated when somebody
 * removed the directory in between.
 */
export async function placeIn(directory: string, place: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await makeDirectory(directory);
    try {
      await place();
      return await syncDirectory(directory);
    } catch (error) {
      if (!hasErrno(error, 'ENOENT') || attempt === 3) throw error;
    }
  }
}

/** The file or directory disappears at once, by one rename; its bytes are given back after that. Not an error when there is none. */
export async function vanish(path: string, scratch: Scratch): Promise<void> {
  const grave = scratch();
  try {
    await rename(path, grave);
    await syncDirectory(dirname(path));
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return;
    throw error;
  }
  await rm(grave, { recursive: true, force: true });
}

/** Removes what killed processes left behind in a directory of scratch names, once nobody can be at work on it any more. */
export async function sweep(directory: string, olderThanMs: number): Promise<void> {
  const before = Date.now() - olderThanMs;
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const stats = await stat(path).catch((error: unknown) => {
      if (hasErrno(error, 'ENOENT')) return null;
      throw error;
    });
    if (stats && stats.mtimeMs < before) await rm(path, { recursive: true, force: true });
  }
}
