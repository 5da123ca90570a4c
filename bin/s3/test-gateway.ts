/**
 * `npm run test:gateway`: the numbered cases of playback's gateway, on a disk, on an S3 engine that is started for it (or is named by
 * S3_TEST_ENDPOINT) behind nginx and in Chromium. Prints a table of all cases and `N passed, N failed` last.
 */
import { runCases } from './run-cases.ts';

process.exitCode = runCases([
  'api/test/gateway.integration.test.ts',
  'api/test/gateway-delivery.integration.test.ts',
  'api/test/playback-revocation.integration.test.ts',
  'sdk/test/hls/three-origins.cases.ts',
]);
