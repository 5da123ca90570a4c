// One file through the AWS SDK's own multipart upload. Prints the milliseconds it took; node starts before the clock does.
import { createReadStream } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

const [file, key] = process.argv.slice(2);
const { S3_TEST_ENDPOINT, S3_TEST_ACCESS_KEY, S3_TEST_SECRET_KEY, S3_TEST_BUCKET } = process.env;
const client = new S3Client({
  endpoint: S3_TEST_ENDPOINT,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: S3_TEST_ACCESS_KEY, secretAccessKey: S3_TEST_SECRET_KEY },
  requestChecksumCalculation: 'WHEN_REQUIRED',
});
const startedAt = performance.now();
const upload = new Upload({
  client,
  params: { Bucket: S3_TEST_BUCKET, Key: key, Body: createReadStream(file), ContentType: 'video/mp4' },
  // Parts as large as ours.
  partSize: 8 * 1024 * 1024,
  queueSize: 4,
});
await upload.done();
console.log(performance.now() - startedAt);
