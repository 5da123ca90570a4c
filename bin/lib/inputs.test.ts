import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leftOut } from './inputs.ts';

describe('what a step leaves out', () => {
  it('is said with the variable that would change it', () => {
    assert.match(leftOut('media', {}).join(), /real footage.*\(MEDIA_DIR is absent\)/);
    assert.match(leftOut('integration', { MEDIA_DIR: '/media' }).join(), /S3 engine \(S3_TEST_ENDPOINT is absent\)/);
  });

  it('is nothing where the input is there', () => {
    assert.deepEqual(leftOut('media', { MEDIA_DIR: '/media' }), []);
  });

  it('is nothing for a step that needs nothing', () => {
    assert.deepEqual(leftOut('pure', {}), []);
  });
});
