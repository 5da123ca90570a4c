import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { MediaError } from './media-error.ts';

/** How a tool is run. */
export interface RunOptions {
  readonly signal: AbortSignal;
  /** No run lasts longer; then it ends with MediaError TIMEOUT. */
  readonly timeoutMs: number;
  /** Nor uses more processor time, which then is TIMEOUT too; twice the time when not given. */
  readonly cpuSeconds?: number | undefined;
}

/** How a tool ended by itself. */
export interface Exit {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
}

/** Time to close files after being asked to end. */
const GRACE_MS = 5000;

/** What the kernel sends at the limit of processor time, by name and as the exit code of whoever waited for the tool. */
const CPU_SIGNAL: NodeJS.Signals = 'SIGXCPU';
const CPU_EXIT_CODE = 128 + 24;

/** The limit of processor time ended the tool. */
export const ranOutOfCpu = ({ code, killedBy }: Exit): boolean => killedBy === CPU_SIGNAL || code === CPU_EXIT_CODE;

/** Somebody else killed the tool, most likely the kernel for want of memory: that says nothing about the file. */
export const wasKilled = ({ code, killedBy }: Exit): boolean => killedBy === 'SIGKILL' || code === 128 + 9;

export const cpuLimit = ({ cpuSeconds, timeoutMs }: Pick<RunOptions, 'cpuSeconds' | 'timeoutMs'>): number =>
  cpuSeconds ?? Math.ceil(timeoutMs / 500);

/** How much of what a tool complained about is kept for the error's cause. */
const STDERR_BYTES = 4096;

/**
 * Watches a child that leads its own process group (`detached`), so that ending it also ends whatever it started.
 * Resolves when the child has ended and its pipes are closed.
 * @throws signal.reason when aborted; MediaError TIMEOUT; MediaError INTERNAL when the program cannot be started.
 */
export function supervise(child: ChildProcess, { signal, timeoutMs }: RunOptions): Promise<Exit> {
  return new Promise((resolve, reject) => {
    let stopped: { readonly because: unknown } | null = null;
    let hardKill: NodeJS.Timeout | undefined;

    const stop = (because: unknown): void => {
      if (stopped) return;
      stopped = { because };
      killGroup(child, 'SIGTERM');
      hardKill = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
    };
    const onAbort = (): void => stop(signal.reason);
    const timer = setTimeout(() => stop(new MediaError('TIMEOUT', `no result after ${String(timeoutMs)} ms`)), timeoutMs);
    const cleanUp = (): void => {
      clearTimeout(timer);
      clearTimeout(hardKill);
      signal.removeEventListener('abort', onAbort);
    };

    child.once('error', (cause) => {
      cleanUp();
      reject(new MediaError('INTERNAL', 'a media tool cannot be started', { cause }));
    });
    child.once('close', (code, killedBy) => {
      cleanUp();
      // The leader is gone; a member that ignored the request must not outlive it.
      if (stopped) killGroup(child, 'SIGKILL');
      if (stopped) reject(stopped.because instanceof Error ? stopped.because : new Error('stopped', { cause: stopped.because }));
      else resolve({ code, killedBy });
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

function killGroup(child: ChildProcess, with_: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, with_);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** The last 4 KB of a text stream. */
export class Tail {
  #text = '';

  add(text: string): void {
    this.#text = (this.#text + text).slice(-STDERR_BYTES);
  }

  get text(): string {
    return this.#text;
  }
}

/** Cuts a stream into lines. A line without an end is bounded, so that a hostile file cannot fill the memory with one. */
export function lineReader(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split(/[\r\n]/);
    rest = (lines.pop() ?? '').slice(-STDERR_BYTES);
    for (const line of lines) if (line !== '') onLine(line);
  };
}

const SETPRIV = '/usr/bin/setpriv';

/**
 * What to put before a command so that the kernel ends it when we are killed ourselves: a worker that was shot leaves no
 * encoder behind to fight with the next attempt. Part of util-linux; elsewhere only an orderly end stops the tools.
 */
export const dieWithUs = (): string[] => (existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : []);

/** What a tool sees of our environment: no secret of ours is in it. */
export const toolEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  // glibc sets aside 64 MiB of addresses for each of eight arenas a core, which the limit on addresses would count
  MALLOC_ARENA_MAX: '4',
});
