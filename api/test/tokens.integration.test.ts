import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SCOPES } from '../../domain/access/roles.ts';
import { s3ReadSigner } from '../platform/read-signer.ts';
import { numberedCase } from './support/cases.ts';
import { deadTokens } from './support/dead-tokens.ts';
import { addFile, startGatewayRig } from './support/gateway-rig.ts';
import { jwtTricks } from './support/jwt-tricks.ts';
import { SECRETS } from './support/log-watch.ts';
import { PORTAL_ORIGIN, type TestSystem } from './support/system.ts';
import { photograph, startTwoSides, validRequest, type Side } from './support/tenancy-matrix.ts';
import { readOperations, type SpecOperation } from './support/tenancy-places.ts';
import { bearer, send, type Dress, type Reply } from './support/token-calls.ts';

const OPERATIONS = readOperations().filter(({ isPublic }) => !isPublic);
const WRITES = OPERATIONS.filter(({ method }) => method !== 'get');
interface Trace {
  readonly id: string;
  readonly tenantId: string;
  readonly action: string;
  readonly resourceId: string;
  readonly metadata: unknown;
}
interface Told {
  readonly tenantId: string;
  readonly name: string;
  readonly payload: unknown;
}

const n = (list: readonly unknown[]): string => String(list.length);

let system: TestSystem;
let mine: Side;
let theirs: Side;
before(async () => {
  ({ system, mine, theirs } = await startTwoSides());
});
after(() => system.stop());

const ask = (operation: SpecOperation, dress: Dress): Promise<Reply> => send(system, mine, operation, dress);

/** What is answered must be this, whatever is asked; and nothing of the tenant changes. @returns how many requests */
async function allRefused(
  operations: readonly SpecOperation[],
  dresses: Readonly<Record<string, Dress>>,
  check: (reply: Reply, what: string) => void,
): Promise<number> {
  const picture = await photograph(system, mine.club.tenantId);
  for (const operation of operations)
    for (const [name, dress] of Object.entries(dresses)) check(await ask(operation, dress), `${operation.operationId}, ${name}`);
  assert.equal(await photograph(system, mine.club.tenantId), picture, 'something was changed');
  return operations.length * Object.keys(dresses).length;
}

const is401 = ({ status, code }: Reply, what: string): void => assert.deepEqual([status, code], [401, 'auth.invalid'], what);

/** Everything a session of somebody who may do everything can carry, but only to read. */
async function readOnlySession(): Promise<string> {
  const { data } = await mine.club.server.POST('/api/v1/sessions', {
    body: {
      actor: { externalId: 'reader', role: 'admin', displayName: 'Reader' },
      origins: [PORTAL_ORIGIN],
      scopes: SCOPES.filter((scope) => scope.endsWith(':read')),
    },
  });
  return data?.token ?? '';
}

describe('tokens and keys', () => {
  numberedCase('G47', 'disk', 'no token, garbage, truncated, expired, revoked: every operation', async () => {
    const dead = await deadTokens(system, mine);
    const bodies = new Set<string>();
    const dresses = Object.fromEntries(Object.entries(dead).map(([name, authorization]) => [name, { authorization }]));
    const asked = await allRefused(OPERATIONS, dresses, (reply, what) => {
      is401(reply, what);
      bodies.add(reply.text);
    });
    assert.equal(bodies.size, 1, [...bodies].join('\n'));
    return `${String(asked)} requests (${n(OPERATIONS)} operations, ${n(Object.keys(dead))} tokens): 401, one body but for the request id`;
  });

  numberedCase('G48', 'disk', 'a session that may only read, on every operation that writes', async () => {
    const token = await readOnlySession();
    // They change nothing but the asker's own session: prolonging what may be watched is reading, and giving a session back is free.
    const own = ['renewPlayback', 'endCurrentSession'];
    const writes = WRITES.filter(({ operationId }) => !own.includes(operationId));
    const dress = { authorization: bearer(token), headers: { Origin: PORTAL_ORIGIN } };
    const asked = await allRefused(writes, { 'read only': dress }, ({ status, code }, what) => {
      assert.equal(status, 403, what);
      assert.match(String(code), /^(access\.scope_missing|auth\.secret_key_required)$/, what);
    });
    return `${String(asked)} operations: 403, nothing done (but ${own.join(', ')})`;
  });

  numberedCase('G48', 'disk', 'a forged role, tenant or author in headers and body', async () => {
    const token = await readOnlySession();
    const headers: Readonly<Record<string, string>> = {
      ...{ Origin: PORTAL_ORIGIN, 'X-Tenant-Id': theirs.club.tenantId, 'X-Role': 'admin', 'X-User-Id': theirs.coach.id },
      ...{ 'X-Scopes': SCOPES.join(' '), 'X-Forwarded-User': theirs.coach.id, 'X-Original-URL': '/api/v1/keys' },
      ...{ 'X-HTTP-Method-Override': 'DELETE', Cookie: `role=admin; tenant=${theirs.club.tenantId}; session=${theirs.coach.token}` },
    };
    const reader = { authorization: bearer(token), headers: { Origin: PORTAL_ORIGIN } };
    for (const operation of OPERATIONS.filter(({ method, operationId }) => method === 'get' && !operationId.startsWith('openPlayback'))) {
      const [plain, forged] = [await ask(operation, reader), await ask(operation, { ...reader, headers })];
      assert.equal(forged.status, plain.status, operation.operationId);
      // Reading the log is entered in the log.
      if (!operation.path.includes('/audit-events')) assert.equal(forged.text, plain.text, operation.operationId);
    }
    const members = ['tenantId', 'tenant_id', 'actorId', 'createdById', 'isAdmin', 'roles', 'permissions'];
    const key = { authorization: bearer(mine.club.secretKey) };
    const bodies = WRITES.filter(({ operationId }) => validRequest(operationId, mine).body !== undefined);
    const dresses = Object.fromEntries(members.map((name) => [name, { ...key, body: { [name]: theirs.club.tenantId } }]));
    const asked = await allRefused(bodies, dresses, ({ status, code }, what) =>
      assert.deepEqual([status, code], [400, 'request.invalid'], what),
    );
    return `headers: ignored; ${String(asked)} bodies: 400, nothing done`;
  });

  numberedCase('G51', 'disk', 'a secret key from a page, on every operation', async () => {
    const dress = { authorization: bearer(mine.club.secretKey), headers: { Origin: 'https://leaky.test' } };
    const refused = ({ status, code, headers }: Reply, what: string): void => {
      assert.deepEqual([status, code], [403, 'auth.secret_key_in_browser'], what);
      assert.equal(headers.get('access-control-allow-origin'), null, what);
    };
    const [first] = OPERATIONS;
    if (first) refused(await ask(first, dress), first.operationId);
    const asked = await allRefused(OPERATIONS, { 'in a page': dress }, refused);
    const about = { tenantId: mine.club.tenantId };
    const { admin } = system.database;
    const traces = await admin<Trace>('auditEvent').where({
      ...about,
      action: 'SECRET_KEY_IN_BROWSER',
    });
    const events = await admin<Told>('event').where({ ...about, name: 'security.anomaly' });
    assert.deepEqual(
      traces.map(({ resourceId, metadata }) => [resourceId, metadata]),
      [[mine.ids.keyId, { site: 'https://leaky.test' }]],
    );
    assert.deepEqual(
      events.map(({ payload }) => payload),
      [{ action: 'SECRET_KEY_IN_BROWSER', auditId: traces[0]?.id }],
    );
    return `${String(asked)} operations: 403, unreadable, nothing done; told once: audit SECRET_KEY_IN_BROWSER with the site, event security.anomaly`;
  });

  numberedCase('G52', 'disk', 'a session on a site it does not name, on every operation', async () => {
    const { host } = new URL(PORTAL_ORIGIN);
    const origins = [
      ...['https://evil.test', 'null', `${PORTAL_ORIGIN}.evil.test`, `http://evil-${host}`, `http://sub.${host}`, `${PORTAL_ORIGIN}:8080`],
      ...[
        `https://${host}`,
        `${PORTAL_ORIGIN}/`,
        PORTAL_ORIGIN.toUpperCase(),
        `${PORTAL_ORIGIN}@evil.test`,
        `${PORTAL_ORIGIN} https://evil.test`,
      ],
    ];
    const dresses = Object.fromEntries(
      origins.map((Origin) => [Origin, { authorization: bearer(mine.coach.token), headers: { Origin } }] as const),
    );
    const asked = await allRefused(OPERATIONS, dresses, ({ status, code, headers }, what) => {
      assert.deepEqual([status, code], [403, 'auth.origin_not_allowed'], what);
      assert.equal(headers.get('access-control-allow-origin'), null, what);
    });
    return `${String(asked)} requests (${n(origins)} origins): 403, no Access-Control-Allow-Origin, nothing done`;
  });

  numberedCase('G53', 'disk', 'JSON Web Tokens with every trick, as the bearer of every operation', async () => {
    let fetched = 0;
    const trap = createServer((_req, res) => {
      fetched += 1;
      res.end('{}');
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const tricks = jwtTricks(
      { sub: mine.coach.id, tenant: mine.club.tenantId, scope: SCOPES.join(' ') },
      `http://127.0.0.1:${String((trap.address() as AddressInfo).port)}`,
    );
    const dresses = Object.fromEntries(
      Object.entries(tricks).flatMap(([name, token]) =>
        ['', 'va_st_', 'va_sk_'].map((prefix) => [`${name} ${prefix}`, { authorization: bearer(`${prefix}${token}`) }]),
      ),
    );
    const asked = await allRefused(OPERATIONS, dresses, is401);
    trap.close();
    assert.equal(fetched, 0, 'somebody fetched a key');
    return `${String(asked)} requests (${n(Object.keys(tricks))} tricks, bare and behind both prefixes): 401, no key fetched`;
  });

  numberedCase('G54', 'disk', 'a key in the address of every operation, spelt in any way, alone and next to a good one', async () => {
    const before = system.logLines.length;
    const { secretKey } = mine.club;
    const spelt = [secretKey, encodeURIComponent(secretKey).replaceAll('_', '%5F'), secretKey.replace('va', '%76%61')];
    const queries = spelt.flatMap((key) => [`api_key=${key}`, `access_token=${key}`, `cursor=x%26${key}`]);
    const dresses = Object.fromEntries(
      [null, bearer(secretKey), bearer(mine.coach.token)].flatMap((authorization, i) =>
        queries.map((query, j) => [`${String(i)}.${String(j)}`, { authorization, query }]),
      ),
    );
    const asked = await allRefused(OPERATIONS, dresses, is401);
    for (const path of ['/health/live', `/api/v1/play/${mine.ids.leaseId}/analysis.mp4`])
      assert.equal((await fetch(`${system.url}${path}?key=${secretKey}`)).status, 401, 'where no credential is asked for as well');
    const lines = system.logLines.slice(before);
    assert.ok(lines.length >= asked, 'every request has its line');
    assert.deepEqual(
      lines.filter((line) => SECRETS.test(line) || line.includes('api_key')),
      [],
    );
    return `${String(asked)} requests: 401; their ${n(lines)} log lines name the route and no query`;
  });

  numberedCase('G54', 'disk', 'the log of every operation done and refused, of HEAD and OPTIONS, of addresses that are none', async () => {
    const { secretKey } = mine.club;
    const before = system.logLines.length;
    for (const operation of OPERATIONS)
      await ask(operation, { authorization: bearer(operation.needsSecretKey ? secretKey : mine.coach.token) });
    for (const path of [`/${secretKey}`, `/api/v1/play/${mine.ids.leaseId}/none.mp4`, `/api/v1/videos/${secretKey}`, '/api/v1/videos/%zz'])
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE'])
        await fetch(`${system.url}${path}`, { method, headers: { Authorization: bearer(secretKey), 'X-Request-Id': secretKey } });
    const body = `{"actor": "${secretKey}`;
    const headers = { Authorization: bearer(secretKey), 'Content-Type': 'application/json', 'Idempotency-Key': secretKey };
    await fetch(`${system.url}/api/v1/sessions`, { method: 'POST', headers, body });
    const lines = system.logLines.slice(before);
    assert.deepEqual(
      lines.filter((line) => SECRETS.test(line)),
      [],
    );
    return `${n(lines)} lines, and ${n(system.logLines)} of the suite so far: no key, no token, no signature, no lease`;
  });

  it('would notice a secret in a line', () => {
    const { leaseId } = mine.ids;
    for (const line of [
      mine.club.secretKey,
      mine.coach.token,
      'https://s3.test/k?X-Amz-Signature=ab',
      `/api/v1/play/${leaseId}/analysis.mp4`,
    ])
      assert.match(`{"msg":"${line}"}`, SECRETS);
    assert.doesNotMatch('{"route":"/api/v1/play/{leaseId}/{fileName}","role":"va_app"}', SECRETS);
  });
});

describe('the log of delivery from a store', () => {
  numberedCase('G54', 'disk', 'players that are sent to signed addresses, renew and upload', async () => {
    const signing = { endpoint: 'http://store.test', region: 'us-east-1', bucket: 'media', accessKeyId: 'a', secretAccessKey: 'b' };
    const rig = await startGatewayRig('disk', { kind: 'redirect', signer: s3ReadSigner({ ...signing, forcePathStyle: true }) });
    try {
      const opened = await rig.open(rig.coach, await rig.publish(randomBytes(5000)));
      const file = join(tmpdir(), `va-segment-${String(process.pid)}`);
      await writeFile(file, 'segment');
      await addFile(rig.system, opened.videoId, { name: 'h-00001.m4s', file, sizeBytes: 7, contentType: 'video/iso.segment' });
      await rm(file);
      const segment = await fetch(`${opened.base}h-00001.m4s`, { redirect: 'manual' });
      assert.match(segment.headers.get('location') ?? '', /X-Amz-Signature=/);
      assert.equal((await rig.renew(rig.coach, opened.renewUrl)).status, 200);
      const lines = rig.system.logLines;
      assert.ok(lines.some((line) => line.includes('"route":"/api/v1/play/{leaseId}/{fileName}"')));
      assert.deepEqual(
        lines.filter((line) => SECRETS.test(line)),
        [],
      );
      return `${n(lines)} lines: no signature and no lease`;
    } finally {
      await rig.stop();
    }
  });
});
