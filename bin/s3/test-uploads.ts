/**
 * `npm run test:uploads`: the numbered cases of an upload's crashes and faults, on a disk and on an S3 engine that is started for it
 * (or is named by S3_TEST_ENDPOINT). Prints a table of all cases and `N passed, N failed` last.
 */
import { runCases } from './run-cases.ts';

process.exitCode = runCases(['api/test/crash-matrix.integration.test.ts', 'api/test/store-faults.integration.test.ts']);
