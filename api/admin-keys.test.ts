import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KEY_SCOPES } from '../domain/access/roles.ts';
import { createKey, rotateKey } from './admin-keys.ts';
import { ConfigError } from './platform/config.ts';
import type { Administration } from './services/administration.ts';

/** Notes what it is told to do. */
function operatorThat(told: unknown[]): Administration {
  const operator: Partial<Administration> = {
    createKey: async (...request) => {
      told.push(request);
      return 'secret';
    },
    rotateKey: async (...request) => {
      told.push(request);
      return 'secret';
    },
  };
  return operator as Administration;
}

describe('key create', () => {
  it('makes a live key without an end that may do everything but manage keys', async () => {
    const told: unknown[] = [];
    assert.equal(await createKey(operatorThat(told), 't', 'Portal', {}), 'secret');
    assert.deepEqual(told, [['t', 'Portal', { scopes: KEY_SCOPES, mode: 'live', expiresAt: null }]]);
  });

  it('takes scopes with commas between, a day, and whether it is for trying things out', async () => {
    const told: unknown[] = [];
    await createKey(operatorThat(told), 't', 'Reports', { scopes: 'audit:read, videos:read', expires: '2999-01-31', test: 'yes' });
    assert.deepEqual(told, [
      ['t', 'Reports', { scopes: ['videos:read', 'audit:read'], mode: 'test', expiresAt: new Date('2999-01-31T00:00:00Z') }],
    ]);
  });

  for (const given of [{ scopes: 'videos:read,everything' }, { scopes: '' }, { expires: '2020-01-01' }, { expires: 'soon' }])
    it(`refuses ${JSON.stringify(given)}`, () => {
      assert.throws(() => createKey(operatorThat([]), 't', 'x', given), ConfigError);
    });
});

describe('key rotate', () => {
  it('lets the old secret live for a day, or as long as it is told', async () => {
    const told: unknown[] = [];
    await rotateKey(operatorThat(told), 't', 'k', {});
    await rotateKey(operatorThat(told), 't', 'k', { 'overlap-hours': '0' });
    assert.deepEqual(told, [
      ['t', 'k', 24],
      ['t', 'k', 0],
    ]);
  });

  for (const hours of ['-1', '1.5', '721', 'none'])
    it(`refuses an overlap of ${hours}`, () => {
      assert.throws(() => rotateKey(operatorThat([]), 't', 'k', { 'overlap-hours': hours }), ConfigError);
    });
});
