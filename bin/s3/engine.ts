import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** An S3 engine for the length of a run. */
export interface Engine {
  /** What the tests read. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends its processes and removes its directory. */
  readonly stop: () => void;
}

export interface EngineOptions {
  /** `memstore` keeps everything in memory; `bluestore` in a sparse file. */
  readonly store: 'memstore' | 'bluestore';
}

const script = (name: string): string => path.join(import.meta.dirname, name);

/** Starts an engine in a directory of its own, on free ports. @returns in words why there is none, where it cannot be started. */
export function startEngine({ store }: EngineOptions): Engine | string {
  const directory = mkdtempSync(path.join(tmpdir(), 'va-s3-'));
  const stop = (): void => void spawnSync(script('down.sh'), ['--dir', directory], { stdio: 'ignore' });
  const up = spawnSync(script('up.sh'), ['--dir', directory, '--store', store], { encoding: 'utf8' });
  if (up.status !== 0) {
    stop();
    return up.stderr.trim().split('\n').at(-1) ?? 'it did not say why';
  }
  const said = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(up.stdout)?.[1] ?? '';
  return {
    stop,
    env: {
      S3_TEST_ENDPOINT: said('S3_ENDPOINT'),
      S3_TEST_ACCESS_KEY: said('S3_ACCESS_KEY_ID'),
      S3_TEST_SECRET_KEY: said('S3_SECRET_ACCESS_KEY'),
      S3_TEST_BUCKET: said('S3_BUCKET'),
    },
  };
}

/** The engine that the environment names already, or a new one. */
export const engineFor = (env: NodeJS.ProcessEnv, options: EngineOptions): Engine | string =>
  env['S3_TEST_ENDPOINT'] === undefined ? startEngine(options) : { env: {}, stop: () => undefined };
