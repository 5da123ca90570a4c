import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { stat } from 'node:fs/promises';
import ffmpegCommand from 'fluent-ffmpeg';
import { MediaError } from './media-error.ts';
import type { Exit, RunOptions } from './supervise.ts';
import type { Sandbox } from './sandbox.ts';
import { confine, isCellFault } from './sandbox.ts';
import { cpuLimit, lineReader, ranOutOfCpu, supervise, Tail, toolEnvironment } from './supervise.ts';

export interface FfmpegRun extends RunOptions {
  readonly ffmpegPath: string;
  readonly sandbox: Sandbox;
  /** The files it may read. In a sandbox there are no others. */
  readonly reads: readonly string[];
  /** The one directory it may write in; null when it writes nothing. */
  readonly writes: string | null;
  /** 0 … 19, the more the later its turn; 10 when not given. */
  readonly niceness?: number | undefined;
  /** How many pictures the first output will hold, as far as is known: what progress is measured against. */
  readonly expectedFrames: number;
  /** Called with 0 … 1, never falling. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface FfmpegResult {
  /** Pictures that came out of the decoder, by input stream index. */
  readonly decodedFrames: ReadonlyMap<number, number>;
}

/** Encoding may take all the processor there is, but never before the API. */
const NICENESS = 10;

/**
 * fluent-ffmpeg's own spawner. Its public `run` rewrites the argument list (adds `-y`, `-strict`), asks ffmpeg for its
 * encoders first, and cannot make a process group; this takes our list as it is.
 */
interface RawSpawner {
  setFfmpegPath(path: string): unknown;
  _spawnFfmpeg(
    args: string[],
    options: SpawnOptions & { niceness: number; stdoutLines: number },
    onStarted: (child: ChildProcess) => void,
    onEnded: (error: unknown) => void,
  ): void;
}

const isRawSpawner = (command: object): command is RawSpawner => '_spawnFfmpeg' in command && typeof command._spawnFfmpeg === 'function';

/** Spawns ffmpeg as the leader of its own process group and hands the child to `watch` before any of its events can fire. */
function spawnRaw<T>(commandLine: readonly string[], niceness: number, watch: (child: ChildProcess) => Promise<T>): Promise<T> {
  const command: object = ffmpegCommand();
  if (!isRawSpawner(command)) throw new MediaError('INTERNAL', 'this version of fluent-ffmpeg has no raw spawner');
  const [program = '', ...rest] = commandLine;
  command.setFfmpegPath(program);
  return new Promise((resolve, reject) => {
    let started = false;
    command._spawnFfmpeg(
      rest,
      { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: toolEnvironment(), niceness, stdoutLines: 8 },
      (child) => {
        started = true;
        watch(child).then(resolve, reject);
      },
      // Once it has started, its end is awaited on the child itself, where abort and timeout are known too.
      (cause) => {
        if (!started) reject(new MediaError('INTERNAL', 'ffmpeg cannot be started', { cause }));
      },
    );
  });
}

/** ffmpeg's closing statistics, at log level verbose. */
const DECODED = /Input stream #\d+:(\d+) \(video\): .*?(\d+) frames decoded/;

/** A picture of 8192 × 4320 in float takes 400 MB, and a decoder keeps up to sixteen. */
const ADDRESS_BYTES = 8 * 1024 ** 3;
/** What comes out may be larger than what went in, but not by far. */
const GROWTH = 4;
const LEAST_FILE_BYTES = 512 * 1024 * 1024;

async function commandLine(args: readonly string[], run: FfmpegRun): Promise<string[]> {
  const sizes = await Promise.all(run.reads.map(async (file) => (await stat(file)).size));
  const fileBytes = GROWTH * sizes.reduce((sum, size) => sum + size, 0) + LEAST_FILE_BYTES;
  return confine(run.sandbox, [run.ffmpegPath, ...args], { ...run, addressBytes: ADDRESS_BYTES, cpuSeconds: cpuLimit(run), fileBytes });
}

/** ffmpeg ends in order when its processor time is up, and says so among other things. */
const CPU_IS_UP = /received signal 24\b/;

/** Lines worth keeping for an error. The rest quotes the file's metadata, which may say where a child was filmed. */
const COMPLAINT = /\[(?:error|fatal|panic)\]/;

/**
 * Runs ffmpeg with exactly these arguments, which must ask for `-progress pipe:1` and `-loglevel level+verbose`.
 * @throws signal.reason when aborted; MediaError FFMPEG_FAIL with ffmpeg's last complaints as cause, TIMEOUT or INTERNAL.
 */
export async function runFfmpeg(args: readonly string[], run: FfmpegRun): Promise<FfmpegResult> {
  run.signal.throwIfAborted();
  const complaints = new Tail();
  const decodedFrames = new Map<number, number>();
  let isCpuUp = false;
  const onStderr = lineReader((line) => {
    const decoded = DECODED.exec(line);
    if (decoded) decodedFrames.set(Number(decoded[1]), Number(decoded[2]));
    else if (COMPLAINT.test(line) || isCellFault(line)) complaints.add(`${line}\n`);
    isCpuUp ||= CPU_IS_UP.test(line);
  });

  const exit = await spawnRaw(await commandLine(args, run), run.niceness ?? NICENESS, (child) => {
    child.stdout?.setEncoding('utf8').on('data', lineReader(progressReader(run)));
    child.stderr?.on('data', onStderr);
    return supervise(child, run);
  });
  if (exit.code !== 0) throw failure(exit, isCpuUp, complaints.text);
  run.onProgress?.(1);
  return { decodedFrames };
}

function failure(exit: Exit, isCpuUp: boolean, complaints: string): MediaError {
  const cause = new Error(complaints);
  if (isCpuUp || ranOutOfCpu(exit)) return new MediaError('TIMEOUT', 'ffmpeg used up its processor time', { cause });
  if (isCellFault(complaints)) return new MediaError('INTERNAL', 'the sandbox could not be put up', { cause });
  return new MediaError('FFMPEG_FAIL', `ffmpeg ended with ${exit.killedBy ?? `code ${String(exit.code)}`}`, { cause });
}

function progressReader({ expectedFrames, onProgress }: FfmpegRun): (line: string) => void {
  let reported = 0;
  return (line) => {
    const frame = /^frame=\s*(\d+)$/.exec(line)?.[1];
    if (frame === undefined) return;
    // The count of packets is a guess at the count of pictures: only the end of the run may say 1.
    const share = Math.min(0.99, Number(frame) / Math.max(1, expectedFrames));
    if (share <= reported) return;
    reported = share;
    onProgress?.(share);
  };
}
