import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { UploadRig } from '../../api/test/support/upload-rig.ts';

const HERE = import.meta.dirname;

/** Installs the peers that the lock file names, where that has not been done since it changed. */
export function installPeers(): void {
  const [lock, installed] = [path.join(HERE, 'package-lock.json'), path.join(HERE, 'node_modules/.package-lock.json')];
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: HERE, stdio: 'inherit' });
  if (status !== 0) throw new Error('the peers could not be installed');
}

/** A file that nothing on the way can make smaller. */
export async function randomFile(directory: string, megabytes: number): Promise<string> {
  const file = path.join(directory, 'file.mp4');
  await using handle = await open(file, 'w');
  for (let written = 0; written < megabytes; written += 1) await handle.write(randomBytes(1_000_000));
  return file;
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Takes out of the store what was uploaded last: an engine in memory has room for a few files only. */
export async function removeNewest({ club, database, store }: UploadRig): Promise<void> {
  const { id } = await database.admin('video').orderBy('id', 'desc').first<{ id: string }>('id');
  await store().removePrefix(`t/${club.tenantId}/v/${id}/`);
}
