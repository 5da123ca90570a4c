import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { kindOf, type FileKind } from './test-files.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');

/** What a step would do now: run a program, or complain that it has nothing to run. */
export type Plan = { readonly arguments: readonly string[] } | { readonly missing: string };

export interface Request {
  /** Only test files whose path contains one of these; all of them when empty. */
  readonly filters: readonly string[];
  /** One line per test rather than one dot. */
  readonly detailed: boolean;
  /** What the programs see. */
  readonly env: NodeJS.ProcessEnv;
}

export interface Step {
  readonly name: string;
  /** When it is taken for hung. */
  readonly limitMinutes: number;
  /** Arguments are for node itself. */
  plan(request: Request): Plan;
}

const check = (name: string, script: string, limitMinutes = 4): Step => ({
  name,
  limitMinutes,
  plan: () => ({ arguments: ['--run', script] }),
});

function testFiles(kind: FileKind, filters: readonly string[]): string[] {
  const all = globSync('{api,bench,bin,domain,examples,migrations,sdk,worker}/**/*.test.ts', {
    cwd: ROOT,
    exclude: ['**/node_modules/**'],
  });
  const wanted = (file: string): boolean => filters.length === 0 || filters.some((filter) => file.includes(filter));
  return all.filter((file) => kindOf(file) === kind && wanted(file)).sort();
}

/** @param atOnce Files that run at the same time: pure tests share nothing, others want the machine for themselves. */
const nodeTests = (kind: FileKind, limitMinutes: number, atOnce: number): Step => ({
  name: kind,
  limitMinutes,
  plan({ filters, detailed }) {
    const files = testFiles(kind, filters);
    if (files.length === 0) return { missing: `no ${kind} tests found` };
    const reporters = [
      `--test-reporter=${detailed ? 'spec' : 'dot'}`,
      '--test-reporter-destination=stdout',
      `--test-reporter=${path.join(ROOT, 'bin/lib/count-reporter.ts')}`,
      `--test-reporter-destination=${COUNTS_PLACEHOLDER}`,
    ];
    return { arguments: ['--test', `--test-concurrency=${String(atOnce)}`, ...reporters, ...files] };
  },
});

/** Stands in a plan for the file that takes the counts. */
export const COUNTS_PLACEHOLDER = '{counts}';

const elementTests: Step = {
  name: 'elements',
  limitMinutes: 8,
  plan({ filters }) {
    const files = globSync('sdk/**/*.browser-test.ts', { cwd: ROOT }).filter(
      (file) => filters.length === 0 || filters.some((filter) => file.includes(filter)),
    );
    return files.length === 0 ? { missing: 'no element tests found' } : { arguments: ['bin/lib/element-tests.ts', ...files.sort()] };
  },
};

const FRAMES = 'sdk/test/frames/run.ts';

const frameTests: Step = {
  name: 'frames',
  limitMinutes: 10,
  plan: () => (existsSync(path.join(ROOT, FRAMES)) ? { arguments: [FRAMES, 'chromium'] } : { missing: `${FRAMES} is missing` }),
};

/** Sixty megabytes; the whole size is `npm run test:upload-resume`. */
const uploadTests: Step = {
  name: 'uploads',
  limitMinutes: 6,
  plan: () => ({ arguments: ['sdk/test/uploads/run.ts', '60'] }),
};

/** In this order: what is quick and tells most comes first, and the build before all that looks at the package from outside. */
export const STEPS: readonly Step[] = [
  check('format', 'format:check'),
  check('generated', 'generate:check', 1),
  check('spec', 'spec:lint', 2),
  check('build', 'build'),
  check('types', 'types'),
  check('lint', 'lint'),
  check('arrows', 'test:arrows', 2),
  nodeTests('pure', 4, 2),
  nodeTests('integration', 25, 1),
  nodeTests('media', 15, 1),
  elementTests,
  frameTests,
  uploadTests,
  nodeTests('e2e', 20, 1),
];
