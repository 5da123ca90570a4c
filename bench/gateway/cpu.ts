import { readFileSync } from 'node:fs';

/** Processor time a process has had, in milliseconds. */
export function cpuMs(pid: number | undefined): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  // User and system time in ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
