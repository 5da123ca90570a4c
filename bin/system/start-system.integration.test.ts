import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunningSystem } from './instance.ts';
import { freePort } from './ports.ts';
import { commandOf, hasEnded } from './processes.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../start-system.ts');

let dataDir: string;
let env: NodeJS.ProcessEnv;
const others: ChildProcess[] = [];

const dataPath = (name: string): string => path.join(dataDir, name);
const running = (): RunningSystem => JSON.parse(readFileSync(dataPath('run.json'), 'utf8')) as RunningSystem;

/** Processes that have something to do with the data directory. */
const inDataDir = (): string[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .flatMap((pid) => commandOf(pid) ?? [])
    .filter((command) => command.includes(dataDir));

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
  says(wanted: RegExp): Promise<void>;
}

function start(more: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, [PROGRAM], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  others.push(child);
  let text = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (const look of waiting) look();
    });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    ...{ child, ended },
    output: () => text,
    says: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (wanted.test(text)) resolve();
        };
        waiting.add(look);
        void ended.then(() => reject(new Error(`ended: ${text}`)));
        look();
      }),
  };
}

/** What a start that must fail says about it: one sentence and a remedy, and no stack. */
async function refusal(more: NodeJS.ProcessEnv = {}): Promise<string> {
  const started = start(more);
  assert.equal(await started.ended, 1, started.output());
  assert.doesNotMatch(started.output(), /\n\s+at /);
  return started.output();
}

const listen = (port: number): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

before(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'va-start-'));
  chmodSync(dataDir, 0o755);
  const { PATH, HOME } = process.env;
  env = { PATH, HOME, DATA_DIR: dataDir, API_PORT: String(await freePort()), PORTAL_PORT: String(await freePort()) };
});

after(() => {
  for (const child of others) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a start that cannot work says why in one sentence, and what to do', () => {
  it('when a port is taken', async () => {
    for (const [variable, part] of [
      ['API_PORT', 'the API'],
      ['PORTAL_PORT', 'the portal'],
    ] as const) {
      const port = await freePort();
      const server = await listen(port);
      const said = await refusal({ [variable]: String(port) });
      server.close();
      assert.match(said, new RegExp(`Port ${String(port)} is taken, and ${part} needs it\\.\\n.*${variable}=`));
    }
  });

  it('when ffmpeg is missing', async () => {
    assert.match(
      await refusal({ FFMPEG_PATH: '/nowhere/ffmpeg' }),
      /ffmpeg was not found at "\/nowhere\/ffmpeg"\.\n.*apt-get install ffmpeg/,
    );
  });

  it('when a variable is wrong', async () => {
    assert.match(await refusal({ API_PORT: 'eighty' }), /API_PORT must be a port from 1 to 65535, not "eighty"\.\n.*\.env\.example/);
    assert.match(await refusal({ WORKER_CONCURRENCY: '0' }), /WORKER_CONCURRENCY must be a whole number from 1 to 64/);
  });

  it('when its own files are damaged', async () => {
    writeFileSync(dataPath('secrets.json'), '{"postgres": ');
    assert.match(await refusal(), /secrets\.json is damaged.*\n.*mv /);
    rmSync(dataPath('secrets.json'));
    // The next refused start gets as far as making new ones.
    await refusal({ WORKER_CONCURRENCY: '0' });
  });

  it('when the data directory is a file', async () => {
    writeFileSync(dataPath('file'), '');
    assert.match(await refusal({ DATA_DIR: dataPath('file') }), /data directory .* cannot be written to.*\n.*DATA_DIR=/);
    rmSync(dataPath('file'));
  });

  it('when the database is of another version', async () => {
    mkdirSync(dataPath('postgres'));
    writeFileSync(path.join(dataPath('postgres'), 'PG_VERSION'), '13\n');
    writeFileSync(dataPath('postgres.json'), '{"port": 5555}');
    assert.match(await refusal(), /was made by PostgreSQL 13; this is PostgreSQL 18\.\n.*pg_dump/);
    rmSync(dataPath('secrets.json'));
    assert.match(await refusal(), /secrets\.json is gone, and with it the passwords.*\n.*backup/);
    for (const name of ['postgres', 'postgres.json']) rmSync(dataPath(name), { recursive: true });
  });
});

describe('a system that runs', () => {
  let system: Started;

  it('tells its addresses, and is ready before its samples are', async () => {
    system = start();
    await system.says(/Ctrl-C ends everything/);
    assert.doesNotMatch(system.output(), /is ready after/);
    const { portalUrl, apiUrl } = running();
    assert.equal((await fetch(`${portalUrl}/login`)).status, 200);
    assert.equal((await fetch(`${apiUrl}/health/ready`)).status, 200);
  });

  it('lets no second one onto its data', async () => {
    assert.match(await refusal(), /already runs on .*: http.*\n.*DATA_DIR=/);
  });

  it('replaces a part that died', async () => {
    const { worker } = running().pids;
    process.kill(worker ?? 0, 'SIGKILL');
    await system.says(/worker +works again/);
    assert.notEqual(running().pids['worker'], worker);
  });

  it('leaves no process behind after a signal, though clips are being drawn and encoded', async () => {
    assert.notDeepEqual(inDataDir(), []);
    system.child.kill('SIGINT');
    assert.equal(await system.ended, 0);
    assert.deepEqual(inDataDir(), []);
  });

  it('starts again on the same data, also after it was killed without a word', async () => {
    const demo = readFileSync(dataPath('demo.json'), 'utf8');
    const killed = start();
    await killed.says(/Ctrl-C ends everything/);
    const before = running();
    killed.child.kill('SIGKILL');
    const next = start();
    await next.says(/Ctrl-C ends everything/);
    for (const pid of Object.values(before.pids)) assert.ok(await hasEnded(pid, 0), `${String(pid)} is left`);
    const [was, is] = [demo, readFileSync(dataPath('demo.json'), 'utf8')].map((text) => (JSON.parse(text) as { clubs: unknown }).clubs);
    assert.deepEqual(is, was);
    next.child.kill('SIGTERM');
    assert.equal(await next.ended, 0);
    assert.deepEqual(inDataDir(), []);
  });
});
