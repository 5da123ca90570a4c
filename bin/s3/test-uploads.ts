/**
 * `npm run test:uploads`: the numbered cases of an upload's crashes, faults, repetitions, quotas and hostile files, on a disk and, as
 * far as the store matters, on an S3 engine that is started for it (or is named by S3_TEST_ENDPOINT). Prints a table of all cases and `N passed, N failed` last.
 */
import { runCases } from './run-cases.ts';
import { statedCases } from './stated-cases.ts';

const FILES = ['crash-matrix', 'store-faults', 'idempotency', 'quota', 'upload-expiry', 'hostile-files'];

process.exitCode = runCases(
  FILES.map((name) => `api/test/${name}.integration.test.ts`),
  statedCases,
);
