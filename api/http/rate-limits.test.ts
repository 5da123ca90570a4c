import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import request from 'supertest';
import { DomainError } from '../../domain/errors.ts';
import { answered, appWith, LEASE, SECRET_KEY, SESSION, SITE } from './test-kit.ts';

const VIDEOS = '/api/v1/videos';
const ask = ({ app }: ReturnType<typeof appWith>, token: string | null, headers: Record<string, string> = {}, path = VIDEOS) =>
  answered(
    request(app)
      .get(path)
      .set({ ...(token !== null && { Authorization: `Bearer ${token}` }), ...headers }),
  );

describe('an answer tells how things stand', () => {
  it('in the fields of the draft: what is granted, and what is left of it', async () => {
    const kit = appWith({}, { limits: { perSession: 10, perKey: 20, perTenant: 30 } });
    const { headers } = await ask(kit, SESSION);
    assert.equal(headers['ratelimit-policy'], '"session";q=10;w=60, "tenant";q=30;w=60');
    assert.match(headers['ratelimit'] ?? '', /^"session";r=9;t=60, "tenant";r=29;t=60$/);
    const { headers: later } = await ask(kit, SECRET_KEY);
    assert.equal(later['ratelimit-policy'], '"key";q=20;w=60, "tenant";q=30;w=60');
    assert.match(later['ratelimit'] ?? '', /^"key";r=19;t=60, "tenant";r=28;t=\d+$/);
  });

  it('also when it refuses what was asked for, or who asks', async () => {
    const kit = appWith({}, { limits: { perSession: 10, refusalsPerAddress: 5 } });
    assert.match((await ask(kit, SESSION, {}, `${VIDEOS}?limit=0`)).headers['ratelimit'] ?? '', /^"session";r=9/);
    const { status, headers } = await ask(kit, 'va_st_forged');
    assert.deepEqual([status, headers['ratelimit-policy']], [401, '"refusals";q=5;w=60']);
    assert.match(headers['ratelimit'] ?? '', /^"refusals";r=4;t=\d+$/);
  });

  it('but not where nobody has to prove anything: media are metered in bytes', async () => {
    const kit = appWith({}, { limits: { perSession: 1, perTenant: 1 } });
    for (let i = 0; i < 5; i += 1) {
      const { status, headers } = await ask(kit, null, {}, `/api/v1/play/${LEASE}/analysis.mp4`);
      assert.deepEqual([status, headers['ratelimit']], [200, undefined]);
    }
  });
});

describe('too many tokens of links that nobody made', () => {
  it('are 429 for their address, and nothing is looked up any more', async () => {
    let asked = 0;
    const open = (): Promise<never> => {
      asked += 1;
      return Promise.reject(new DomainError('link.not_found'));
    };
    const kit = appWith({ linkOpening: { open } }, { limits: { refusalsPerAddress: 3 } });
    const attempt = () =>
      answered(
        request(kit.app)
          .post('/api/v1/links/open')
          .send({ token: `va_ln_${'x'.repeat(43)}` }),
      );
    const statuses = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await attempt()).status);
    assert.deepEqual([statuses, asked], [[404, 404, 404, 429, 429], 3]);
  });
});

describe('too many requests', () => {
  it('are 429 with the time to wait, readable to the page', async () => {
    const kit = appWith({}, { limits: { perSession: 1 } });
    await ask(kit, SESSION);
    const { status, headers, body } = await ask(kit, SESSION, { Origin: SITE });
    assert.deepEqual([status, body['code'], body['limit'], body['detail']], [429, 'rate.limited', 'session', 'At most 1 in 60 seconds.']);
    const wait = Number(headers['retry-after']);
    assert.ok(wait >= 1 && wait <= 60);
    assert.match(headers['ratelimit'] ?? '', /^"session";r=0;t=\d+$/);
    assert.equal(headers['access-control-allow-origin'], SITE);
    assert.match(headers['access-control-expose-headers'] ?? '', /Retry-After, RateLimit, RateLimit-Policy/);
  });

  it('reach no service', async () => {
    let asked = 0;
    const list = async () => {
      asked += 1;
      return { items: [], nextCursor: null };
    };
    const kit = appWith({ videos: { list } }, { limits: { perKey: 2 } });
    for (let i = 0; i < 5; i += 1) await ask(kit, SECRET_KEY);
    assert.equal(asked, 2);
  });
});

describe('too many refused credentials', () => {
  it('shut the address before anything is looked up, for what was not let in before', async () => {
    const kit = appWith({}, { limits: { refusalsPerAddress: 2 } });
    assert.equal((await ask(kit, SESSION)).status, 200);
    const guesses = [await ask(kit, 'va_st_1'), await ask(kit, null), await ask(kit, 'va_st_3'), await ask(kit, SECRET_KEY)];
    assert.deepEqual(
      guesses.map(({ status, body }) => [status, body['code']]),
      [
        [401, 'auth.invalid'],
        [401, 'auth.invalid'],
        [429, 'rate.limited'],
        [429, 'rate.limited'],
      ],
    );
    assert.equal((await ask(kit, SESSION)).status, 200);
  });

  it('count a secret key in a page, and a session on another site', async () => {
    const kit = appWith({}, { limits: { refusalsPerAddress: 2 } });
    await ask(kit, SECRET_KEY, { Origin: SITE });
    await ask(kit, SESSION, { Origin: 'https://evil.example' });
    assert.equal((await ask(kit, 'va_st_1')).status, 429);
  });

  const from = (address: string): Record<string, string> => ({ 'X-Forwarded-For': address });

  it('are not somebody else’s because a header says so', async () => {
    const kit = appWith({}, { limits: { refusalsPerAddress: 2 }, settings: { trustProxyHops: 0 } });
    const statuses = [];
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) statuses.push((await ask(kit, 'va_st_1', from(address))).status);
    assert.deepEqual(statuses, [401, 401, 429]);
  });

  it('are counted by the address that our own proxy saw, and not by what came to it', async () => {
    const kit = appWith({}, { limits: { refusalsPerAddress: 2 }, settings: { trustProxyHops: 1 } });
    const statuses = [];
    for (const address of ['1.1.1.1, 192.0.2.1', '2.2.2.2, 192.0.2.1', '3.3.3.3, 192.0.2.1', '192.0.2.2'])
      statuses.push((await ask(kit, 'va_st_1', from(address))).status);
    assert.deepEqual(statuses, [401, 401, 429, 401]);
  });
});
