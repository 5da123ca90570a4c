import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startClub, type Club, type Person } from './support/club.ts';
import { uploadClip } from './support/clips.ts';
import { PORTAL_ORIGIN, startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let player: Person;
const ids: string[] = [];
const bytes = Buffer.alloc(100, 1);

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  player = await club.person('player', 'player-1');
  for (let i = 0; i < 7; i++)
    ids.unshift((await uploadClip(player.api, bytes, { category: i % 2 === 0 ? 'swing' : 'putt', title: `Clip ${String(i)}` })).id);
  // Rows of one statement share a timestamp: paging must not lose one of them.
  await system.database
    .admin('video')
    .whereIn('id', ids.slice(0, 4))
    .update({ createdAt: new Date('2026-03-01T10:00:00Z') });
  await system.database
    .admin('video')
    .whereIn('id', ids.slice(4))
    .update({ createdAt: new Date('2026-02-01T10:00:00Z') });
});
after(() => system.stop());

describe('the library', () => {
  it('pages through everything once, newest first, whatever the page size', async () => {
    for (const limit of [1, 2, 3, 100]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { data } = await player.api.GET('/api/v1/videos', { params: { query: { limit, ...(cursor !== undefined && { cursor }) } } });
        assert.ok(data && data.items.length <= limit);
        seen.push(...data.items.map(({ id }) => id));
        cursor = data.nextCursor ?? undefined;
      } while (cursor !== undefined);
      assert.deepEqual([...seen].sort(), [...ids].sort());
      assert.deepEqual(new Set(seen.slice(0, 4)), new Set(ids.slice(0, 4)));
    }
  });

  it('filters by category, status and athlete', async () => {
    const count = async (query: Record<string, string>) =>
      (await player.api.GET('/api/v1/videos', { params: { query } })).data?.items.length;
    assert.deepEqual([await count({ category: 'swing' }), await count({ category: 'putt' }), await count({ category: 'none' })], [4, 3, 0]);
    assert.deepEqual(
      [await count({ status: 'uploaded' }), await count({ status: 'ready' }), await count({ playerId: player.id })],
      [7, 0, 7],
    );
  });

  it('refuses a cursor of another list, a broken one, and an impossible limit', async () => {
    const { data } = await player.api.GET('/api/v1/videos', { params: { query: { limit: 1, category: 'swing' } } });
    for (const [query, code] of [
      [{ cursor: data?.nextCursor ?? '' }, 'cursor.invalid'],
      [{ cursor: 'bm9uc2Vuc2U' }, 'cursor.invalid'],
      [{ limit: 0 }, 'request.invalid'],
      [{ limit: 1_000_000_000 }, 'request.invalid'],
      [{ sort: 'title' }, 'request.invalid'],
    ] as const) {
      const { response, error } = await player.api.GET('/api/v1/videos', { params: { query: query as { cursor?: string } } });
      assert.deepEqual([response.status, error?.code], [400, code], JSON.stringify(query));
    }
  });

  it('describes a video, and refuses what it does not know', async () => {
    const videoId = ids[0] ?? '';
    const path = { videoId };
    const changed = await player.api.PATCH('/api/v1/videos/{videoId}', {
      params: { path },
      body: { title: 'Driver', clubType: 'driver', captureFps: 240, metadata: { lesson: '7' } },
    });
    assert.deepEqual(
      [changed.data?.title, changed.data?.clubType, changed.data?.captureFps, changed.data?.metadata],
      ['Driver', 'driver', 240, { lesson: '7' }],
    );
    const refused = await player.api.PATCH('/api/v1/videos/{videoId}', { params: { path }, body: { status: 'ready' } as never });
    assert.deepEqual([refused.response.status, refused.error?.code, refused.error?.field], [400, 'request.invalid', 'status']);
  });
});

describe('a session', () => {
  it('is minted by a secret key only, never wider than the role and the key', async () => {
    const request = { actor: { externalId: 'guardian-7', role: 'guardian' as const, displayName: 'G' }, origins: [PORTAL_ORIGIN] };
    const { data } = await club.server.POST('/api/v1/sessions', { body: { ...request, scopes: ['videos:read', 'annotations:write'] } });
    assert.deepEqual(data?.scopes, ['videos:read']);
    const { response, error } = await player.api.POST('/api/v1/sessions', { body: request });
    assert.deepEqual([response.status, error?.code], [403, 'auth.secret_key_required']);
  });

  it('restricted to some videos knows no others', async () => {
    const { data } = await club.server.POST('/api/v1/sessions', {
      body: { actor: { externalId: 'player-1', role: 'player', displayName: 'P' }, origins: [PORTAL_ORIGIN], videoIds: [ids[0] ?? ''] },
    });
    const get = (path: string) =>
      fetch(`${system.url}${path}`, { headers: { Authorization: `Bearer ${data?.token ?? ''}`, Origin: PORTAL_ORIGIN } });
    assert.equal(((await (await get('/api/v1/videos')).json()) as { items: unknown[] }).items.length, 1);
    assert.equal((await get(`/api/v1/videos/${ids[0] ?? ''}`)).status, 200);
    assert.equal((await get(`/api/v1/videos/${ids[1] ?? ''}`)).status, 403);
  });

  it('works on its own sites only, to the letter', async () => {
    const ask = (origin?: string) =>
      fetch(`${system.url}/api/v1/videos`, { headers: { Authorization: `Bearer ${player.token}`, ...(origin && { Origin: origin }) } });
    assert.equal((await ask(PORTAL_ORIGIN)).status, 200);
    for (const origin of [`${PORTAL_ORIGIN}.evil.com`, 'https://portal.test', `${PORTAL_ORIGIN}:8080`, 'null']) {
      const response = await ask(origin);
      assert.deepEqual([response.status, response.headers.get('access-control-allow-origin')], [403, null], origin);
    }
  });

  it('ends with its time', async () => {
    const short = await club.person('coach', 'coach-7');
    await system.database
      .admin('session')
      .where({ userId: short.id })
      .update({ expiresAt: new Date(Date.now() - 1000) });
    const { response, error } = await short.api.GET('/api/v1/videos');
    assert.deepEqual([response.status, error?.code], [401, 'auth.invalid']);
  });
});

describe('a secret key', () => {
  it('from a browser is refused before anything happens', async () => {
    const response = await fetch(`${system.url}/api/v1/videos`, {
      headers: { Authorization: `Bearer ${club.secretKey}`, Origin: PORTAL_ORIGIN },
    });
    assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [403, 'auth.secret_key_in_browser']);
  });

  it('is stored nowhere', async () => {
    const { rows } = await system.database.admin.raw<{ rows: { text: string }[] }>(
      'select k::text as text from api_key k union all select s::text from session s',
    );
    assert.ok(rows.length > 0 && !rows.some(({ text }) => text.includes(club.secretKey) || text.includes(player.token)));
  });
});

describe('the audit log', () => {
  it('can be written and read by the application, never changed, not even by the owner', async () => {
    const within = (sql: string) =>
      system.app.transaction(async (trx) => {
        await trx.raw(`select set_config('app.tenant_id', ?, true)`, [club.tenantId]);
        await trx.raw(sql);
      });
    await assert.rejects(within(`update audit_event set action = 'X'`), /permission denied/);
    await assert.rejects(within('delete from audit_event'), /permission denied/);
    await assert.rejects(system.database.admin.raw(`update audit_event set action = 'X'`), /append-only/);
  });
});
