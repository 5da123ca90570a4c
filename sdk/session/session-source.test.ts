import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SessionSource, type SessionToken } from './session-source.ts';

/** A host that counts how often it is asked, and answers with a numbered token that lives so long. */
const host = (lifeSeconds: number) => {
  const asked: number[] = [];
  const get = (): Promise<SessionToken> => {
    asked.push(Date.now());
    return Promise.resolve({ token: `token-${asked.length}`, expiresAt: new Date(Date.now() + lifeSeconds * 1000).toISOString() });
  };
  return { asked, get };
};

describe('a session', () => {
  it('is asked for once when many need it together', async () => {
    const { asked, get } = host(900);
    const source = new SessionSource(get);
    assert.deepEqual(await Promise.all([source.token(), source.token(), source.renew()]), ['token-1', 'token-1', 'token-1']);
    assert.equal(asked.length, 1);
  });

  it('is renewed at three quarters of its life, not before', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 0 });
    const source = new SessionSource(host(400).get);
    assert.equal(await source.token(), 'token-1');
    t.mock.timers.setTime(299_999);
    assert.equal(await source.token(), 'token-1');
    t.mock.timers.setTime(300_000);
    assert.equal(await source.token(), 'token-2');
  });

  it('tells what the host threw and asks again next time', async () => {
    let attempt = 0;
    const source = new SessionSource(() => {
      attempt += 1;
      if (attempt === 1) return Promise.reject(new Error('signed out'));
      return Promise.resolve({ token: 'second', expiresAt: new Date(Date.now() + 60_000).toISOString() });
    });
    await assert.rejects(source.token(), /signed out/);
    assert.equal(await source.token(), 'second');
  });

  it('is not asked for with every request on a device whose clock runs ahead', async () => {
    const { asked, get } = host(-3600);
    const source = new SessionSource(get);
    await source.token();
    await source.token();
    assert.equal(asked.length, 1);
  });

  it('is asked for again by renew, even while it is alive', async () => {
    const source = new SessionSource(host(900).get);
    await source.token();
    assert.equal(await source.renew(), 'token-2');
    assert.equal(await source.token(), 'token-2');
  });
});
