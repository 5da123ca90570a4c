import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const SECRET = 'a secret of the crash tests, long enough';
export const PART = Buffer.alloc(300_000, 'p');

const CHILD = join(import.meta.dirname, 'disk-store.crash-child.ts');

/** True when the process died at the n-th thing it did to the disk, false when it came to its end before. */
export async function diesAt(n: number, root: string, key: string, uploadId: string, action: string): Promise<boolean> {
  const child = spawn(process.execPath, [CHILD, root, key, uploadId, action, String(n)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (signal === 'SIGKILL') return true;
  if (code === 0) return false;
  throw new Error(`the process ended with ${String(code ?? signal)}`);
}
