import { after, before, describe } from 'node:test';
import { completionCases, initCases } from './support/crash-cases.ts';
import { startUploadRig, type UploadRig } from './support/upload-rig.ts';

/** Real API processes that kill themselves between the steps of an upload, with PostgreSQL and the store living on. */
function survives(engine: 'disk' | 'S3'): void {
  let started: UploadRig;
  const rig = (): UploadRig => started;
  before(async () => {
    started = await startUploadRig(engine);
  });
  after(() => started.stop());
  initCases(rig, engine);
  completionCases(rig, engine);
}

describe('an upload, on a disk, whose API is killed', () => survives('disk'));

if (process.env['S3_TEST_ENDPOINT'] !== undefined) describe('an upload, on S3, whose API is killed', () => survives('S3'));
else console.log('S3_TEST_ENDPOINT is not set: the crash matrix did not run against an S3 engine.');
