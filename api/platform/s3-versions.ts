import { DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { ListObjectVersionsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { Holding, HoldingCounts } from './object-store.ts';
import { asked } from './s3-client.ts';

interface Version extends Holding {
  readonly versionId: string;
}

/** S3 takes no more keys in one removal. */
const MOST_AT_ONCE = 1000;

/** Every version and marker under a prefix; where a bucket keeps none, every object. By hand: there is no paginator. */
export async function* versionsUnder(client: S3Client, Bucket: string, prefix: string): AsyncGenerator<Version> {
  for (let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {}; marker;) {
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({ Bucket, Prefix: prefix, ...marker });
    const page: ListObjectVersionsCommandOutput = await asked('list versions', () => client.send(command));
    for (const { Key, VersionId = 'null', IsLatest } of page.Versions ?? [])
      if (Key !== undefined) yield { kind: IsLatest ? 'object' : 'version', key: Key, versionId: VersionId };
    for (const { Key, VersionId = 'null' } of page.DeleteMarkers ?? [])
      if (Key !== undefined) yield { kind: 'marker', key: Key, versionId: VersionId };
    marker = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
  }
}

/** By version: a plain removal only adds a marker where the bucket keeps versions. Counts what it removes. */
export async function purgeVersions(
  client: S3Client,
  bucket: string,
  prefix: string,
  counts: { -readonly [Kind in keyof HoldingCounts]: number },
): Promise<void> {
  const batch: Version[] = [];
  for await (const version of versionsUnder(client, bucket, prefix)) {
    batch.push(version);
    counts[version.kind] += 1;
    if (batch.length === MOST_AT_ONCE) await removeVersions(client, bucket, batch.splice(0));
  }
  if (batch.length > 0) await removeVersions(client, bucket, batch);
}

async function removeVersions(client: S3Client, Bucket: string, versions: readonly Version[]): Promise<void> {
  await asked('remove versions', async () => {
    const Objects = versions.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors[0]) throw new Error(`${String(Errors.length)} versions were not removed: ${Errors[0].Code ?? 'no reason given'}`);
  });
}
