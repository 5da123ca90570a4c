/**
 * `npm run test:isolation`: that one tenant reaches nothing of another's, and that playback ends when access does, case by case, on the
 * disk store. Prints one line for each and `N passed, N failed` last; a case that nobody proved is one that failed.
 */
import { collectCases } from './lib/collect-cases.ts';

const CASES = ['G37', 'G38', 'G39', 'G40', 'G41', 'G42', 'G43', 'G44', 'G45', 'G46', 'G57', 'G58', 'G60', 'G61'];

const FILES = [
  'api/test/tenancy-matrix.integration.test.ts',
  'api/test/tenancy-catalogue.integration.test.ts',
  'api/test/tenancy-sql.integration.test.ts',
  'api/test/tenancy-pool.integration.test.ts',
  'api/test/tenancy-jobs.integration.test.ts',
  'api/platform/object-keys.test.ts',
  'api/test/tenancy-timing.integration.test.ts',
  'api/test/gateway.integration.test.ts',
  'api/test/playback-revocation.integration.test.ts',
];

// On the disk store only: what an S3 engine adds is `npm run test:gateway`.
const { S3_TEST_ENDPOINT: _engine, ...env } = process.env;
const { results, named, isGreen } = collectCases(FILES, { TIMING_SAMPLES: '2000', ...env }, CASES);

interface Line {
  readonly number: string;
  readonly what: string;
  readonly isOk: boolean;
}

const lines: readonly Line[] = CASES.flatMap((number) => {
  const told = results
    .filter((result) => result.number === number)
    .map(({ action, end, isOk }) => ({ number, what: `${action} | ${end}`, isOk }));
  const proven = named.filter((test) => test.number === number).map(({ name, isOk }) => ({ number, what: name, isOk }));
  return told.length + proven.length > 0 ? [...told, ...proven] : [{ number, what: 'no test proved it', isOk: false }];
});

console.log('\ncase | what | end state | ok');
for (const { number, what, isOk } of lines) console.log(`${number}  | ${what} | ${isOk ? 'ok' : 'NOT OK'}`);
const failed = lines.filter(({ isOk }) => !isOk).length;
console.log(`\n${String(lines.length - failed)} passed, ${String(failed)} failed`);
process.exitCode = isGreen && failed === 0 ? 0 : 1;
