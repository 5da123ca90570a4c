import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { s3Store } from '../platform/object-store.s3.ts';
import { applyStorage } from '../platform/storage-apply.ts';
import { freshPrefix } from './object-store-kit.ts';

const { S3_TEST_ENDPOINT: endpoint, S3_TEST_ACCESS_KEY, S3_TEST_SECRET_KEY, S3_TEST_BUCKET: bucket = 'media' } = process.env;
const options = {
  ...{ endpoint, bucket, region: 'us-east-1', forcePathStyle: true },
  ...{ accessKeyId: S3_TEST_ACCESS_KEY ?? '', secretAccessKey: S3_TEST_SECRET_KEY ?? '' },
};
const settings = { abortUploadsAfterDays: 2, originalsTier: null, expireAfterDays: null };

if (endpoint === undefined) console.log('S3_TEST_ENDPOINT is not set: the settings of a bucket were not tried.');
else
  describe('the settings of a bucket', () => {
    it('are set, and set again, and each is reported', async () => {
      for (const again of [false, true])
        assert.deepEqual(
          (await applyStorage(options, settings)).map(({ setting, outcome }) => `${setting} ${outcome}`),
          ['cors accepted', 'lifecycle accepted', 'encryption accepted'],
          again ? 'the second time' : 'the first time',
        );
    });

    it('let a page of any origin send a part and read its ETag', async () => {
      await applyStorage(options, settings);
      const store = s3Store(options);
      const key = `${freshPrefix()}o/1/source`;
      const uploadId = await store.createMultipart(key, { contentType: 'video/mp4', metadata: {} });
      const address = await store.signPart(key, { uploadId, partNumber: 1, sizeBytes: 3, expiresInSeconds: 60 });
      const asked = await fetch(address, {
        method: 'OPTIONS',
        headers: { Origin: 'https://club.example', 'Access-Control-Request-Method': 'PUT' },
      });
      assert.equal(asked.status, 200);
      assert.match(asked.headers.get('access-control-allow-methods') ?? '', /PUT/);
      const sent = await fetch(address, { method: 'PUT', headers: { Origin: 'https://club.example' }, body: 'abc' });
      assert.equal(sent.status, 200);
      assert.ok(['*', 'https://club.example'].includes(sent.headers.get('access-control-allow-origin') ?? ''));
      assert.match(sent.headers.get('access-control-expose-headers') ?? '', /etag/i);
      await store.abortMultipart(key, uploadId);
    });

    it('that an engine refuses are reported with its own word, and the others are set all the same', async () => {
      const applied = await applyStorage({ ...options, bucket: 'no-such-bucket' }, settings);
      assert.deepEqual(
        applied.map(({ setting, outcome }) => `${setting} ${outcome}`),
        ['cors refused', 'lifecycle refused', 'encryption accepted'],
      );
      assert.match(applied[0]?.detail ?? '', /NoSuchBucket/);
    });
  });
