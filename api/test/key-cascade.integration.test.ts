import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe } from 'node:test';
import { SCOPES, type Role } from '../../domain/access/roles.ts';
import { numberedCase } from './support/cases.ts';
import { apiFor, type Api } from './support/club.ts';
import { eventually, startGatewayRig, type GatewayRig } from './support/gateway-rig.ts';
import { PORTAL_ORIGIN } from './support/system.ts';

const clip = randomBytes(20_000);
let rig: GatewayRig;
let videoId: string;
before(async () => {
  rig = await startGatewayRig('disk');
  videoId = await rig.publish(clip);
});
after(() => rig.stop());

/** Everything that hangs on one key: a session, what is watched with it, and what is watched with the key itself. */
interface Tree {
  readonly keyId: string;
  readonly key: Api;
  readonly session: Api;
  readonly personId: string;
  readonly externalId: string;
  readonly leases: { readonly ofSession: string; readonly ofKey: string };
}

let trees = 0;

async function grow(role: Role = 'admin'): Promise<Tree> {
  trees += 1;
  const { system, club } = rig;
  const externalId = `${role}-of-tree-${String(trees)}`;
  const secret = await system.operator.createKey(club.tenantId, 'A tree', { scopes: SCOPES });
  const keyId = (await system.operator.keys(club.tenantId))[0]?.key.id ?? '';
  const key = apiFor(system.url, secret);
  const { data } = await key.POST('/api/v1/sessions', {
    body: { actor: { externalId, role, displayName: externalId }, origins: [PORTAL_ORIGIN] },
  });
  if (!data) throw new Error('no session');
  const session = apiFor(system.url, data.token, PORTAL_ORIGIN);
  const leases = { ofSession: await open(session), ofKey: await open(key) };
  return { keyId, key, session, personId: data.actor.id, externalId, leases };
}

async function open(api: Api): Promise<string> {
  const { data, error } = await api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
  if (!data) throw new Error(JSON.stringify(error));
  return data.sources.analysis.url;
}

const media = async (url: string): Promise<number> => {
  const response = await fetch(url, { headers: { Range: 'bytes=0-99' } });
  await response.arrayBuffer();
  return response.status;
};
const call = async (api: Api): Promise<number> => (await api.GET('/api/v1/videos')).response.status;

const statuses = async ({ key, session, leases }: Tree): Promise<readonly number[]> => [
  ...[await call(key), await call(session), await media(leases.ofSession), await media(leases.ofKey)],
];

/** Everything lives and is remembered by the gateway; then it ends, and only what is to die does. @returns milliseconds */
async function endedWithin(tree: Tree, end: () => Promise<unknown>, expected: readonly number[]): Promise<number> {
  const alive = [await statuses(tree), await statuses(tree)];
  assert.deepEqual(alive, [
    [200, 200, 206, 206],
    [200, 200, 206, 206],
  ]);
  await end();
  const ended = performance.now();
  await eventually(async () => String(await statuses(tree)) === String(expected));
  return performance.now() - ended;
}

const path = (keyId: string) => ({ params: { path: { keyId } } });
const asOwner = (sql: string, value: string): Promise<unknown> =>
  rig.system.app.transaction(async (trx) => {
    await trx.raw(`select set_config('app.tenant_id', ?, true)`, [rig.club.tenantId]);
    await trx.raw(sql, [value]);
  });

/** What ends, and what is answered afterwards to: the key, the session, the session's lease, the key's lease. */
const ENDS: readonly (readonly [what: string, end: (tree: Tree) => Promise<unknown>, expected: readonly number[]])[] = [
  ['a key revoked', ({ keyId }) => rig.club.server.DELETE('/api/v1/keys/{keyId}', path(keyId)), [401, 401, 410, 410]],
  ['a key revoked by the operator', ({ keyId }) => rig.system.operator.revokeKey(rig.club.tenantId, keyId), [401, 401, 410, 410]],
  [
    'a key rotated without an overlap',
    ({ keyId }) => rig.club.server.POST('/api/v1/keys/{keyId}/rotate', { ...path(keyId), body: { overlapHours: 0 } }),
    [401, 401, 410, 410],
  ],
  [
    'a key rotated with an overlap',
    ({ keyId }) => rig.club.server.POST('/api/v1/keys/{keyId}/rotate', { ...path(keyId), body: {} }),
    [200, 200, 206, 206],
  ],
  [
    'a key that runs out while it is used',
    ({ keyId }) => asOwner(`update api_key set expires_at = now() + interval '1 second' where id = ?`, keyId),
    [401, 401, 410, 410],
  ],
  [
    'a person deactivated',
    ({ externalId }) => rig.club.server.POST('/api/v1/people/{externalId}/deactivate', { params: { path: { externalId } } }),
    [200, 401, 410, 206],
  ],
  [
    'a role changed',
    ({ externalId }) =>
      rig.club.server.PUT('/api/v1/people/{externalId}', {
        params: { path: { externalId } },
        body: { displayName: 'Kari', role: 'player' },
      }),
    [200, 200, 410, 206],
  ],
  ['a session ended', ({ session }) => session.DELETE('/api/v1/sessions/current'), [200, 401, 410, 206]],
];

describe('what hangs on a key', () => {
  for (const [what, end, expected] of ENDS)
    numberedCase('G49', 'disk', what, async () => {
      const tree = await grow();
      const ms = await endedWithin(tree, () => end(tree), expected);
      const [key, session, ofSession, ofKey] = expected.map(String);
      return `key ${key ?? ''}, session ${session ?? ''}, their leases ${ofSession ?? ''} and ${ofKey ?? ''}, ${ms.toFixed(0)} ms after; there are no sockets yet`;
    });

  numberedCase('G49', 'disk', 'a session keeps no scope that the role has lost', async () => {
    const { session, externalId } = await grow('admin');
    assert.equal((await session.GET('/api/v1/people')).response.status, 200);
    const body = { displayName: 'Kari', role: 'player' } as const;
    await rig.club.server.PUT('/api/v1/people/{externalId}', { params: { path: { externalId } }, body });
    const { data } = await session.GET('/api/v1/sessions/current');
    assert.ok(data && !data.scopes.includes('people:read') && !data.scopes.includes('audit:read'));
    assert.equal((await session.GET('/api/v1/people')).response.status, 403);
    return 'people:read and audit:read are gone with the next request';
  });
});
