/** Runs the element tests as web-test-runner.config.mjs says, and writes their counts where COUNTS_FILE says. */
import { writeFileSync } from 'node:fs';
import { startTestRunner, type TestRunnerConfig } from '@web/test-runner';
import type { Counts } from './outcome.ts';

type Runner = NonNullable<Awaited<ReturnType<typeof startTestRunner>>>;
type Session = ReturnType<Runner['sessions']['all']> extends Iterable<infer Item> ? Item : never;
type Suite = NonNullable<Session['testResults']>;
type Test = Suite['tests'][number];

const testsOf = (suite: Suite): readonly Test[] => [...suite.tests, ...suite.suites.flatMap(testsOf)];

/** A page that could not be loaded, or that failed outside of a test, is one failure. */
function countsOf(sessions: Iterable<Session>): Counts {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  for (const { testResults, passed: good } of sessions) {
    const tests = testResults ? testsOf(testResults) : [];
    const broken = tests.filter((test) => !test.passed && !test.skipped).length;
    passed += tests.filter((test) => test.passed).length;
    failed += broken === 0 && good !== true ? 1 : broken;
    skipped.push(...tests.filter((test) => test.skipped).map(({ name }) => name));
  }
  return { passed, failed, skipped };
}

const files = process.argv.slice(2);
const config: Partial<TestRunnerConfig> = files.length > 0 ? { files } : {};
const runner = await startTestRunner({ config, readCliArgs: false, autoExitProcess: false });
if (!runner) throw new Error('The element tests could not be started.');

runner.on('stopped', (good: boolean) => {
  const counts = countsOf(runner.sessions.all());
  const { COUNTS_FILE } = process.env;
  if (COUNTS_FILE !== undefined) writeFileSync(COUNTS_FILE, JSON.stringify(counts));
  console.log(`${String(counts.passed)} passed, ${String(counts.failed)} failed`);
  process.exitCode = good ? 0 : 1;
});
