import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestSystem } from './system.ts';

export interface TestProcess {
  readonly child: ChildProcess;
  /** Everything it has written so far. */
  output(): string;
  /** Resolves when a line holds the text. @throws Error when the process ends first. */
  until(text: string): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Asks it to stop and waits. */
  stop(): Promise<void>;
}

/** A process of the system as it really runs, with the environment of a test system. */
export function startProcess(entry: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): TestProcess {
  const child = spawn(process.execPath, [new URL(`../../../${entry}`, import.meta.url).pathname, ...args], {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    text += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    child,
    output: () => text,
    ended,
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!text.includes(wanted)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        void ended.then(() => reject(new Error(`ended before it said "${wanted}": ${text.slice(-2000)}`)));
        look();
      }),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A real worker on the test system, ready for jobs. */
export async function startTestWorker(system: TestSystem, env: Readonly<Record<string, string>> = {}): Promise<TestProcess> {
  const worker = startProcess('worker/main.ts', {
    WORKER_DATABASE_URL: system.database.workerUrl,
    ERASER_DATABASE_URL: system.database.eraserUrl,
    VERIFIER_DATABASE_URL: system.database.verifierUrl,
    STORE: 'disk',
    STORE_ROOT: system.storeRoot,
    STORE_SIGNING_SECRET: system.signingSecret,
    WORKSPACE_ROOT: await mkdtemp(join(tmpdir(), 'va-work-')),
    WORKER_MONITOR_SECONDS: '1',
    SCAN: 'off',
    ...env,
  });
  await worker.until('worker ready');
  return worker;
}
