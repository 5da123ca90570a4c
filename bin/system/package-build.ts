import { execFile } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Complaint } from './complaint.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BUILT = path.join(ROOT, 'dist/video-analysis.js');
const SOURCES = ['sdk/**/*.{ts,css}', 'domain/**/*.ts', 'rollup.config.mjs', 'package-lock.json'];
const TESTS = ['**/*.test.ts', '**/*.browser-test.ts', '**/*.test-kit.ts', 'sdk/test/**'];

/** Whether the package has been built since its sources last changed. */
export function isBuilt(): boolean {
  if (!existsSync(BUILT)) return false;
  const built = statSync(BUILT).mtimeMs;
  return globSync(SOURCES, { cwd: ROOT, exclude: TESTS }).every((file) => statSync(path.join(ROOT, file)).mtimeMs <= built);
}

/** What a page loads: the types and the editors' data of `npm run build` are for developers and take longer. */
export async function buildPackage(): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [path.join(ROOT, 'node_modules/rollup/dist/bin/rollup'), '--config', '--silent'], {
      cwd: ROOT,
    });
  } catch (cause) {
    const words = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().split('\n')[0] : String(cause);
    throw new Complaint(`The elements could not be built: ${words ?? ''}`, 'npm run build tells more.', { cause });
  }
}
