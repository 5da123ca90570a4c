import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { clientFor, type S3StoreOptions } from '../../platform/s3-client.ts';

/** A bucket of its own that keeps every version, on the engine the environment names; null where it names none. */
export async function versionedBucket(env: NodeJS.ProcessEnv): Promise<S3StoreOptions | null> {
  const { S3_TEST_ENDPOINT: endpoint, S3_TEST_ACCESS_KEY: accessKeyId = '', S3_TEST_SECRET_KEY: secretAccessKey = '' } = env;
  if (endpoint === undefined) return null;
  const bucket = `versioned-${randomUUID()}`;
  const options = { endpoint, region: 'us-east-1', bucket, accessKeyId, secretAccessKey, forcePathStyle: true };
  const client = clientFor(options, endpoint);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  client.destroy();
  return options;
}
