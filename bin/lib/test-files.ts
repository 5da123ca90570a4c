/** The kinds of test that node:test runs. */
export type FileKind = 'pure' | 'integration' | 'media' | 'e2e';

const BY_SUFFIX: readonly (readonly [suffix: string, kind: FileKind])[] = [
  ['.media.test.ts', 'media'],
  ['.integration.test.ts', 'integration'],
  ['.e2e.test.ts', 'e2e'],
];

/** A test's kind is told by its name alone, so that no test belongs to two kinds or to none. @returns null for what is no test. */
export function kindOf(file: string): FileKind | null {
  if (!file.endsWith('.test.ts')) return null;
  const named = BY_SUFFIX.find(([suffix]) => file.endsWith(suffix));
  if (named) return named[1];
  return file.startsWith('api/test/') ? 'integration' : 'pure';
}
