import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../../bin/system/ports.ts';
import type { Demo } from '../../../bin/system/demo.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** The whole system as `bin/start` starts it, in a data directory of its own. */
export interface StartedSystem {
  readonly portalUrl: string;
  readonly apiUrl: string;
  readonly dataDir: string;
  readonly demo: Demo;
  /** Resolves once the sample clips can be played. */
  readonly samplesReady: Promise<void>;
  stop(): Promise<void>;
}

/** @param more of its environment. @throws Error with what it said when it does not start. */
export async function startSystem(more: NodeJS.ProcessEnv = {}): Promise<StartedSystem> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'va-e2e-'));
  await chmod(dataDir, 0o755);
  const [apiPort, portalPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [path.join(ROOT, 'bin/start-system.ts')], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...{ DATA_DIR: dataDir, API_PORT: String(apiPort), PORTAL_PORT: String(portalPort), NODE_TEST_CONTEXT: undefined },
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const waiting = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const says = (wanted: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (wanted.test(output)) resolve();
      };
      waiting.add(look);
      void ended.then(() => reject(new Error(`The system ended:\n${output}`)));
      look();
    });
  await says(/Ready after/);
  const samplesReady = says(/sample.*is ready[\s\S]*sample.*is ready/);
  samplesReady.catch(() => undefined);
  return {
    ...{ dataDir, samplesReady },
    apiUrl: `http://127.0.0.1:${String(apiPort)}`,
    portalUrl: `http://127.0.0.1:${String(portalPort)}`,
    demo: JSON.parse(await readFile(path.join(dataDir, 'demo.json'), 'utf8')) as Demo,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
