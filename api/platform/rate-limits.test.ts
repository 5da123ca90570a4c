import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rateLimits, type RateLimitSettings } from './rate-limits.ts';
import type { Credential, Tenant } from './tenant.ts';

const limitsOf = (changes: Partial<RateLimitSettings>) =>
  rateLimits({ perKey: 100, perSession: 100, perTenant: 100, refusalsPerAddress: 100, processes: 1, ...changes });

const tenantOf = (id: string, credential: Credential): Tenant => ({
  ...{ id, credential, requestId: 'r' },
  actor: { id: 'p', role: 'coach', scopes: new Set(), onlyPlayerIds: null, onlyVideoIds: null },
  within: () => Promise.reject(new Error('no database is asked')),
});
const session = (id: string, tenant = 'a'): Tenant => tenantOf(tenant, { kind: 'session', sessionId: id });
const key = (id: string, tenant = 'a'): Tenant => tenantOf(tenant, { kind: 'key', keyId: id, secretId: `${id}-secret` });

describe('requests of those who were let in', () => {
  it('are counted for each key and session by itself, and told', async () => {
    const limits = limitsOf({ perSession: 2, perKey: 3 });
    const left = async (tenant: Tenant): Promise<unknown> => {
      const { standings, exceeded } = await limits.count(null, tenant);
      return [standings[0]?.limit, standings[0]?.quota, standings[0]?.remaining, exceeded?.limit ?? null];
    };
    assert.deepEqual(await left(session('s')), ['session', 2, 1, null]);
    assert.deepEqual(await left(session('s')), ['session', 2, 0, null]);
    assert.deepEqual(await left(session('s')), ['session', 2, 0, 'session']);
    assert.deepEqual(await left(session('t')), ['session', 2, 1, null]);
    assert.deepEqual(await left(key('s')), ['key', 3, 2, null]);
  });

  it('are counted for the tenant as a whole: many sessions of one leave another alone', async () => {
    const limits = limitsOf({ perTenant: 3 });
    const verdicts = await Promise.all(['1', '2', '3', '4', '5'].map((id) => limits.count(null, session(id))));
    assert.deepEqual(
      verdicts.map(({ exceeded }) => exceeded?.limit ?? null),
      [null, null, null, 'tenant', 'tenant'],
    );
    assert.equal((await limits.count(null, session('6', 'b'))).exceeded, null);
  });

  it('that are too many of one session take nothing from the others of its tenant', async () => {
    const limits = limitsOf({ perSession: 1, perTenant: 3 });
    for (let i = 0; i < 10; i += 1) await limits.count(null, session('loop'));
    assert.equal((await limits.count(null, session('other'))).exceeded, null);
  });

  it('are shared between processes: each grants its part, and never nothing', async () => {
    const quota = async (perSession: number, processes: number): Promise<number | undefined> =>
      (await limitsOf({ perSession, processes }).count(null, session('s'))).standings[0]?.quota;
    assert.deepEqual([await quota(100, 3), await quota(2, 3)], [33, 1]);
  });

  it('begin anew after at most a minute', async () => {
    const { standings } = await limitsOf({}).count(null, session('s'));
    for (const { resetSeconds, windowSeconds } of standings) assert.ok(windowSeconds === 60 && resetSeconds >= 1 && resetSeconds <= 60);
  });
});

describe('credentials that are refused', () => {
  it('shut the address when there are too many, and no other', async () => {
    const limits = limitsOf({ refusalsPerAddress: 2 });
    assert.equal((await limits.refused('192.0.2.1')).standings[0]?.remaining, 1);
    assert.equal((await limits.before('192.0.2.1', 'x')).exceeded, null);
    await limits.refused('192.0.2.1');
    assert.equal((await limits.before('192.0.2.1', 'x')).exceeded?.limit, 'refusals');
    assert.equal((await limits.before('192.0.2.2', 'x')).exceeded, null);
  });

  it('do not shut out whoever was let in from there before', async () => {
    const limits = limitsOf({ refusalsPerAddress: 1 });
    await limits.count('good', session('s'));
    await limits.refused('192.0.2.1');
    assert.equal((await limits.before('192.0.2.1', 'good')).exceeded, null);
    for (const unknown of ['guess', null]) assert.equal((await limits.before('192.0.2.1', unknown)).exceeded?.limit, 'refusals');
  });
});
