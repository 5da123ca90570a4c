import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as passing } from 'node:timers/promises';
import { runFfmpeg } from './ffmpeg.ts';
import { MediaError } from './media-error.ts';
import { checkTools } from './tools.ts';

const tools = { ffmpegPath: process.env['FFMPEG_PATH'] ?? 'ffmpeg', ffprobePath: process.env['FFPROBE_PATH'] ?? 'ffprobe' };
const quiet = {
  ...tools,
  sandbox: 'off' as const,
  reads: [],
  writes: null,
  timeoutMs: 60_000,
  expectedFrames: 50,
  signal: new AbortController().signal,
};

/** Pictures without end, at the pace of a clock: it ends only when it is ended. */
const ENDLESS = [
  '-nostdin',
  '-loglevel',
  'level+verbose',
  '-progress',
  'pipe:1',
  '-re',
  '-f',
  'lavfi',
  '-i',
  'color=s=32x32:r=25',
  '-f',
  'null',
  '-',
];
const FIFTY = [
  '-nostdin',
  '-loglevel',
  'level+verbose',
  '-progress',
  'pipe:1',
  '-f',
  'lavfi',
  '-i',
  'color=s=32x32:r=25:d=2',
  '-f',
  'null',
  '-',
];

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ffmpeg-test-'));
});
after(() => rm(directory, { recursive: true, force: true }));

/** A program that stands in for ffmpeg: it writes down what it got, then does `rest`. */
async function standIn(name: string, rest: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, `#!/bin/bash\nprintf '%s\\0' "$@" > '${path}.args'\necho $$ > '${path}.pid'\n${rest}\n`);
  await chmod(path, 0o755);
  return path;
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
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, 'the awaited state did not come');
    await passing(20);
  }
}

const pidFrom = async (file: string): Promise<number> => {
  await until(async () => Number(await readFile(file, 'utf8').catch(() => '')) > 0);
  return Number(await readFile(file, 'utf8'));
};

describe('running ffmpeg', () => {
  it('hands over exactly the arguments it was given, in order, odd ones included', async () => {
    const ffmpegPath = await standIn('exact', '');
    const args = [
      '-nostdin',
      '-i',
      'file:/tmp/my swing; $(id) & "q" 高尔夫.mp4',
      '',
      '-y',
      '-filter_complex',
      "[0:0]setpts='a,b'[x];[x]null",
      'file:-x.mp4',
    ];
    await runFfmpeg(args, { ...quiet, ffmpegPath });
    assert.deepEqual((await readFile(`${ffmpegPath}.args`, 'utf8')).split('\0').slice(0, -1), args);
  });

  it('reports progress from 0 to 1 without ever falling, and counts the decoded pictures', async () => {
    const shares: number[] = [];
    const { decodedFrames } = await runFfmpeg(FIFTY, { ...quiet, expectedFrames: 40, onProgress: (share) => shares.push(share) });
    assert.equal(decodedFrames.get(0), 50);
    assert.equal(shares.at(-1), 1);
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.ok(shares.every((share) => share > 0 && share <= 1));
  });

  it('says what went wrong in the cause and not in the message', async () => {
    const args = ['-nostdin', '-loglevel', 'level+verbose', '-i', 'file:/nowhere/athlete-name.mp4', '-f', 'null', '-'];
    await assert.rejects(runFfmpeg(args, quiet), (error) => {
      assert.ok(error instanceof MediaError && error.code === 'FFMPEG_FAIL' && !error.isRefusal);
      assert.doesNotMatch(error.message, /athlete-name/);
      assert.ok(error.cause instanceof Error && /No such file/.test(error.cause.message));
      return true;
    });
  });

  it('keeps at most 4 KB of what ffmpeg complained about', async () => {
    const ffmpegPath = await standIn('chatty', 'for i in $(seq 1 2000); do echo "[error] line $i" >&2; done; exit 1');
    await assert.rejects(runFfmpeg([], { ...quiet, ffmpegPath }), (error) => {
      assert.ok(error instanceof MediaError && error.cause instanceof Error);
      assert.ok(error.cause.message.length <= 4096 && error.cause.message.endsWith('[error] line 2000\n'));
      return true;
    });
  });

  it('ends the whole process group on abort and rejects with the reason', async () => {
    const ffmpegPath = await standIn('group', `sleep 300 & echo $! > '${directory}/grandchild'\n${tools.ffmpegPath} "$@"`);
    const abort = new AbortController();
    const running = runFfmpeg(ENDLESS, { ...quiet, ffmpegPath, signal: abort.signal });
    const [leader, grandchild] = [await pidFrom(`${ffmpegPath}.pid`), await pidFrom(join(directory, 'grandchild'))];
    assert.ok(isAlive(leader) && isAlive(grandchild));

    const reason = new Error('the video was deleted');
    abort.abort(reason);
    await assert.rejects(running, (error) => error === reason);
    await until(() => !isAlive(leader) && !isAlive(grandchild));
  });

  it('does not start when it is already aborted', async () => {
    const ffmpegPath = await standIn('never', '');
    await assert.rejects(runFfmpeg([], { ...quiet, ffmpegPath, signal: AbortSignal.abort(new Error('too late')) }), /too late/);
    await assert.rejects(readFile(`${ffmpegPath}.pid`));
  });

  it('gives up with TIMEOUT', async () => {
    await assert.rejects(
      runFfmpeg(ENDLESS, { ...quiet, timeoutMs: 300 }),
      (error) => error instanceof MediaError && error.code === 'TIMEOUT',
    );
  });

  it('leaves no encoder behind when our own process is killed outright', async () => {
    const ffmpegPath = await standIn('orphan', `exec ${tools.ffmpegPath} "$@"`);
    const module = join(import.meta.dirname, 'ffmpeg.ts');
    const run = { ffmpegPath, sandbox: 'off', reads: [], writes: null, timeoutMs: 60_000, expectedFrames: 1 };
    const script = `import { runFfmpeg } from ${JSON.stringify(module)};
      await runFfmpeg(${JSON.stringify(ENDLESS)}, { ...${JSON.stringify(run)}, signal: new AbortController().signal });`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    const encoder = await pidFrom(`${ffmpegPath}.pid`);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(() => !isAlive(encoder));
  });
});

describe('checking the tools', () => {
  it('tells their versions', async () => {
    const versions = await checkTools(tools);
    assert.match(versions.ffmpeg, /^\d/);
    assert.match(versions.ffprobe, /^\d/);
  });

  it('says what to install when one is missing', async () => {
    await assert.rejects(checkTools({ ...tools, ffprobePath: '/nowhere/ffprobe' }), {
      message: 'ffprobe was not found at "/nowhere/ffprobe": install it with "apt-get install ffmpeg", or set its path.',
    });
  });

  it('refuses a version that is too old', async () => {
    const ffmpegPath = await standIn('old', 'echo "ffmpeg version 4.4.2-0ubuntu"');
    await assert.rejects(checkTools({ ...tools, ffmpegPath }), {
      message: 'ffmpeg 4.4.2-0ubuntu is too old: version 5.1 or newer is needed.',
    });
  });
});
