import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { comesOfAgeOn, dayIn } from '../../domain/access/minority.ts';
import type { components } from '../../domain/generated/openapi.ts';
import { apiFor } from './support/club.ts';
import { refusal, startPeopleDesk, type PeopleDesk } from './support/people-desk.ts';

type Role = components['schemas']['Role'];

let desk: PeopleDesk;
before(async () => {
  desk = await startPeopleDesk();
});
after(() => desk.rig.stop());

describe('people are named by their own club', () => {
  it('once, however often it is said; what changes nothing leaves no trace', async () => {
    const externalId = desk.newId();
    const body = { displayName: 'Kari', role: 'player' } as const;
    const answers = [await desk.put(externalId, body), await desk.put(externalId, body)];
    assert.deepEqual(
      answers.map(({ response }) => response.status),
      [201, 200],
    );
    assert.deepEqual(answers[0]?.data, answers[1]?.data);
    const id = answers[0]?.data?.id;
    assert.deepEqual(await desk.traces(id), [['PERSON_ADDED', {}]]);
    assert.deepEqual(await desk.events('person.updated', id), [{ personId: id }]);
  });

  it('once, by ten requests at the same time', async () => {
    const externalId = desk.newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => desk.put(externalId, { displayName: 'Kari', role: 'player' })));
    assert.equal(answers.filter(({ response }) => response.status === 201).length, 1);
    assert.equal(answers.filter(({ response }) => response.status === 200).length, 9);
    assert.equal(new Set(answers.map(({ data }) => data?.id)).size, 1);
  });

  it('anew, and the log says which fields and not what they are', async () => {
    const externalId = await desk.named('player');
    const { data } = await desk.put(externalId, { displayName: 'Kari N.', role: 'player', birthDate: '2010-03-04' });
    assert.deepEqual([data?.displayName, data?.birthDate], ['Kari N.', '2010-03-04']);
    assert.deepEqual((await desk.traces(data?.id))[1], ['PERSON_CHANGED', { fields: 'birthDate,displayName' }]);
  });

  it('with ids of any letters', async () => {
    const externalId = 'åse/1?x=%2F&ø #1';
    const { data } = await desk.put(externalId, { displayName: 'Åse', role: 'coach' });
    assert.equal(data?.externalId, externalId);
    assert.deepEqual((await desk.get(externalId)).data, data);
  });

  it("not by an id that is a key's, a path's or a control character's", async () => {
    for (const externalId of ['key:1', 'a\u0000b', 'a\nb', 'x'.repeat(201)])
      assert.deepEqual(refusal(await desk.put(externalId, { displayName: 'Kari', role: 'player' })), [
        400,
        'request.invalid',
        'externalId',
      ]);
  });

  it('and are nobody before that', async () => {
    assert.deepEqual(refusal(await desk.get('nobody')), [404, 'user.not_found', 'externalId']);
    assert.deepEqual(refusal(await desk.deactivate('nobody')), [404, 'user.not_found', 'externalId']);
  });

  it('by a key that has the scope', async () => {
    const externalId = await desk.named('player');
    const { admin } = desk.rig.system.database;
    const key = await desk.rig.system.operator.createKey(desk.rig.club.tenantId, 'reader');
    const person = (await admin<{ id: string; displayName: string }>('appUser').where({ displayName: 'reader' }).first())?.id ?? '';
    await admin('apiKey')
      .where({ userId: person })
      .update({ scopes: ['people:read'] });
    const reader = apiFor(desk.rig.system.url, key);
    assert.equal((await desk.get(externalId, reader)).response.status, 200);
    assert.deepEqual(refusal(await desk.put(externalId, { displayName: 'K', role: 'player' }, reader)), [403, 'access.scope_missing']);
    await admin('apiKey')
      .where({ userId: person })
      .update({ scopes: ['videos:read'] });
    assert.deepEqual(refusal(await desk.get(externalId, reader)), [403, 'access.scope_missing']);
  });

  it("and are read by an administrator's session, which writes none; by nobody else's", async () => {
    const externalId = await desk.named('player');
    const chief = await desk.rig.club.person('admin', desk.newId());
    assert.equal((await desk.get(externalId, chief.api)).response.status, 200);
    assert.equal((await chief.api.GET('/api/v1/people')).response.status, 200);
    assert.deepEqual(refusal(await desk.put(externalId, { displayName: 'K', role: 'player' }, chief.api)), [
      403,
      'auth.secret_key_required',
    ]);
    for (const { api } of [desk.rig.coach, desk.rig.player]) {
      assert.deepEqual(refusal(await desk.get(externalId, api)), [403, 'access.scope_missing']);
      assert.deepEqual(refusal(await api.GET('/api/v1/people')), [403, 'access.scope_missing']);
    }
  });
});

describe('the list of people', () => {
  const all = async (query: { role?: Role; limit: number }): Promise<readonly components['schemas']['Person'][]> => {
    const found: components['schemas']['Person'][] = [];
    const page = async (cursor?: string): Promise<void> => {
      const { data } = await desk.server.GET('/api/v1/people', {
        params: { query: { ...query, ...(cursor !== undefined && { cursor }) } },
      });
      assert.ok(data && data.items.length <= query.limit);
      found.push(...data.items);
      if (data.nextCursor !== null) await page(data.nextCursor);
    };
    await page();
    return found;
  };

  it('comes in pages that hold everybody once, and none of the keys', async () => {
    const ids = [await desk.named('guardian'), await desk.named('guardian'), await desk.named('guardian'), await desk.named('coach')];
    const everybody = await all({ limit: 2 });
    const externalIds = everybody.map(({ externalId }) => externalId);
    assert.equal(new Set(externalIds).size, externalIds.length);
    assert.deepEqual(
      externalIds.filter((id) => ids.includes(id)),
      ids,
    );
    assert.ok(!externalIds.some((id) => id.startsWith('key:')));
    assert.deepEqual(
      (await all({ limit: 2, role: 'guardian' })).map(({ externalId }) => externalId),
      everybody.filter(({ role }) => role === 'guardian').map(({ externalId }) => externalId),
    );
  });

  it('refuses a cursor of another list', async () => {
    await desk.named('coach');
    const { data } = await desk.server.GET('/api/v1/people', { params: { query: { limit: 1, role: 'coach' } } });
    assert.ok(data?.nextCursor);
    for (const query of [{ cursor: data.nextCursor }, { cursor: 'bm9uc2Vuc2U', role: 'coach' as const }])
      assert.deepEqual(refusal(await desk.server.GET('/api/v1/people', { params: { query } })), [400, 'cursor.invalid', 'cursor']);
  });
});

describe('minority', () => {
  const setTenant = (changes: Readonly<Record<string, unknown>>) =>
    desk.rig.system.database.admin('tenant').where({ id: desk.rig.club.tenantId }).update(changes);
  after(() => setTenant({ ageOfMajority: 18, timeZone: 'UTC' }));

  it('is not known without a birth date, and not any more when it is taken away', async () => {
    const externalId = await desk.named('player');
    const told = async () => {
      const { data } = await desk.get(externalId);
      return [data?.isMinor, data?.birthDate, data?.comesOfAgeAt];
    };
    assert.deepEqual(await told(), [null, null, null]);
    await desk.put(externalId, { displayName: 'Kari', role: 'player', birthDate: '2000-02-29' });
    assert.deepEqual(await told(), [false, '2000-02-29', '2018-03-01T00:00:00.000Z']);
    await desk.put(externalId, { displayName: 'Kari', role: 'player' });
    assert.deepEqual(await told(), [false, '2000-02-29', '2018-03-01T00:00:00.000Z']);
    await desk.put(externalId, { displayName: 'Kari', role: 'player', birthDate: null });
    assert.deepEqual(await told(), [null, null, null]);
  });

  it("goes by the tenant's own age and day", async () => {
    // 25 hours lie between the two: where it is a day's morning, it has not begun elsewhere.
    const birthDate = comesOfAgeOn(dayIn('Pacific/Kiritimati', new Date()), -18);
    const externalId = await desk.named('player', { birthDate });
    const isMinor = async (timeZone: string, ageOfMajority: number) => {
      await setTenant({ timeZone, ageOfMajority });
      return (await desk.get(externalId)).data?.isMinor;
    };
    assert.equal(await isMinor('Pacific/Kiritimati', 18), false);
    assert.equal(await isMinor('Pacific/Pago_Pago', 18), true);
    assert.equal(await isMinor('Pacific/Kiritimati', 21), true);
  });

  it('begins its end at midnight of the place', async () => {
    await setTenant({ timeZone: 'Europe/Oslo', ageOfMajority: 18 });
    const { data } = await desk.get(await desk.named('player', { birthDate: '2012-07-15' }));
    assert.equal(data?.comesOfAgeAt, '2030-07-14T22:00:00.000Z');
  });

  it('is told to others without what gives the birth date away', async () => {
    await setTenant({ timeZone: 'UTC', ageOfMajority: 18 });
    const externalId = await desk.named('player', { birthDate: '2000-01-01' });
    const other = apiFor(desk.rig.system.url, await desk.rig.system.operator.createKey(desk.rig.club.tenantId, 'another'));
    const chief = await desk.rig.club.person('admin', desk.newId());
    for (const api of [other, chief.api]) {
      const { data } = await desk.get(externalId, api);
      assert.deepEqual([data?.isMinor, data?.birthDate, data?.comesOfAgeAt], [false, null, null]);
    }
    const { data } = await desk.put(externalId, { displayName: 'Kari', role: 'player', birthDate: '2000-01-02' }, other);
    assert.equal(data?.birthDate, '2000-01-02');
    assert.equal((await desk.get(externalId)).data?.birthDate, null);
  });

  it('knows no birth that lies ahead, long past, or on no day of the calendar', async () => {
    for (const birthDate of ['2999-01-01', '1899-12-31'])
      assert.deepEqual(refusal(await desk.put(desk.newId(), { displayName: 'Kari', role: 'player', birthDate })), [
        422,
        'person.birth_date_impossible',
        'birthDate',
      ]);
    for (const birthDate of ['2023-02-29', '2010-3-4', '2010-03-04T00:00:00Z'])
      assert.deepEqual(refusal(await desk.put(desk.newId(), { displayName: 'Kari', role: 'player', birthDate })), [
        400,
        'request.invalid',
        'birthDate',
      ]);
  });

  it('is not told by a statement that fails', async () => {
    await assert.rejects(
      async () => desk.rig.system.app.raw('select 1 / 0 from (select ?::date as born) person', ['1987-11-23']),
      (error: Error) => /division by zero/.test(error.message) && !error.message.includes('1987'),
    );
  });

  it('leaves the birth date in its own column and nowhere else', async () => {
    const birthDate = '1987-11-23';
    await desk.named('player', { birthDate });
    const { admin } = desk.rig.system.database;
    const { rows } = await admin.raw<{ rows: { table: string }[] }>(
      `select table_name as table from information_schema.tables where table_type = 'BASE TABLE' and table_schema in ('public', 'queue')`,
    );
    const holding: string[] = [];
    for (const { table } of rows) {
      const schema = (
        await admin.raw<{ rows: { public: boolean }[] }>(`select to_regclass('public.' || quote_ident(?)) is not null as public`, [table])
      ).rows[0]?.public
        ? 'public'
        : 'queue';
      const found = await admin.raw<{ rows: unknown[] }>(`select 1 from ${schema}."${table}" t where t::text like ? limit 1`, [
        `%${birthDate}%`,
      ]);
      if (found.rows.length > 0) holding.push(table);
    }
    assert.deepEqual(holding, ['app_user']);
  });
});
