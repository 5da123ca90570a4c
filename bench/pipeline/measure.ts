import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK']).toString());

export interface CpuSeconds {
  readonly own: number;
  /** Of every process it started that has ended, and of theirs. */
  readonly children: number;
}

/** User and system time of a process so far. */
export function cpuOf(pid: number): CpuSeconds {
  // the second field is the program's name and may hold spaces
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const seconds = (...at: readonly number[]): number => at.reduce((sum, field) => sum + Number(fields[field]), 0) / TICKS_PER_SECOND;
  return { own: seconds(11, 12), children: seconds(13, 14) };
}

export const cpuSince = (pid: number, before: CpuSeconds): CpuSeconds => {
  const now = cpuOf(pid);
  return { own: now.own - before.own, children: now.children - before.children };
};

/** The most memory a process has held, in MB. */
export const peakMemory = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024;

/** Seconds of processor time and of the clock. */
export interface Run {
  readonly cpu: number;
  readonly wall: number;
}

/** Runs ffmpeg at the worker's own priority. */
export async function timed(args: readonly string[]): Promise<Run> {
  const before = cpuOf(process.pid);
  const started = performance.now();
  const child = spawn('nice', ['-n', '10', 'ffmpeg', '-nostdin', '-v', 'error', '-y', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`ffmpeg ended with ${String(code)}: ${args.join(' ')}`);
  return { wall: (performance.now() - started) / 1000, cpu: cpuSince(process.pid, before).children };
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};
