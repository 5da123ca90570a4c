import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { confine, isCellFault, openSandbox, type Cell } from './sandbox.ts';

const cell: Cell = { reads: ['/w/1/source'], writes: '/w/1', addressBytes: 1000, cpuSeconds: 60, fileBytes: 500 };

/** The words from one on, as many as are expected. */
const from = (words: readonly string[], first: string, count: number): readonly string[] => {
  const start = words.indexOf(first);
  return words.slice(start, start + count);
};

describe('the cell of a tool', () => {
  const words = confine('bwrap', ['ffmpeg', '-i', 'file:/w/1/source'], cell);

  it('has no network, no other process, no capability and no terminal, and ends with the worker', () => {
    assert.deepEqual(from(words, 'bwrap', 6), ['bwrap', '--unshare-all', '--cap-drop', 'ALL', '--new-session', '--die-with-parent']);
    assert.ok(!words.includes('--share-net'));
  });

  it('has one place to write, and the source in it cannot be written', () => {
    assert.deepEqual(from(words, '--bind', 8), ['--bind', '/w/1', '/w/1', '--ro-bind', '/w/1/source', '/w/1/source', '--chdir', '/']);
    assert.equal(words.filter((word) => word === '--bind').length, 1);
    assert.ok(!confine('bwrap', ['ffprobe'], { ...cell, writes: null }).includes('--bind'));
  });

  it('limits addresses, file sizes, open files, processor time and threads', () => {
    const limits = ['/usr/bin/prlimit', '--as=1000', '--fsize=500', '--nofile=256', '--core=0', '--cpu=60:65', '--nproc=1024', '--'];
    assert.deepEqual(from(words, '/usr/bin/prlimit', 11), [...limits, 'ffmpeg', '-i', 'file:/w/1/source']);
  });

  it('brings along a program that does not lie under /usr', () => {
    assert.deepEqual(from(confine('bwrap', ['/opt/media/bin/ffmpeg'], cell), '/opt/media/bin', 2), ['/opt/media/bin', '/opt/media/bin']);
  });

  it('off: the limits alone, without that on threads, which would count those of the worker', () => {
    const bare = confine('off', ['ffmpeg'], cell);
    assert.ok(!bare.includes('bwrap') && bare.includes('--as=1000') && !bare.some((word) => word.startsWith('--nproc')));
  });
});

describe('a cell that cannot be put up', () => {
  it('is told from a file at fault', () => {
    assert.ok(isCellFault('bwrap: No permissions to create new namespace\n'));
    assert.ok(isCellFault('[info] ok\nprlimit: failed to execute ffmpeg: No such file or directory'));
    assert.ok(!isCellFault('[error] title: bwrap: x'));
  });

  const missing = { ffmpegPath: '/nowhere/ffmpeg', ffprobePath: '/nowhere/ffprobe' };
  it('stops the start when it was asked for, in one sentence that says what to do', async () => {
    await assert.rejects(
      openSandbox('bwrap', missing),
      /^ConfigError: SANDBOX=bwrap, but bwrap does not work here \(.+\): install it with .+, or set SANDBOX=off\.$/,
    );
  });
  it('is done without and warned of when nobody asked', async () => {
    const { sandbox, warning } = await openSandbox(null, missing);
    assert.equal(sandbox, 'off');
    assert.match(warning ?? '', /^media tools run without a sandbox, because bwrap does not work here \(/);
  });
  it('is not even tried when it was declined', async () => {
    assert.deepEqual(await openSandbox('off', missing), { sandbox: 'off', warning: null });
  });
});
