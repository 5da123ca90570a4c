import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Environment for a worker whose main encode does something else first. Everything else is ffmpeg itself. */
type WorkerEnv = Readonly<Record<string, string>>;

/** The encode that makes the analysis rendition is the one that also makes the poster. */
async function trick(behaviour: string): Promise<{ readonly env: WorkerEnv; readonly directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'va-trick-'));
  const file = join(directory, 'ffmpeg');
  const script = behaviour.replaceAll('DIRECTORY', directory);
  await writeFile(file, `#!/bin/sh\ncase "$*" in *libx264*poster.jpg*)\n${script}\n;; esac\nexec ffmpeg "$@"\n`);
  await chmod(file, 0o755);
  return { env: { FFMPEG_PATH: file, SANDBOX: 'off' }, directory };
}

export interface Held {
  readonly env: WorkerEnv;
  /** The process that holds the encode, once it has begun. */
  pid(): Promise<number | null>;
  release(): Promise<void>;
}

/** The encode begins and waits until it is released; then it goes on, or fails. */
export async function holdingFfmpeg({ fails = false } = {}): Promise<Held> {
  const { env, directory } = await trick(
    `echo $$ > DIRECTORY/pid.new; mv DIRECTORY/pid.new DIRECTORY/pid\nwhile [ ! -e DIRECTORY/go ]; do sleep 0.05; done${fails ? '; exit 1' : ''}`,
  );
  return {
    env,
    pid: async () => {
      const text = await readFile(join(directory, 'pid'), 'utf8').catch(() => '');
      return text === '' ? null : Number(text);
    },
    release: () => writeFile(join(directory, 'go'), ''),
  };
}

/** The encode of a source of exactly this size fails, always. */
export const failingFfmpeg = async (sizeBytes: number): Promise<WorkerEnv> =>
  (await trick(`for a in "$@"; do case "$a" in */source) [ "$(stat -c %s "\${a#file:}")" = ${String(sizeBytes)} ] && exit 1;; esac; done`))
    .env;

/** The encode takes the worker with it, as the kernel does when a file eats the memory. */
export const deadlyFfmpeg = async (): Promise<WorkerEnv> => (await trick('kill -9 $PPID; sleep 60')).env;
