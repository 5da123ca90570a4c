import { after, before, describe } from 'node:test';
import { storeCases, sweeperCases } from './support/fault-cases.ts';
import { proxyCases } from './support/proxy-cases.ts';
import { startUploadRig, type UploadRig } from './support/upload-rig.ts';

/** What goes wrong at the store or for want of a client, with a real API process, PostgreSQL and the store itself. */
function survives(engine: 'disk' | 'S3'): void {
  let started: UploadRig;
  const rig = (): UploadRig => started;
  before(async () => {
    started = await startUploadRig(engine);
  });
  after(() => started.stop());
  storeCases(rig, engine);
  sweeperCases(rig, engine);
  if (engine === 'S3') proxyCases(rig);
}

describe('an upload, on a disk, when the store or the client fails', () => survives('disk'));

if (process.env['S3_TEST_ENDPOINT'] !== undefined) describe('an upload, on S3, when the store or the client fails', () => survives('S3'));
else console.log('S3_TEST_ENDPOINT is not set: the faults of an S3 engine were not tried.');
