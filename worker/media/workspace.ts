import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const PREFIX = 'work-';

/** Runs `work` in a directory of its own that only this user can read; the directory is gone afterwards, however the work ends. */
export async function inWorkspace<T>(root: string, work: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(root, PREFIX)); // mkdtemp creates with mode 0700
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Removes what a killed worker left behind. Call at start, before any work, with a root that no other worker uses. Returns how many were removed. */
export async function sweepWorkspaces(root: string): Promise<number> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const left = (await readdir(root)).filter((name) => name.startsWith(PREFIX));
  await Promise.all(left.map((name) => rm(join(root, name), { recursive: true, force: true })));
  return left.length;
}
