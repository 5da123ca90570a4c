import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './database.ts';

/** The EICAR test file: harmless, and every scanner's word for malware. In two halves, so that no scanner takes this file for one. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

export const CLAMD_PATH = process.env['CLAMD_PATH'] ?? '/usr/sbin/clamd';
export const hasClamd = existsSync(CLAMD_PATH);

export interface Clamd {
  /** `host:port` */
  readonly address: string;
  /** Holds it where it is: it takes connections, because the system does that, and never answers. */
  hold(): void;
  goOn(): void;
  stop(): Promise<void>;
}

/**
 * A real clamd with one signature, EICAR's.
 * @param offset where it counts, as signatures write it: anywhere in a file, or, as in the public ones, at its first byte (`0`).
 */
export async function startClamd(limits: Readonly<Record<string, string>> = {}, offset: '*' | '0' = '*'): Promise<Clamd> {
  const directory = await mkdtemp(join(tmpdir(), 'va-clamd-'));
  const port = await freePort();
  await writeFile(join(directory, 'eicar.ndb'), `Eicar-Test-Signature:0:${offset}:${Buffer.from(EICAR).toString('hex')}\n`);
  const settings: Readonly<Record<string, string>> = {
    ...{ TCPSocket: String(port), TCPAddr: '127.0.0.1', Foreground: 'yes', DatabaseDirectory: directory, TemporaryDirectory: directory },
    ...{ StreamMaxLength: '200M', MaxFileSize: '200M', MaxScanSize: '200M', AlertExceedsMax: 'yes', MaxThreads: '2', Bytecode: 'no' },
    ...limits,
  };
  const file = join(directory, 'clamd.conf');
  await writeFile(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );
  const child = spawn(CLAMD_PATH, ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`clamd ended: ${said.slice(-1000)}`);
    await pause(50);
  }
  return {
    address: `127.0.0.1:${String(port)}`,
    hold: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    stop: async () => {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.write('zPING\0');
  });
