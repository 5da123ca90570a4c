import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KEY_SCOPES, SCOPES, type Scope } from '../../domain/access/roles.ts';
import { showKeys } from '../admin-keys.ts';
import { apiFor, startClub, type Api, type Club } from './support/club.ts';
import { PORTAL_ORIGIN, startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let other: Club;
before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  other = await startClub(system, 'Links');
});
after(() => system.stop());

interface Made {
  readonly id: string;
  readonly secret: string;
  readonly api: Api;
}

async function keyWith(more: Parameters<TestSystem['operator']['createKey']>[2] = {}, name = 'A key'): Promise<Made> {
  const secret = await system.operator.createKey(club.tenantId, name, more);
  const id = (await system.operator.keys(club.tenantId))[0]?.key.id ?? '';
  return { id, secret, api: apiFor(system.url, secret) };
}

const listed = async (keyId: string, api = club.server) => {
  const { data } = await api.GET('/api/v1/keys');
  const key = data?.items.find(({ id }) => id === keyId);
  assert.ok(key, 'the key is in the list');
  return key;
};
const rotate = (api: Api, keyId: string, overlapHours?: number) =>
  api.POST('/api/v1/keys/{keyId}/rotate', { params: { path: { keyId } }, body: overlapHours === undefined ? {} : { overlapHours } });
const revoke = (api: Api, keyId: string) => api.DELETE('/api/v1/keys/{keyId}', { params: { path: { keyId } } });
const status = async (api: Api): Promise<number> => (await api.GET('/api/v1/sessions/current')).response.status;
const mint = (api: Api, scopes?: Scope[]) =>
  api.POST('/api/v1/sessions', {
    body: {
      actor: { externalId: 'coach-1', role: 'coach', displayName: 'Kari' },
      origins: [PORTAL_ORIGIN],
      ...(scopes !== undefined && { scopes }),
    },
  });
const codeOf = ({ error, response }: { error?: unknown; response: Response }): unknown => [
  response.status,
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined,
];

interface Trace {
  readonly tenantId: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: string;
  readonly actorId: string | null;
}
const traces = async (keyId: string): Promise<readonly string[]> =>
  (await system.database.admin<Trace>('auditEvent').where({ resourceType: 'key', resourceId: keyId }).orderBy('sequence')).map(
    ({ action }) => action,
  );
const told = async (keyId: string): Promise<readonly string[]> =>
  (
    await system.database
      .admin<{ name: string; createdAt: Date }>('event')
      .whereRaw(`payload->>'keyId' = ?`, [keyId])
      .orderBy('id')
      .select('name')
  ).map(({ name }) => name);

describe('a secret key', () => {
  it('begins with what it is known by, and says whether it is live', async () => {
    const [live, test] = [await keyWith(), await keyWith({ mode: 'test' })];
    assert.match(live.secret, /^va_sk_[0-9a-f]{12}_[\w-]{43}$/);
    assert.match(test.secret, /^va_sk_test_[0-9a-f]{12}_[\w-]{43}$/);
    for (const { id, secret } of [live, test]) {
      const { secrets } = await listed(id);
      assert.ok(secret.startsWith(secrets[0]?.beginning ?? 'none'));
      assert.equal(secrets[0]?.beginning.length, secret.length - 43);
    }
    assert.deepEqual([(await listed(live.id)).mode, (await listed(test.id)).mode], ['live', 'test']);
  });

  it('may do everything but manage keys, unless it is told what it may do', async () => {
    const [usual, narrow] = [await keyWith(), await keyWith({ scopes: ['videos:read'] })];
    assert.deepEqual((await listed(usual.id)).scopes, KEY_SCOPES);
    assert.deepEqual(codeOf(await usual.api.GET('/api/v1/keys')), [403, 'access.scope_missing']);
    assert.deepEqual(codeOf(await narrow.api.GET('/api/v1/people')), [403, 'access.scope_missing']);
    assert.equal((await narrow.api.GET('/api/v1/videos')).response.status, 200);
  });

  it('never gives the managing of keys to a session, nor anything else that it has not itself', async () => {
    const all = await keyWith({ scopes: SCOPES });
    const { data } = await mint(all.api, ['keys:manage', 'videos:read']);
    assert.deepEqual(data?.scopes, ['videos:read']);
    const narrow = await keyWith({ scopes: ['videos:read'] });
    assert.deepEqual((await mint(narrow.api)).data?.scopes, ['videos:read']);
  });

  it('is stored nowhere but as its hash', async () => {
    const { secret } = await keyWith();
    const { rows } = await system.database.admin.raw<{ rows: { found: number }[] }>(
      `select count(*)::int as found from (select t::text from api_key t union all select t::text from api_key_secret t
         union all select t::text from audit_event t union all select t::text from event t union all select t::text from idempotency_key t) x
       where position(? in x.t) > 0`,
      [secret.slice(-43)],
    );
    assert.equal(rows[0]?.found, 0);
  });

  it('is used and seen to be used, without a row for every request', async () => {
    const { id, api } = await keyWith();
    assert.equal((await listed(id)).secrets[0]?.lastUsedAt, null);
    await Promise.all(Array.from({ length: 5 }, () => status(api)));
    const first = (await listed(id)).secrets[0]?.lastUsedAt;
    assert.ok(first);
    await status(api);
    assert.equal((await listed(id)).secrets[0]?.lastUsedAt, first);
  });

  it('was there before its secrets were rows, and goes on working', async () => {
    const { id, secret, api } = await keyWith();
    // As the migration leaves it: the secret's row has the key's own id.
    await system.database.admin('apiKeySecret').where({ apiKeyId: id }).update({ id });
    assert.equal(await status(api), 200);
    assert.notEqual(secret, '');
    const { data } = await rotate(club.server, id);
    assert.equal(data?.key.secrets.at(-1)?.beginning, `va_sk_${id.slice(-12)}_`);
  });
});

describe('a rotation', () => {
  it('puts another secret beside the old one, which ends by itself a day later', async () => {
    const { id, api } = await keyWith({ scopes: SCOPES });
    const asked = Date.now();
    const { data, response } = await rotate(api, id);
    assert.equal(response.status, 201);
    const next = apiFor(system.url, data?.secret ?? '');
    assert.deepEqual([await status(api), await status(next)], [200, 200]);
    const [newer, older] = (await listed(id)).secrets;
    assert.equal(newer?.expiresAt, null);
    const hours = (new Date(older?.expiresAt ?? 0).getTime() - asked) / 3_600_000;
    assert.ok(hours > 23.9 && hours < 24.1, String(hours));
    await system.database.admin('apiKeySecret').where({ apiKeyId: id }).whereNotNull('expiresAt').update({ expiresAt: new Date() });
    assert.deepEqual([await status(api), await status(next)], [401, 200]);
  });

  it('keeps who the key is: its name, its scopes, its sessions, its entries', async () => {
    const { id, api } = await keyWith({ scopes: SCOPES }, 'Portal');
    const { data: before } = await api.GET('/api/v1/sessions/current');
    const { data: session } = await mint(api);
    const { data } = await rotate(api, id);
    const { data: now } = await apiFor(system.url, data?.secret ?? '').GET('/api/v1/sessions/current');
    assert.deepEqual(now, before);
    assert.equal(data?.key.name, 'Portal');
    assert.equal(await status(apiFor(system.url, session?.token ?? '')), 200);
  });

  it('without an overlap ends the old secret and what was opened with it at once', async () => {
    const { id, api } = await keyWith({ scopes: SCOPES });
    const { data: session } = await mint(api);
    const { data } = await rotate(club.server, id, 0);
    assert.deepEqual(
      [await status(api), await status(apiFor(system.url, session?.token ?? '')), await status(apiFor(system.url, data?.secret ?? ''))],
      [401, 401, 200],
    );
  });

  it('that comes while sessions are being minted leaves none of the old secret behind', async () => {
    const { id, api } = await keyWith({ scopes: SCOPES });
    const minting = Array.from({ length: 12 }, () => mint(api));
    const [{ response }, ...minted] = await Promise.all([rotate(club.server, id, 0), ...minting]);
    assert.equal(response.status, 201);
    for (const { data } of minted) if (data && 'token' in data) assert.equal(await status(apiFor(system.url, data.token)), 401);
  });

  it('is told its secret once: under the same Idempotency-Key it is one rotation, and no secret', async () => {
    const { id } = await keyWith({ scopes: SCOPES });
    const ask = () =>
      club.server.POST('/api/v1/keys/{keyId}/rotate', {
        params: { path: { keyId: id }, header: { 'Idempotency-Key': `rotation-of-${id}` } },
        headers: { 'Idempotency-Key': `rotation-of-${id}` },
        body: { overlapHours: 2 },
      });
    const [first, again] = [await ask(), await ask()];
    assert.match(first.data?.secret ?? '', /^va_sk_/);
    assert.deepEqual([again.response.status, again.response.headers.get('idempotent-replayed')], [201, 'true']);
    assert.equal(again.data?.secret, null);
    assert.deepEqual(again.data?.key, first.data?.key);
    assert.equal((await listed(id)).secrets.length, 2);
  });

  it('hands out no more than the key that asks has itself', async () => {
    const wide = await keyWith({ scopes: ['videos:read', 'videos:write'] });
    const manager = await keyWith({ scopes: ['keys:manage', 'videos:read'] });
    assert.deepEqual(codeOf(await rotate(manager.api, wide.id)), [403, 'access.scope_missing']);
    const narrow = await keyWith({ scopes: ['videos:read'] });
    assert.equal((await rotate(manager.api, narrow.id)).response.status, 201);
    const ofTests = await keyWith({ scopes: SCOPES, mode: 'test' });
    assert.deepEqual(codeOf(await rotate(ofTests.api, narrow.id)), [403, 'access.denied']);
    assert.equal((await rotate(ofTests.api, ofTests.id)).response.status, 201);
  });

  it('is not of a key that has ended, nor of another tenant’s, which is noted', async () => {
    const { id } = await keyWith();
    await revoke(club.server, id);
    assert.deepEqual(codeOf(await rotate(club.server, id)), [409, 'key.ended']);
    const expired = await keyWith({ expiresAt: new Date(Date.now() + 1000) });
    await system.database.admin('apiKey').where({ id: expired.id }).update({ expiresAt: new Date() });
    assert.deepEqual(codeOf(await rotate(club.server, expired.id)), [409, 'key.ended']);
    const [theirs] = await system.operator.keys(other.tenantId);
    for (const response of [await rotate(club.server, theirs?.key.id ?? ''), await revoke(club.server, theirs?.key.id ?? '')])
      assert.deepEqual(codeOf(response), [404, 'key.not_found']);
    await system.missing.flush();
    const noted = await system.database
      .admin<Trace>('auditEvent')
      .where({ tenantId: club.tenantId, action: 'CROSS_TENANT_ATTEMPT', resourceId: theirs?.key.id ?? '' });
    assert.equal(noted.length, 2);
  });
});

describe('what becomes of a key', () => {
  it('is in the audit log and told to those who listen', async () => {
    const { id } = await keyWith({ scopes: SCOPES });
    await rotate(club.server, id);
    await system.operator.rotateKey(club.tenantId, id);
    await revoke(club.server, id);
    assert.equal((await revoke(club.server, id)).response.status, 204);
    assert.deepEqual(await traces(id), ['KEY_CREATED', 'KEY_ROTATED', 'KEY_ROTATED', 'KEY_REVOKED']);
    assert.deepEqual(await told(id), ['key.created', 'key.rotated', 'key.rotated', 'key.revoked']);
    assert.notEqual((await listed(id)).revokedAt, null);
  });

  it('can be its own doing', async () => {
    const { id, api } = await keyWith({ scopes: SCOPES });
    assert.equal((await revoke(api, id)).response.status, 204);
    assert.equal(await status(api), 401);
  });

  it('is what the operator is shown, without a secret', async () => {
    const { id, secret } = await keyWith({ mode: 'test', expiresAt: new Date('2030-01-31T00:00:00Z') }, 'Nightly');
    await system.operator.rotateKey(club.tenantId, id, 3);
    const text = await showKeys(system.operator, club.tenantId);
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.startsWith(id));
    assert.match(lines[at] ?? '', / test {2}Nightly {2}ends 2030-01-31T00:00Z$/);
    assert.match(lines[at + 2] ?? '', /va_sk_test_[0-9a-f]{12}_… {2}since .*, last used never, ends with the key$/);
    assert.match(lines[at + 3] ?? '', new RegExp(`${secret.slice(0, -43)}… .*, ends 20\\d\\d-`));
    assert.ok(!text.includes(secret.slice(-43)));
  });
});
