import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as passing } from 'node:timers/promises';
import { promisify } from 'node:util';
import { mediaTools } from '../test/media-tools.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { confine, type Cell } from './sandbox.ts';
import { toolEnvironment } from './supervise.ts';

const run = promisify(execFile);
const ROOMY = { addressBytes: 8 * 1024 ** 3, cpuSeconds: 60, fileBytes: 1024 ** 3 };

let directory: string;
let workspace: string;
let cell: Cell;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-test-'));
  workspace = join(directory, 'own');
  await mkdir(workspace);
  await mkdir(join(directory, 'other'));
  await writeFile(join(directory, 'other/source'), 'of another club');
  await writeFile(join(workspace, 'source'), 'ours');
  cell = { reads: [join(workspace, 'source')], writes: workspace, ...ROOMY };
});
after(() => rm(directory, { recursive: true, force: true }));

/** What a shell in the cell says, whether it ends well or not. */
async function inCell(script: string, limits: Partial<Cell> = {}): Promise<string> {
  const [program = '', ...args] = confine('bwrap', ['/bin/bash', '-c', script], { ...cell, ...limits });
  const { stdout, stderr } = await run(program, args, { env: toolEnvironment() }).catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error && 'stderr' in error)
      return { stdout: String(error.stdout), stderr: String(error.stderr) };
    throw error;
  });
  return stdout + stderr;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, 'the awaited state did not come');
    await passing(20);
  }
}

/** The processes whose command line holds the word, by number. */
async function processesWith(word: string): Promise<number[]> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(numbers.map((number) => readFile(`/proc/${number}/cmdline`, 'latin1').catch(() => '')));
  return numbers.filter((_, i) => lines[i]?.includes(word)).map(Number);
}

function walls(): void {
  it('keeps every other file out of sight: another job, the system, this repository', async () => {
    for (const path of [join(directory, 'other/source'), '/etc/passwd', '/root', '/home', '/var', import.meta.filename])
      assert.match(await inCell(`ls ${path}`), /No such file/, path);
    assert.equal(await inCell(`cat ${join(workspace, 'source')}`), 'ours');
  });

  it('lets nothing be written but in the workspace, and not over the source', async () => {
    assert.match(await inCell(`echo x > ${join(workspace, 'source')}`), /Read-only file system/);
    assert.match(await inCell('echo x > /usr/bin/x'), /Read-only file system/);
    await inCell(`echo made > ${join(workspace, 'made')}`);
    assert.equal(await readFile(join(workspace, 'made'), 'utf8'), 'made\n');
  });

  it('has no network: a server beside it on this machine hears nothing', async () => {
    let hits = 0;
    const server = createServer((_, response) => {
      hits += 1;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const knock = `exec 3<>/dev/tcp/127.0.0.1/${String(port)} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`;
    assert.match(await inCell(knock), /Connection refused|Network is unreachable/);
    assert.equal(hits, 0);
    await run('/bin/bash', ['-c', knock]);
    assert.equal(hits, 1, 'the knock itself works');
    server.close();
  });

  it('shows no process of ours, and holds no capability', async () => {
    assert.doesNotMatch(await inCell('for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline; echo; done'), /\bnode\b/);
    assert.match(await inCell('cat /proc/self/status'), /CapEff:\t0{16}\n/);
  });

  it('knows no secret of the environment', async () => {
    process.env['SECRET_OF_THE_WORKER'] = 'hush';
    assert.doesNotMatch(await inCell('env'), /hush/);
    delete process.env['SECRET_OF_THE_WORKER'];
  });

  it('stops a file and a hoard of memory at their limits', async () => {
    await inCell(`head -c 4000000 /dev/zero > ${join(workspace, 'big')}`, { fileBytes: 1_000_000 });
    assert.equal((await stat(join(workspace, 'big'))).size, 1_000_000);
    assert.match(await inCell('x=$(head -c 400000000 /dev/zero | tr "\\0" x)', { addressBytes: 200_000_000 }), /cannot allocate|memory/i);
  });

  it('stops a fork bomb', async () => {
    const bomb = ['/bin/bash', '-c', 'for i in $(seq 1100); do sleep 9 & done'];
    const [program = '', ...args] = confine('bwrap', bomb, { ...ROOMY, reads: [], writes: null });
    const child = spawn(program, args, { env: toolEnvironment(), ...somebodyElse });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('temporarily unavailable')) child.kill('SIGKILL');
    });
    await once(child, 'close');
    assert.match(said, /fork: (?:retry: )?Resource temporarily unavailable/);
  });
}

/** The kernel counts no processes of root, as whom a container may run the tests: then somebody else tries. */
const somebodyElse = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** A minute of pictures without end, and a mark to find its process by. */
const endless = (mark: string): string[] => [
  ...['-nostdin', '-loglevel', 'level+verbose', '-progress', 'pipe:1', '-re', '-f', 'lavfi'],
  ...['-i', 'color=s=32x32:r=25', '-metadata', `title=${mark}`, '-f', 'null', '-'],
];

function ends(): void {
  const quiet = { ...mediaTools, reads: [], writes: null, timeoutMs: 60_000, expectedFrames: 1, signal: new AbortController().signal };

  it('an abort leaves no process of the cell behind', async () => {
    const mark = `abort-${String(process.pid)}`;
    const abort = new AbortController();
    const running = runFfmpeg(endless(mark), { ...quiet, signal: abort.signal });
    // nice, setpriv, bwrap and prlimit become one another or ffmpeg: in the end two bwraps and ffmpeg bear the mark
    await until(async () => (await processesWith(mark)).length >= 2);
    const pids = await processesWith(mark);
    abort.abort(new Error('the video was deleted'));
    await assert.rejects(running, /the video was deleted/);
    await until(() => !pids.some(isAlive));
  });

  it('the death of the worker takes the whole cell along', async () => {
    const mark = `orphan-${String(process.pid)}`;
    const script = `import { runFfmpeg } from ${JSON.stringify(join(import.meta.dirname, 'ffmpeg.ts'))};
      await runFfmpeg(${JSON.stringify(endless(mark).map((word) => word.replace(mark, '@')))}.map((word) => word.replace('@', process.env.MARK)),
        { ...${JSON.stringify({ ...quiet, signal: undefined })}, signal: new AbortController().signal });`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore', env: { ...process.env, MARK: mark } });
    await until(async () => (await processesWith(mark)).length >= 2);
    const pids = await processesWith(mark);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(() => !pids.some(isAlive));
  });

  it('costs little to enter', async (t) => {
    const cost = async (sandbox: 'bwrap' | 'off'): Promise<number> => {
      const [program = '', ...args] = confine(sandbox, [mediaTools.ffprobePath, '-version'], { ...ROOMY, reads: [], writes: null });
      const started = performance.now();
      await run(program, args, { env: toolEnvironment() });
      return performance.now() - started;
    };
    const took: Record<'bwrap' | 'off', number[]> = { bwrap: [], off: [] };
    for (let i = 0; i < 12; i += 1) for (const kind of ['bwrap', 'off'] as const) took[kind].push(await cost(kind));
    // the quickest of each: everything above it is what else the machine was doing
    const [inside, outside] = [Math.min(...took.bwrap), Math.min(...took.off)];
    t.diagnostic(
      `ffprobe -version: ${inside.toFixed(0)} ms in bwrap, ${outside.toFixed(0)} ms without: ${(inside - outside).toFixed(0)} ms a run`,
    );
  });
}

if (mediaTools.sandbox === 'bwrap') {
  describe('the sandbox of media tools', walls);
  describe('what runs in the sandbox', ends);
} else console.log('bwrap does not work here: the walls of the sandbox were not tested.');
