import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './database.ts';

export interface Nginx {
  readonly url: string;
  /** What it has written down of what left, as `<tenant> <bytes>`. */
  egress(): readonly (readonly [tenant: string, bytes: number])[];
  readonly egressLog: string;
  stop(): Promise<void>;
}

export const hasNginx = (): boolean => spawnSync('nginx', ['-v']).error === undefined;

/** A process in the foreground with one worker, everything it writes in a directory of its own. */
export async function startNginx(servers: (port: number, directory: string) => string): Promise<Nginx> {
  const directory = await mkdtemp(join(tmpdir(), 'va-nginx-'));
  const port = await freePort();
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${directory}/${name};`).join(' ');
  const config = `daemon off; worker_processes 1; pid ${directory}/pid; error_log ${directory}/error.log warn;
    ${process.getuid?.() === 0 ? 'user root;' : ''} events { worker_connections 512; }
    http { types { video/mp4 mp4; } sendfile on; tcp_nopush on; ${temp} ${servers(port, directory)} }`;
  await writeFile(join(directory, 'nginx.conf'), config);
  const child = spawn('nginx', ['-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')], { stdio: 'inherit' });
  const url = `http://127.0.0.1:${String(port)}`;
  await answers(url, () => child.exitCode !== null);
  const egressLog = join(directory, 'egress.log');
  return {
    url,
    egressLog,
    egress: () =>
      readFileSync(egressLog, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => {
          const [, tenant = '', bytes = ''] = line.split(' ');
          return [tenant, Number(bytes)] as const;
        }),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}

async function answers(url: string, hasEnded: () => boolean): Promise<void> {
  for (;;) {
    if (hasEnded()) throw new Error('nginx has ended: its configuration is not accepted');
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The configuration of the documentation, with this deployment's names in it. */
export function documentedServer({
  api,
  store,
}: {
  readonly api: string;
  readonly store: string;
}): (port: number, directory: string) => string {
  const text = readFileSync(new URL('../../../docs/operations/nginx-delivery.conf', import.meta.url), 'utf8');
  return (port, directory) =>
    text
      .replaceAll(/^\s*#.*$/gm, '')
      .replaceAll('@LISTEN@', `127.0.0.1:${String(port)}`)
      .replaceAll('@API@', api)
      .replaceAll('@STORE@', store)
      .replaceAll('@STORE_HOST@', new URL(store).host)
      .replaceAll('@EGRESS_LOG@', `${directory}/egress.log`);
}
