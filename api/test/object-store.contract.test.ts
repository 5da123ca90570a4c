import { after, before, describe } from 'node:test';
import { diskEngine, s3Engine } from './object-store-kit.ts';
import type { Engine } from './object-store-kit.ts';
import { objectContract } from './object-store.objects.contract.ts';
import { uploadContract } from './object-store.uploads.contract.ts';

function keepsTheContract(engine: Engine): void {
  before(() => engine.start());
  after(() => engine.stop());
  uploadContract(engine);
  objectContract(engine);
}

const disk = diskEngine();
describe('the object store on a disk', () => {
  keepsTheContract(disk);
});

const s3 = s3Engine(process.env);
if (s3) {
  describe('the object store in an S3 bucket', () => {
    keepsTheContract(s3);
  });
} else {
  console.log('S3_TEST_ENDPOINT is not set: the S3 cases of the object store contract did not run.');
}
