import { readdirSync, readFileSync } from 'node:fs';

/** The command of a running process, its arguments apart by spaces. @returns null when there is none. */
export function commandOf(pid: number): string | null {
  try {
    // A process that has ended and is not yet fetched by its parent has no command line left.
    return (
      readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
        .replaceAll('\0', ' ')
        .trim() || null
    );
  } catch {
    return null;
  }
}

export const isRunning = (pid: number): boolean => commandOf(pid) !== null;

/** Sends a signal. @returns false when nobody is there to get it. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/**
 * The media tools that work in a workspace: they lead process groups of their own, so a worker that was killed leaves them behind.
 */
export function toolsIn(workspaces: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => {
      const command = commandOf(pid);
      return command !== null && /^\S*ff(mpeg|probe)\S* /.test(command) && command.includes(`${workspaces}/`);
    });
}

/** @returns whether it has ended within the time. */
export async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (isRunning(pid)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
