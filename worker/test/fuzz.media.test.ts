import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DEFAULT_UPLOAD_LIMITS } from '../../domain/video/limits.ts';
import { MediaError } from '../media/media-error.ts';
import { processSource } from '../media/process-source.ts';
import { inWorkspace } from '../media/workspace.ts';
import { makeClip } from './counter-clips.ts';
import { fuzzed } from './hostile-files.ts';
import { mediaTools as tools } from './media-tools.ts';

/** G73: broken bytes end in a rendition or in a reason, never in a crash. FUZZ_SEEDS=200 makes a thousand files of them. */
const SEEDS = Number(process.env['FUZZ_SEEDS'] ?? '6');
const SHARES = [0.001, 0.01, 0.05];

const CONTAINERS: readonly (readonly [name: string, output: readonly string[]])[] = [
  ['mp4', ['-f', 'mp4']],
  ['mov', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-f', 'mov']],
  ['mkv', ['-c:v', 'libvpx', '-b:v', '200k', '-deadline', 'realtime', '-f', 'matroska']],
  ['avi', ['-c:v', 'mpeg4', '-f', 'avi']],
  ['ts', ['-f', 'mpegts']],
];

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fuzz-'));
});
after(() => rm(directory, { recursive: true, force: true }));

/** How a file ended, in a word. @throws for every end that is not handled. */
async function endOf(source: string): Promise<string> {
  const limits = { ...DEFAULT_UPLOAD_LIMITS, timeoutMs: 60_000, cpuSeconds: 20 };
  try {
    await inWorkspace(join(directory, 'work'), (workspace) =>
      processSource({ source, workspace, limits, tools, signal: AbortSignal.timeout(300_000) }),
    );
    return 'ready';
  } catch (error) {
    assert.ok(error instanceof MediaError && error.code !== 'INTERNAL', String(error));
    return error.code;
  }
}

describe('files with broken bytes', { concurrency: 2 }, () => {
  const ends = new Map<string, number>();
  for (const [name, output] of CONTAINERS)
    it(`G73 ${name}: every one of ${String(SEEDS)} ends in a rendition or a reason`, async (t) => {
      const whole = await readFile(await makeClip(join(directory, `whole.${name}`), { rate: '30', frames: 12, output }));
      for (let seed = 0; seed < SEEDS; seed += 1) {
        const source = join(directory, `${name}-${String(seed)}`);
        // every other one keeps its head, so that it comes past the look at the first bytes
        const share = SHARES[seed % SHARES.length] ?? 0;
        await writeFile(source, fuzzed(whole, { share, seed, spared: seed % 2 === 0 ? 0 : 64 }));
        const end = await endOf(source).catch((error: unknown) =>
          assert.fail(`seed ${String(seed)} at ${String(share)}: ${String(error)}`),
        );
        ends.set(end, (ends.get(end) ?? 0) + 1);
        await rm(source);
      }
      t.diagnostic(`G73 ${name}, ${String(SEEDS)} files: done`);
    });

  after(async () => {
    assert.deepEqual(await readdir(join(directory, 'work')), [], 'no workspace is left behind');
    const total = [...ends.values()].reduce((sum, count) => sum + count, 0);
    const counts = [...ends].map(([end, count]) => `${String(count)} ${end}`).join(', ');
    console.log(`G73: ${String(total)} files of ${String(CONTAINERS.length)} containers at 0.1, 1 and 5 %: ${counts}; 0 unhandled ends`);
  });
});
