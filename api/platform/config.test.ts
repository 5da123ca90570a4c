import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError, readApiConfig } from './config.ts';

const base = { DATABASE_URL: 'postgres://va_app@db.test/va' };
const disk = { ...base, STORE: 'disk', STORE_ROOT: '/objects', STORE_SIGNING_SECRET: 's'.repeat(32) };
const s3 = { ...base, STORE: 's3', S3_BUCKET: 'videos', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' };

describe('DELIVERY_MODE', () => {
  it('is proxy unless told otherwise', () => {
    assert.equal(readApiConfig(disk).delivery, 'proxy');
    assert.equal(readApiConfig(s3).delivery, 'proxy');
  });

  it('may send players to an S3, and leave bytes to nginx in front', () => {
    assert.equal(readApiConfig({ ...s3, DELIVERY_MODE: 'redirect' }).delivery, 'redirect');
    assert.equal(readApiConfig({ ...s3, DELIVERY_MODE: 'accel', TRUST_PROXY_HOPS: '1' }).delivery, 'accel');
  });

  for (const [env, sentence] of [
    [{ ...disk, DELIVERY_MODE: 'redirect' }, /DELIVERY_MODE=redirect needs STORE=s3/],
    [{ ...disk, DELIVERY_MODE: 'accel', TRUST_PROXY_HOPS: '1' }, /DELIVERY_MODE=accel needs STORE=s3/],
    [{ ...s3, DELIVERY_MODE: 'accel' }, /TRUST_PROXY_HOPS of at least 1/],
    [{ ...s3, DELIVERY_MODE: 'cdn' }, /DELIVERY_MODE must be one of proxy, redirect, accel/],
  ] as const)
    it(`does not start: ${sentence.source}`, () => {
      assert.throws(
        () => readApiConfig(env),
        (error) => error instanceof ConfigError && sentence.test(error.message),
      );
    });
});
