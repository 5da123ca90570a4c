import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import request from 'supertest';
import { VIDEO } from './rows.test-kit.ts';
import { answered, appWith, LEASE, SECRET_KEY, SESSION, SITE } from './test-kit.ts';
import { wellFormedOrigin } from './cors.ts';

const { app } = appWith();
const ACAO = 'access-control-allow-origin';

const preflight = (path: string, origin: string, method = 'GET') =>
  answered(request(app).options(path).set({ Origin: origin, 'Access-Control-Request-Method': method }));
const get = (path: string, headers: Record<string, string>) => answered(request(app).get(path).set(headers));
const VIDEOS = '/api/v1/videos';

describe('a preflight', () => {
  it('is answered to any site, because it cannot carry the token, and never allows cookies', async () => {
    const { status, headers } = await preflight(VIDEOS, 'https://anywhere.example');
    assert.equal(status, 204);
    assert.equal(headers[ACAO], 'https://anywhere.example');
    assert.equal(headers['vary'], 'Origin');
    assert.equal(headers['access-control-max-age'], '600');
    assert.match(headers['access-control-allow-headers'] ?? '', /Authorization, Content-Type/);
    assert.equal(headers['access-control-allow-credentials'], undefined);
  });

  it('allows the same methods everywhere', async () => {
    const { headers } = await preflight(`/api/v1/videos/${VIDEO}`, SITE, 'DELETE');
    assert.equal(headers['access-control-allow-methods'], 'GET, HEAD, POST, PATCH, DELETE');
  });

  it('allows nothing to what is no site', async () => {
    for (const origin of ['null', 'file://', 'https://a.example/path', 'https://A.example', 'ftp://a.example', 'https://user@a.example'])
      assert.equal((await preflight(VIDEOS, origin)).headers[ACAO], undefined, origin);
  });

  it('allows nothing where only a secret key will do', async () => {
    assert.equal((await preflight('/api/v1/sessions', SITE, 'POST')).headers[ACAO], undefined);
  });

  it('opens a lease’s files to every page, and its renewal to sites only', async () => {
    const file = await preflight(`/api/v1/play/${LEASE}/analysis.mp4`, 'null');
    assert.equal(file.headers[ACAO], '*');
    assert.match(file.headers['access-control-allow-headers'] ?? '', /Range/);
    assert.equal((await preflight(`/api/v1/play/${LEASE}/renew`, SITE, 'POST')).headers[ACAO], SITE);
  });
});

describe('an answer in a browser', () => {
  it('is readable on a site the session names', async () => {
    const { status, headers } = await get(VIDEOS, { Authorization: `Bearer ${SESSION}`, Origin: SITE });
    assert.deepEqual([status, headers[ACAO], headers['vary']], [200, SITE, 'Origin']);
    assert.equal(
      headers['access-control-expose-headers'],
      'X-Request-Id, ETag, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed',
    );
  });

  it('is refused unreadably on any other site', async () => {
    for (const origin of [
      'https://evil.example',
      'https://club.example.evil.example',
      'http://club.example',
      'https://club.example:8443',
      'null',
    ]) {
      const { status, headers, body } = await get(VIDEOS, { Authorization: `Bearer ${SESSION}`, Origin: origin });
      assert.deepEqual([status, body['code'], headers[ACAO]], [403, 'auth.origin_not_allowed', undefined], origin);
    }
  });

  it('that asks for a new session is readable, or no element could renew', async () => {
    const { status, headers } = await get(VIDEOS, { Authorization: 'Bearer va_st_expired', Origin: SITE });
    assert.deepEqual([status, headers[ACAO]], [401, SITE]);
  });

  it('that asks to try again is readable too', async () => {
    const down = appWith({ credentials: { authenticate: () => Promise.reject(new Error('Connection terminated unexpectedly')) } });
    const { status, headers } = await answered(
      request(down.app)
        .get(VIDEOS)
        .set({ Authorization: `Bearer ${SESSION}`, Origin: SITE }),
    );
    assert.deepEqual([status, headers[ACAO]], [503, SITE]);
  });

  it('that refuses the request itself is readable on an accepted site', async () => {
    const { status, headers } = await get(`${VIDEOS}?limit=0`, { Authorization: `Bearer ${SESSION}`, Origin: SITE });
    assert.deepEqual([status, headers[ACAO]], [400, SITE]);
  });

  it('refuses a secret key, unreadably', async () => {
    const { status, headers, body } = await get(VIDEOS, { Authorization: `Bearer ${SECRET_KEY}`, Origin: SITE });
    assert.deepEqual([status, body['code'], headers[ACAO]], [403, 'auth.secret_key_in_browser', undefined]);
  });

  it('of a lease is readable everywhere, with what a player needs', async () => {
    const { headers } = await get(`/api/v1/play/${LEASE}/analysis.mp4`, { Origin: 'https://anywhere.example' });
    assert.equal(headers[ACAO], '*');
    assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
    assert.match(headers['access-control-expose-headers'] ?? '', /Content-Length, Content-Range, Accept-Ranges/);
  });
});

describe('a credential', () => {
  it('in an address is refused, even next to a good one', async () => {
    const { status, body } = await get(`${VIDEOS}?cursor=${SECRET_KEY}`, { Authorization: `Bearer ${SESSION}` });
    assert.deepEqual([status, body['code']], [401, 'auth.invalid']);
  });

  it('comes as a bearer, in any case, and in no other scheme', async () => {
    assert.equal((await get(VIDEOS, { Authorization: `bearer ${SESSION}` })).status, 200);
    for (const header of [SESSION, `Basic ${SESSION}`, `Bearer ${SESSION} x`, 'Bearer ', `Bearer ${SESSION},${SESSION}`])
      assert.equal((await get(VIDEOS, { Authorization: header })).body['code'], 'auth.invalid', header);
  });
});

describe('an origin', () => {
  it('is scheme, host and port', () => {
    assert.equal(wellFormedOrigin('http://localhost:5173'), 'http://localhost:5173');
    assert.equal(wellFormedOrigin('https://a.example:443'), null);
    assert.equal(wellFormedOrigin(undefined), null);
  });
});
