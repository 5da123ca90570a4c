import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { LifecycleRule, S3Client } from '@aws-sdk/client-s3';
import { clientFor, type S3StoreOptions } from './s3-client.ts';

export interface BucketSettings {
  /** Incomplete uploads and their parts are removed by the store after so many days, whatever becomes of us. */
  readonly abortUploadsAfterDays: number;
  /** Originals move to a cheaper tier after so many days; null leaves them where they are. */
  readonly originalsTier: { readonly afterDays: number; readonly storageClass: 'STANDARD_IA' | 'GLACIER_IR' } | null;
  /** Everything is removed after so many days; null keeps it. */
  readonly expireAfterDays: number | null;
}

/** What became of one setting of one bucket. */
export interface AppliedSetting {
  readonly bucket: string;
  readonly setting: 'cors' | 'lifecycle' | 'encryption';
  readonly outcome: 'accepted' | 'refused';
  /** In words: what was set, or what the engine said. */
  readonly detail: string;
}

/** Sets what a bucket needs, one setting after the other: an engine that refuses one may take the others. Safe to run again. */
export async function applyStorage(options: S3StoreOptions, settings: BucketSettings): Promise<readonly AppliedSetting[]> {
  const client = clientFor(options, options.endpoint);
  const ingest = options.ingestBucket ?? options.bucket;
  const media = options.mediaBucket ?? options.bucket;
  const applied: AppliedSetting[] = [];
  try {
    for (const bucket of new Set([ingest, media])) {
      const attempt = attemptOn(bucket, applied);
      await attempt('cors', () => setCors(client, bucket));
      await attempt('lifecycle', () => setLifecycle(client, bucket, rulesFor(settings, bucket === ingest)));
      await attempt('encryption', () => setEncryption(client, bucket, options.serverSideEncryption));
    }
    return applied;
  } finally {
    client.destroy();
  }
}

const attemptOn =
  (bucket: string, applied: AppliedSetting[]) =>
  async (setting: AppliedSetting['setting'], work: () => Promise<string>): Promise<void> => {
    try {
      applied.push({ bucket, setting, outcome: 'accepted', detail: await work() });
    } catch (error) {
      // Where an engine gives no reason the SDK makes up `UnknownError`.
      const detail =
        error instanceof Error ? [error.name, error.message].filter((text) => text !== 'UnknownError').join(': ') : String(error);
      applied.push({ bucket, setting, outcome: 'refused', detail });
    }
  };

/** Any site may send a signed part and read its ETag: the signature is the credential, not the origin, and no cookie is involved. */
async function setCors(client: S3Client, Bucket: string): Promise<string> {
  const rule = {
    AllowedOrigins: ['*'],
    AllowedMethods: ['GET', 'HEAD', 'PUT'],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 3600,
  };
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
  return 'any origin: GET, HEAD, PUT; ETag can be read';
}

function rulesFor({ abortUploadsAfterDays, originalsTier, expireAfterDays }: BucketSettings, isIngest: boolean): LifecycleRule[] {
  const everything = { Status: 'Enabled', Filter: { Prefix: '' } } as const;
  return [
    { ...everything, ID: 'abort-uploads', AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsAfterDays } },
    ...(originalsTier && isIngest
      ? [
          {
            ...everything,
            ID: 'tier-originals',
            Transitions: [{ Days: originalsTier.afterDays, StorageClass: originalsTier.storageClass }],
          },
        ]
      : []),
    ...(expireAfterDays === null ? [] : [{ ...everything, ID: 'expire', Expiration: { Days: expireAfterDays } }]),
  ];
}

/** Reads back what it wrote: engines take rules they do not keep. */
async function setLifecycle(client: S3Client, Bucket: string, Rules: LifecycleRule[]): Promise<string> {
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const { Rules: kept = [] } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  const lost = Rules.filter(({ ID }) => !kept.some((rule) => rule.ID === ID)).map(({ ID }) => ID ?? '');
  if (lost.length > 0) throw new Error(`taken, and not kept: ${lost.join(', ')}`);
  return Rules.map(({ ID }) => ID ?? '').join(', ');
}

async function setEncryption(client: S3Client, Bucket: string, algorithm: S3StoreOptions['serverSideEncryption']): Promise<string> {
  if (algorithm === undefined) return 'none asked for (S3_ENCRYPTION=none)';
  const rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm } }];
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: rules } }));
  const { ServerSideEncryptionConfiguration: kept } = await client.send(new GetBucketEncryptionCommand({ Bucket }));
  const set = kept?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  if (set !== algorithm) throw new Error(`taken, and not kept: ${set ?? 'nothing'} instead of ${algorithm}`);
  return `${algorithm} for every new object`;
}
