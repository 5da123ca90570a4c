import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inWorkspace, sweepWorkspaces } from './workspace.ts';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'workspace-test-'));
});
after(() => rm(root, { recursive: true, force: true }));

describe('a workspace', () => {
  it('is for this user alone, and gone afterwards', async () => {
    const directory = await inWorkspace(join(root, 'new'), async (path) => {
      await writeFile(join(path, 'analysis.mp4'), 'x');
      assert.equal((await stat(path)).mode & 0o777, 0o700);
      return path;
    });
    assert.ok(!existsSync(directory));
  });

  it('is gone when the work fails', async () => {
    let directory = '';
    const failing = inWorkspace(root, async (path) => {
      directory = path;
      await writeFile(join(path, 'half'), 'x');
      throw new Error('no');
    });
    await assert.rejects(failing, /no/);
    assert.ok(directory !== '' && !existsSync(directory));
  });

  it('left by a killed worker is swept at the next start, and nothing else is', async () => {
    await mkdir(join(root, 'work-abc', 'deep'), { recursive: true });
    await mkdir(join(root, 'other'), { recursive: true });
    assert.equal(await sweepWorkspaces(root), 1);
    assert.ok((await readdir(root)).includes('other'));
    assert.ok(!existsSync(join(root, 'work-abc')));
  });
});
