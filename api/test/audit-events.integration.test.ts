import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { components, operations } from '../../domain/generated/openapi.ts';
import { startClub, type Api, type Club, type Person } from './support/club.ts';
import { PORTAL_ORIGIN, startTestSystem, type TestSystem } from './support/system.ts';
import { uploadClip } from './support/clips.ts';

type Query = NonNullable<operations['listAuditEvents']['parameters']['query']>;
type Page = components['schemas']['AuditEventPage'];

let system: TestSystem;
let club: Club;
let other: Club;
let [admin, coach, kari, ola]: Person[] = [];

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Logged');
  other = await startClub(system, 'Other');
  [admin, coach, kari, ola] = [
    await club.person('admin', 'admin-1'),
    await club.person('coach', 'coach-1'),
    await club.person('player', 'kari'),
    await club.person('player', 'ola'),
  ];
  for (const player of [kari, ola]) {
    await club.coaches(coach, player);
    await club.consents(player, 'coach_review');
  }
});
after(() => system.stop());

const there = <T>(value: T | undefined): T => {
  assert.ok(value !== undefined);
  return value;
};

const list = async (api: Api, query: Query = {}): Promise<Page> =>
  there((await api.GET('/api/v1/audit-events', { params: { query } })).data);

const refusal = async (api: Api, query: Query = {}): Promise<readonly [number, unknown]> => {
  const { response, error } = await api.GET('/api/v1/audit-events', { params: { query } });
  return [response.status, error?.code];
};

const countOf = async (action: string): Promise<number> => {
  const rows = await system.database.admin('auditEvent').where({ tenantId: club.tenantId, action });
  return rows.length;
};

describe('the audit log', () => {
  it('is read by an admin and by the secret key, and by nobody else', async () => {
    for (const person of [there(coach), there(kari)]) assert.deepEqual(await refusal(person.api), [403, 'access.scope_missing']);
    assert.ok((await list(there(admin).api)).items.length > 0);
    assert.ok((await list(club.server)).items.length > 0);
  });

  it('is refused to an admin whose session is restricted to one athlete, except about that one', async () => {
    const { data } = await club.server.POST('/api/v1/sessions', {
      body: {
        actor: { externalId: 'admin-1', role: 'admin', displayName: 'Admin' },
        origins: [PORTAL_ORIGIN],
        playerIds: [there(kari).id],
      },
    });
    const headers = { Authorization: `Bearer ${there(data).token}`, Origin: PORTAL_ORIGIN };
    const ask = async (query: string): Promise<number> => (await fetch(`${system.url}/api/v1/audit-events${query}`, { headers })).status;
    assert.deepEqual([await ask(''), await ask(`?subjectId=${there(ola).id}`), await ask(`?subjectId=${there(kari).id}`)], [403, 403, 200]);
  });

  it('holds nothing of another club', async () => {
    const { items } = await list(other.server);
    const ours = new Set((await list(club.server, { limit: 100 })).items.map(({ id }) => id));
    assert.ok(!items.some(({ id }) => ours.has(id)));
    assert.deepEqual((await list(other.server, { subjectId: there(kari).id })).items, []);
  });

  it('shows an attempt to reach into another club, in the log of whoever tried', async () => {
    const video = await uploadClip(there(kari).api, Buffer.alloc(64 * 1024, 1), { playerId: there(kari).id });
    assert.equal((await other.server.GET('/api/v1/videos/{videoId}', { params: { path: { videoId: video.id } } })).response.status, 404);
    await system.missing.flush();
    for (const query of [{ action: 'CROSS_TENANT_ATTEMPT' }, { kind: 'anomaly' }] as const) {
      const { items } = await list(other.server, query);
      assert.deepEqual(
        items.map(({ resourceType, resourceId }) => [resourceType, resourceId]),
        [['video', video.id]],
      );
    }
    assert.deepEqual((await list(club.server, { kind: 'anomaly' })).items, []);
    const events = await system.database
      .admin<{ tenantId: string; name: string; payload: unknown }>('event')
      .where({ name: 'security.anomaly' });
    const [entry] = (await list(other.server, { kind: 'anomaly' })).items;
    assert.deepEqual(
      events.map(({ tenantId, payload }) => [tenantId, payload]),
      [[other.tenantId, { action: 'CROSS_TENANT_ATTEMPT', auditId: entry?.id }]],
    );
  });

  it('is filtered by who, what, on what, about whom and when', async () => {
    const video = await uploadClip(there(coach).api, Buffer.alloc(64 * 1024, 2), { playerId: there(ola).id });
    const only = { resourceType: 'video', resourceId: video.id };
    const actions = async (query: Query): Promise<string[]> => (await list(club.server, query)).items.map(({ action }) => action);
    assert.deepEqual(await actions(only), ['VIDEO_UPLOADED', 'VIDEO_UPLOAD_STARTED']);
    assert.deepEqual(await actions({ ...only, action: 'VIDEO_UPLOADED' }), ['VIDEO_UPLOADED']);
    assert.deepEqual(await actions({ ...only, actorId: there(coach).id, subjectId: there(ola).id }), [
      'VIDEO_UPLOADED',
      'VIDEO_UPLOAD_STARTED',
    ]);
    assert.deepEqual(await actions({ ...only, actorId: there(kari).id }), []);
    assert.deepEqual(await actions({ ...only, subjectId: there(kari).id }), []);
    const [uploaded] = await system.database
      .admin<{ occurredAt: Date; action: string; resourceId: string }>('auditEvent')
      .where({ action: 'VIDEO_UPLOADED', resourceId: video.id })
      .select('occurredAt');
    // To the millisecond below, because that is what a date in a request can say.
    const from = there(uploaded).occurredAt.toISOString();
    assert.deepEqual(await actions({ ...only, from }), ['VIDEO_UPLOADED']);
    assert.deepEqual(await actions({ ...only, to: from }), ['VIDEO_UPLOAD_STARTED']);
  });

  it('enters each look at what is about an athlete, with the athlete where it is one, and no look at anything else', async () => {
    const before = await countOf('AUDIT_READ');
    await list(there(admin).api, { action: 'SESSION_CREATED' });
    assert.equal(await countOf('AUDIT_READ'), before);
    await list(there(admin).api, { subjectId: there(kari).id });
    await list(there(admin).api, { action: 'CONSENT_GRANTED' });
    const { items } = await list(club.server, { action: 'AUDIT_READ', actorId: there(admin).id, limit: 2 });
    assert.deepEqual(
      items.map(({ subjectId, metadata }) => [subjectId, metadata['athletes']]),
      [
        [null, 2],
        [there(kari).id, 1],
      ],
    );
  });

  it('is paged by its own order: everything once, whatever is written meanwhile', async () => {
    const query = { to: new Date().toISOString() };
    const all = (await list(club.server, { ...query, limit: 100 })).items.map(({ sequence }) => sequence);
    assert.deepEqual(
      all,
      [...all].sort((a, b) => b - a),
    );
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await list(club.server, { ...query, limit: 3, ...(cursor !== null && { cursor }) });
      seen.push(...page.items.map(({ sequence }) => sequence));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(seen, all);
  });

  it('takes no cursor of another list, and no time that is none', async () => {
    const { nextCursor } = await list(club.server, { limit: 1 });
    assert.deepEqual(await refusal(club.server, { cursor: there(nextCursor ?? undefined), action: 'X' }), [400, 'cursor.invalid']);
    assert.deepEqual(await refusal(club.server, { cursor: 'x' }), [400, 'cursor.invalid']);
    assert.deepEqual(await refusal(club.server, { from: '2026-06-30T23:59:60Z' }), [400, 'request.invalid']);
    assert.deepEqual(await refusal(club.server, { from: 'yesterday' }), [400, 'request.invalid']);
  });
});
