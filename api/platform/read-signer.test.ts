import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { s3ReadSigner, type SigningOptions } from './read-signer.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const VIDEO = '22222222-2222-4222-8222-222222222222';
const KEY = `t/${TENANT}/v/${VIDEO}/r/1/a/h-00001.m4s`;
const NOON = new Date('2026-11-22T12:00:00.000Z');

const options: SigningOptions = {
  ...{ region: 'eu-north-1', bucket: 'videos', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', clock: () => NOON },
  ...{ secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', forcePathStyle: true },
};

/** The same address as AWS's own code makes it, as its parts: the order in a query means nothing. */
async function byTheSdk({ endpoint, region, bucket, accessKeyId, secretAccessKey, forcePathStyle }: SigningOptions): Promise<unknown> {
  const place = endpoint === undefined ? {} : { endpoint };
  const client = new S3Client({ ...place, region, forcePathStyle, credentials: { accessKeyId, secretAccessKey } });
  const get = new GetObjectCommand({ Bucket: bucket, Key: KEY, ResponseCacheControl: 'private, no-store' });
  return partsOf(await getSignedUrl(client, get, { expiresIn: 60, signingDate: NOON }));
}

function partsOf(url: string): unknown {
  const { origin, pathname, searchParams } = new URL(url);
  searchParams.delete('x-id');
  searchParams.delete('x-amz-checksum-mode');
  searchParams.delete('X-Amz-Signature');
  searchParams.sort();
  return [origin, pathname, [...searchParams]];
}

describe('an address to read from', () => {
  for (const [style, more] of [
    ['in path style', {}],
    ['in virtual-host style', { forcePathStyle: false }],
    ['at an engine of one’s own', { endpoint: 'http://127.0.0.1:9000' }],
  ] as const)
    it(`${style} says what the SDK’s says`, async () => {
      const chosen = { ...options, ...more };
      assert.deepEqual(partsOf(s3ReadSigner(chosen).sign({ tenantId: TENANT, videoId: VIDEO }, KEY, 60)), await byTheSdk(chosen));
    });

  it('lives a minute at most', () => {
    const signer = s3ReadSigner(options);
    assert.equal(new URL(signer.sign({ tenantId: TENANT, videoId: VIDEO }, KEY, 60)).searchParams.get('X-Amz-Expires'), '60');
    for (const seconds of [61, 0, -1, NaN]) assert.throws(() => signer.sign({ tenantId: TENANT, videoId: VIDEO }, KEY, seconds));
  });

  it('is made for no original, for no other tenant and for no malformed key', () => {
    const signer = s3ReadSigner(options);
    for (const key of [
      `t/${TENANT}/v/${VIDEO}/o/1/source`,
      KEY.replace('1111', '3333'),
      `t/${TENANT}/v/${VIDEO}/r/1/../x`,
      `t/${TENANT}/v/${VIDEO}/r/`,
      `/${KEY}`,
      `${KEY}\0`,
    ])
      assert.throws(() => signer.sign({ tenantId: TENANT, videoId: VIDEO }, key, 60), key);
  });

  it('of the next day is signed with the next day’s key', () => {
    let now = new Date('2026-11-22T23:59:59Z');
    const moving = s3ReadSigner({ ...options, clock: () => now });
    moving.sign({ tenantId: TENANT, videoId: VIDEO }, KEY, 60);
    now = new Date('2026-11-23T00:00:01Z');
    assert.equal(
      moving.sign({ tenantId: TENANT, videoId: VIDEO }, KEY, 60),
      s3ReadSigner({ ...options, clock: () => now }).sign({ tenantId: TENANT, videoId: VIDEO }, KEY, 60),
    );
  });
});
