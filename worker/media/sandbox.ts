import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { dirname, isAbsolute } from 'node:path';
import { ConfigError } from '../../api/platform/config.ts';
import { dieWithUs, toolEnvironment } from './supervise.ts';

/** Where the programs are: an absolute path, or a name to look for in PATH. */
export interface MediaPrograms {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
}

/** `bwrap`: a tool sees the system's programs, the files it is given and nothing else. `off`: only limits hold it back. */
export type Sandbox = 'bwrap' | 'off';

/** What one run of a tool may touch and use up. */
export interface Cell {
  /** Files it may read. */
  readonly reads: readonly string[];
  /** The one directory it may write in; null: nowhere. */
  readonly writes: string | null;
  readonly addressBytes: number;
  readonly cpuSeconds: number;
  /** Of each file it writes. */
  readonly fileBytes: number;
}

const PRLIMIT = '/usr/bin/prlimit';

/** A stuck tool does not hear SIGXCPU; this many seconds later it is killed. */
const CPU_GRACE_SECONDS = 5;

/** Each decoder and encoder thread is one; twelve for each of 85 cores. */
const MOST_THREADS = 1024;

/**
 * The command as it is started: it ends when we do, sees only its cell and stays within its limits.
 * @param command program and arguments.
 */
export const confine = (sandbox: Sandbox, command: readonly string[], cell: Cell): string[] => [
  ...dieWithUs(),
  ...(sandbox === 'bwrap' ? cellOf(command[0] ?? '', cell) : []),
  ...limitsOf(sandbox, cell),
  ...command,
];

/**
 * No network, no other process, no capability; everything but the workspace read-only. /etc/alternatives: Debian's libblas, which
 * ffmpeg is linked to, is a link through it. The sources are bound after the workspace they may lie in, so that they stay as they are.
 */
const cellOf = (program: string, { reads, writes }: Cell): string[] => [
  ...['bwrap', '--unshare-all', '--cap-drop', 'ALL', '--new-session', '--die-with-parent'],
  ...['--ro-bind', '/usr', '/usr'],
  ...['bin', 'lib', 'lib32', 'lib64', 'libx32'].flatMap((name) => ['--ro-bind-try', `/${name}`, `/${name}`]),
  ...['/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf'].flatMap((path) => ['--ro-bind-try', path, path]),
  ...['--proc', '/proc', '--dev', '/dev', '--size', String(64 * 1024 * 1024), '--tmpfs', '/tmp'],
  ...(isAbsolute(program) && !program.startsWith('/usr/') ? ['--ro-bind', dirname(program), dirname(program)] : []),
  ...(writes === null ? [] : ['--bind', writes, writes]),
  ...reads.flatMap((file) => ['--ro-bind', file, file]),
  ...['--chdir', '/', '--'],
];

/** Outside a sandbox the number of processes is counted over everything the user runs, the worker included: no limit there. */
function limitsOf(sandbox: Sandbox, { addressBytes, cpuSeconds, fileBytes }: Cell): string[] {
  if (!existsSync(PRLIMIT)) return [];
  return [
    ...[PRLIMIT, `--as=${String(addressBytes)}`, `--fsize=${String(fileBytes)}`, '--nofile=256', '--core=0'],
    `--cpu=${String(cpuSeconds)}:${String(cpuSeconds + CPU_GRACE_SECONDS)}`,
    ...(sandbox === 'bwrap' ? [`--nproc=${String(MOST_THREADS)}`] : []),
    '--',
  ];
}

/** The sandbox or the limits could not be put up: nothing is known about the file. */
export const isCellFault = (complaints: string): boolean => /^(?:bwrap|prlimit|setpriv): /m.test(complaints);

export interface OpenedSandbox {
  readonly sandbox: Sandbox;
  /** Why there is none although nobody said so. */
  readonly warning: string | null;
}

/**
 * Proves that the sandbox works on this machine, with the tools that will run in it.
 * @param wish what the operator said; null: use it where it works.
 * @throws ConfigError with one sentence for the operator, when `bwrap` was asked for and does not work.
 */
export async function openSandbox(wish: Sandbox | null, tools: MediaPrograms): Promise<OpenedSandbox> {
  if (wish === 'off') return { sandbox: 'off', warning: null };
  const fault = await faultOf(tools);
  if (fault === null) return { sandbox: 'bwrap', warning: null };
  if (wish === 'bwrap') throw new ConfigError(`SANDBOX=bwrap, but bwrap does not work here (${fault}): ${HOW_TO}, or set SANDBOX=off.`);
  return { sandbox: 'off', warning: `media tools run without a sandbox, because bwrap does not work here (${fault}): ${HOW_TO}` };
}

const HOW_TO = 'install it with "apt-get install bubblewrap" and allow user namespaces';

const TRIAL: Cell = { reads: [], writes: null, addressBytes: 4 * 1024 ** 3, cpuSeconds: 10, fileBytes: 0 };

async function faultOf({ ffmpegPath, ffprobePath }: MediaPrograms): Promise<string | null> {
  for (const path of [ffmpegPath, ffprobePath])
    try {
      const [program = '', ...args] = confine('bwrap', [path, '-version'], TRIAL);
      await promisify(execFile)(program, args, { env: toolEnvironment(), timeout: 20_000 });
    } catch (error) {
      return reasonOf(error);
    }
  return null;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim().split('\n')[0] : '';
  return said === undefined || said === '' ? error.message : said;
}
