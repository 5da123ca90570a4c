import { readdirSync, readFileSync } from 'node:fs';
import { cpuOf } from '../pipeline/measure.ts';

/** Processes of `parent`, as the kernel knows them now. */
function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, ppid] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return Number(ppid) === parent ? [Number(name)] : [];
    } catch {
      // It has ended while the list was read.
      return [];
    }
  });
}

/**
 * Seconds of processor time, user and system, of a process and all it has started: those that run and those that have ended.
 * PostgreSQL's back ends are children of its first process, so this is how the database is counted too.
 */
export function treeSeconds(pid: number): number {
  try {
    const { own, children } = cpuOf(pid);
    return childrenOf(pid).reduce((sum, child) => sum + treeSeconds(child), own + children);
  } catch {
    return 0;
  }
}
