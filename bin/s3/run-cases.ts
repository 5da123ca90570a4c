import type { CaseResult } from '../../api/test/support/cases.ts';
import type { NumberedTest } from '../lib/case-reporter.ts';
import { collectCases } from '../lib/collect-cases.ts';
import { engineFor } from './engine.ts';

const numberIn = ({ number }: CaseResult): number => (number.startsWith('C') ? 0 : 100) + Number(/\d+/.exec(number)?.[0] ?? 0);

/**
 * Runs test files of numbered cases, with an S3 engine where there can be one, and prints their table.
 * @param stated makes lines of cases that several tests prove together. @returns the exit code.
 */
export function runCases(files: readonly string[], stated: (tests: readonly NumberedTest[]) => readonly CaseResult[] = () => []): number {
  const engine = engineFor(process.env, { store: 'memstore' });
  const hasEngine = typeof engine !== 'string';
  const { results: told, named, isGreen } = collectCases(files, { ...process.env, ...(hasEngine && engine.env) });
  const results = [...told, ...stated(named)];
  if (hasEngine) engine.stop();

  console.log('\ncase     engine | action | end state | ok');
  for (const result of results.toSorted((a, b) => numberIn(a) - numberIn(b) || a.engine.localeCompare(b.engine)))
    console.log(
      `${result.number.padEnd(9)}${result.engine.padEnd(6)} | ${result.action} | ${result.end} | ${result.isOk ? 'ok' : 'NOT OK'}`,
    );
  if (!hasEngine) console.log(`\nThe cases on S3 did not run: ${engine}`);

  const failed = results.filter(({ isOk }) => !isOk).length;
  console.log(`\n${String(results.length - failed)} passed, ${String(failed)} failed`);
  return isGreen && hasEngine && results.length > 0 ? 0 : 1;
}
