import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { comesOfAgeOn, dayIn } from '../../domain/access/minority.ts';
import type { components } from '../../domain/generated/openapi.ts';
import { changeTenant } from '../admin-tenant.ts';
import { apiFor, startClub, type Api } from './support/club.ts';
import { eventually, startGatewayRig, type GatewayRig } from './support/gateway-rig.ts';
import { PORTAL_ORIGIN } from './support/system.ts';

type Role = components['schemas']['Role'];
type Upsert = components['schemas']['PersonUpsert'];

let rig: GatewayRig;
let server: Api;

before(async () => {
  rig = await startGatewayRig('disk');
  ({ server } = rig.club);
});
after(() => rig.stop());

let made = 0;
const newId = (): string => `partner-${String((made += 1))}`;

const PERSON = '/api/v1/people/{externalId}';
const at = (externalId: string) => ({ params: { path: { externalId } } });
const put = (externalId: string, body: Upsert, api = server) => api.PUT(PERSON, { ...at(externalId), body });
const get = (externalId: string, api = server) => api.GET(PERSON, at(externalId));
const deactivate = (externalId: string) => server.POST('/api/v1/people/{externalId}/deactivate', at(externalId));
const session = (externalId: string, role: Role) =>
  server.POST('/api/v1/sessions', { body: { actor: { externalId, role, displayName: 'Kari' }, origins: [PORTAL_ORIGIN] } });

async function named(role: Role, more: Partial<Upsert> = {}): Promise<string> {
  const externalId = newId();
  await put(externalId, { displayName: 'Kari', role, ...more });
  return externalId;
}

/** What a refusal says of itself. */
const refusal = ({ error, response }: { error?: unknown; response: Response }): readonly unknown[] => {
  const { code, field } = (error ?? {}) as { code?: unknown; field?: unknown };
  return field === undefined ? [response.status, code] : [response.status, code, field];
};

interface Trace {
  readonly action: string;
  readonly resourceId: string;
  readonly subjectId: string;
  readonly metadata: unknown;
}

const traces = async (id: string | undefined): Promise<readonly (readonly [string, unknown])[]> =>
  (
    await rig.system.database
      .admin<Trace>('auditEvent')
      .where('resourceId', id ?? '')
      .orderBy('occurredAt')
      .orderBy('id')
  ).map(({ action, metadata }) => [action, metadata]);

const events = async (name: string, id: string | undefined): Promise<readonly unknown[]> =>
  (
    await rig.system.database
      .admin<{ name: string; payload: unknown; id: string }>('event')
      .where({ name })
      .whereRaw(`payload->>'personId' = ?`, [id ?? ''])
      .orderBy('id')
  ).map(({ payload }) => payload);

describe('people are named by their own club', () => {
  it('once, however often it is said; what changes nothing leaves no trace', async () => {
    const externalId = newId();
    const body = { displayName: 'Kari', role: 'player' } as const;
    const answers = [await put(externalId, body), await put(externalId, body)];
    assert.deepEqual(
      answers.map(({ response }) => response.status),
      [201, 200],
    );
    assert.deepEqual(answers[0]?.data, answers[1]?.data);
    const id = answers[0]?.data?.id;
    assert.deepEqual(await traces(id), [['PERSON_ADDED', {}]]);
    assert.deepEqual(await events('person.updated', id), [{ personId: id }]);
  });

  it('once, by ten requests at the same time', async () => {
    const externalId = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => put(externalId, { displayName: 'Kari', role: 'player' })));
    assert.equal(answers.filter(({ response }) => response.status === 201).length, 1);
    assert.equal(answers.filter(({ response }) => response.status === 200).length, 9);
    assert.equal(new Set(answers.map(({ data }) => data?.id)).size, 1);
  });

  it('anew, and the log says which fields and not what they are', async () => {
    const externalId = await named('player');
    const { data } = await put(externalId, { displayName: 'Kari N.', role: 'player', birthDate: '2010-03-04' });
    assert.deepEqual([data?.displayName, data?.birthDate], ['Kari N.', '2010-03-04']);
    assert.deepEqual((await traces(data?.id))[1], ['PERSON_CHANGED', { fields: 'birthDate,displayName' }]);
  });

  it('with ids of any letters', async () => {
    const externalId = 'åse/1?x=%2F&ø #1';
    const { data } = await put(externalId, { displayName: 'Åse', role: 'coach' });
    assert.equal(data?.externalId, externalId);
    assert.deepEqual((await get(externalId)).data, data);
  });

  it("not by an id that is a key's, a path's or a control character's", async () => {
    for (const externalId of ['key:1', 'a\u0000b', 'a\nb', 'x'.repeat(201)])
      assert.deepEqual(refusal(await put(externalId, { displayName: 'Kari', role: 'player' })), [400, 'request.invalid', 'externalId']);
  });

  it('and are nobody before that', async () => {
    assert.deepEqual(refusal(await get('nobody')), [404, 'user.not_found', 'externalId']);
    assert.deepEqual(refusal(await deactivate('nobody')), [404, 'user.not_found', 'externalId']);
  });

  it('by a key that has the scope', async () => {
    const externalId = await named('player');
    const { admin } = rig.system.database;
    const key = await rig.system.operator.createKey(rig.club.tenantId, 'reader');
    const person = (await admin<{ id: string; displayName: string }>('appUser').where({ displayName: 'reader' }).first())?.id ?? '';
    await admin('apiKey')
      .where({ userId: person })
      .update({ scopes: ['people:read'] });
    const reader = apiFor(rig.system.url, key);
    assert.equal((await get(externalId, reader)).response.status, 200);
    assert.deepEqual(refusal(await put(externalId, { displayName: 'K', role: 'player' }, reader)), [403, 'access.scope_missing']);
    await admin('apiKey')
      .where({ userId: person })
      .update({ scopes: ['videos:read'] });
    assert.deepEqual(refusal(await get(externalId, reader)), [403, 'access.scope_missing']);
  });

  it("and are read by an administrator's session, which writes none; by nobody else's", async () => {
    const externalId = await named('player');
    const chief = await rig.club.person('admin', newId());
    assert.equal((await get(externalId, chief.api)).response.status, 200);
    assert.equal((await chief.api.GET('/api/v1/people')).response.status, 200);
    assert.deepEqual(refusal(await put(externalId, { displayName: 'K', role: 'player' }, chief.api)), [403, 'auth.secret_key_required']);
    for (const { api } of [rig.coach, rig.player]) {
      assert.deepEqual(refusal(await get(externalId, api)), [403, 'access.scope_missing']);
      assert.deepEqual(refusal(await api.GET('/api/v1/people')), [403, 'access.scope_missing']);
    }
  });
});

describe('the list of people', () => {
  const all = async (query: { role?: Role; limit: number }): Promise<readonly components['schemas']['Person'][]> => {
    const found: components['schemas']['Person'][] = [];
    const page = async (cursor?: string): Promise<void> => {
      const { data } = await server.GET('/api/v1/people', { params: { query: { ...query, ...(cursor !== undefined && { cursor }) } } });
      assert.ok(data && data.items.length <= query.limit);
      found.push(...data.items);
      if (data.nextCursor !== null) await page(data.nextCursor);
    };
    await page();
    return found;
  };

  it('comes in pages that hold everybody once, and none of the keys', async () => {
    const ids = [await named('guardian'), await named('guardian'), await named('guardian'), await named('coach')];
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
    await named('coach');
    const { data } = await server.GET('/api/v1/people', { params: { query: { limit: 1, role: 'coach' } } });
    assert.ok(data?.nextCursor);
    for (const query of [{ cursor: data.nextCursor }, { cursor: 'bm9uc2Vuc2U', role: 'coach' as const }])
      assert.deepEqual(refusal(await server.GET('/api/v1/people', { params: { query } })), [400, 'cursor.invalid', 'cursor']);
  });
});

describe('minority', () => {
  const setTenant = (changes: Readonly<Record<string, unknown>>) =>
    rig.system.database.admin('tenant').where({ id: rig.club.tenantId }).update(changes);
  after(() => setTenant({ ageOfMajority: 18, timeZone: 'UTC' }));

  it('is not known without a birth date, and not any more when it is taken away', async () => {
    const externalId = await named('player');
    const told = async () => {
      const { data } = await get(externalId);
      return [data?.isMinor, data?.birthDate, data?.comesOfAgeAt];
    };
    assert.deepEqual(await told(), [null, null, null]);
    await put(externalId, { displayName: 'Kari', role: 'player', birthDate: '2000-02-29' });
    assert.deepEqual(await told(), [false, '2000-02-29', '2018-03-01T00:00:00.000Z']);
    await put(externalId, { displayName: 'Kari', role: 'player' });
    assert.deepEqual(await told(), [false, '2000-02-29', '2018-03-01T00:00:00.000Z']);
    await put(externalId, { displayName: 'Kari', role: 'player', birthDate: null });
    assert.deepEqual(await told(), [null, null, null]);
  });

  it("goes by the tenant's own age and day", async () => {
    // 25 hours lie between the two: where it is a day's morning, it has not begun elsewhere.
    const birthDate = comesOfAgeOn(dayIn('Pacific/Kiritimati', new Date()), -18);
    const externalId = await named('player', { birthDate });
    const isMinor = async (timeZone: string, ageOfMajority: number) => {
      await setTenant({ timeZone, ageOfMajority });
      return (await get(externalId)).data?.isMinor;
    };
    assert.equal(await isMinor('Pacific/Kiritimati', 18), false);
    assert.equal(await isMinor('Pacific/Pago_Pago', 18), true);
    assert.equal(await isMinor('Pacific/Kiritimati', 21), true);
  });

  it('begins its end at midnight of the place', async () => {
    await setTenant({ timeZone: 'Europe/Oslo', ageOfMajority: 18 });
    const { data } = await get(await named('player', { birthDate: '2012-07-15' }));
    assert.equal(data?.comesOfAgeAt, '2030-07-14T22:00:00.000Z');
  });

  it('is told to others without what gives the birth date away', async () => {
    await setTenant({ timeZone: 'UTC', ageOfMajority: 18 });
    const externalId = await named('player', { birthDate: '2000-01-01' });
    const other = apiFor(rig.system.url, await rig.system.operator.createKey(rig.club.tenantId, 'another'));
    const chief = await rig.club.person('admin', newId());
    for (const api of [other, chief.api]) {
      const { data } = await get(externalId, api);
      assert.deepEqual([data?.isMinor, data?.birthDate, data?.comesOfAgeAt], [false, null, null]);
    }
    const { data } = await put(externalId, { displayName: 'Kari', role: 'player', birthDate: '2000-01-02' }, other);
    assert.equal(data?.birthDate, '2000-01-02');
    assert.equal((await get(externalId)).data?.birthDate, null);
  });

  it('knows no birth that lies ahead, long past, or on no day of the calendar', async () => {
    for (const birthDate of ['2999-01-01', '1899-12-31'])
      assert.deepEqual(refusal(await put(newId(), { displayName: 'Kari', role: 'player', birthDate })), [
        422,
        'person.birth_date_impossible',
        'birthDate',
      ]);
    for (const birthDate of ['2023-02-29', '2010-3-4', '2010-03-04T00:00:00Z'])
      assert.deepEqual(refusal(await put(newId(), { displayName: 'Kari', role: 'player', birthDate })), [
        400,
        'request.invalid',
        'birthDate',
      ]);
  });

  it('is not told by a statement that fails', async () => {
    await assert.rejects(
      async () => rig.system.app.raw('select 1 / 0 from (select ?::date as born) person', ['1987-11-23']),
      (error: Error) => /division by zero/.test(error.message) && !error.message.includes('1987'),
    );
  });

  it('leaves the birth date in its own column and nowhere else', async () => {
    const birthDate = '1987-11-23';
    await named('player', { birthDate });
    const { admin } = rig.system.database;
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

describe('what an operator does from the command line', () => {
  it('is checked and told as what a server does', async () => {
    const { operator } = rig.system;
    const { tenantId } = rig.club;
    const externalId = newId();
    const person = { externalId, role: 'guardian', displayName: 'Ola' } as const;
    const id = await operator.upsertPerson(tenantId, { ...person, birthDate: '1980-05-05' });
    assert.equal(await operator.upsertPerson(tenantId, person), id);
    assert.deepEqual(await traces(id), [['PERSON_ADDED', {}]]);
    const { data } = await get(externalId);
    assert.deepEqual([data?.isMinor, data?.birthDate], [false, null]);
    await operator.linkGuardian(tenantId, id, rig.player.id);
    assert.deepEqual((await traces(id))[1], ['RELATION_ADDED', { kind: 'guardian' }]);
    await assert.rejects(operator.linkCoach(tenantId, id, rig.player.id), { code: 'relation.role_mismatch' });
    await assert.rejects(operator.linkGuardian(tenantId, id, id), { code: 'relation.role_mismatch' });
  });

  it('sets when people come of age, and leaves a trace', async () => {
    const { operator } = rig.system;
    const club = await startClub(rig.system, 'Links');
    const before = { ageOfMajority: 18, ageOfDigitalConsent: 16, timeZone: 'UTC' };
    assert.equal(
      await changeTenant(operator, club.tenantId, {}),
      ['of age          at 18', 'digital consent at 16', 'time zone       UTC'].join('\n'),
    );
    const changes = { ageOfDigitalConsent: 13, timeZone: 'Europe/Oslo' };
    assert.deepEqual(await operator.changeSettings(club.tenantId, changes), { ...before, ...changes });
    assert.deepEqual(await traces(club.tenantId), [['TENANT_CHANGED', changes]]);
    for (const given of [
      { 'age-of-majority': '0' },
      { 'age-of-majority': '31' },
      { 'age-of-majority': 'old' },
      { 'time-zone': 'Atlantis' },
    ])
      await assert.rejects(changeTenant(operator, club.tenantId, given), { name: 'ConfigError' });
  });
});

const TIES = [
  { kind: 'coach', path: '/api/v1/people/{externalId}/coaches/{coachExternalId}', name: 'coachExternalId' },
  { kind: 'guardian', path: '/api/v1/people/{externalId}/guardians/{guardianExternalId}', name: 'guardianExternalId' },
] as const;

describe('ties', () => {
  for (const { kind, path, name } of TIES) {
    const places = (externalId: string, other: string) => ({
      params: { path: { externalId, coachExternalId: other, guardianExternalId: other } },
    });
    const link = (externalId: string, other: string) => server.PUT(path, places(externalId, other));
    const unlink = (externalId: string, other: string) => server.DELETE(path, places(externalId, other));
    const other = kind === 'coach' ? 'guardian' : 'coach';

    it(`${kind}: refused where a role does not fit, and the field is named`, async () => {
      const [player, fitting, wrong] = [await named('player'), await named(kind), await named(other)];
      assert.deepEqual(refusal(await link(player, wrong)), [422, 'relation.role_mismatch', name]);
      assert.deepEqual(refusal(await link(fitting, fitting)), [422, 'relation.role_mismatch', 'externalId']);
      assert.deepEqual(refusal(await link(player, player)), [422, 'relation.role_mismatch', name]);
      assert.deepEqual(refusal(await link(player, 'nobody')), [404, 'user.not_found', name]);
      assert.deepEqual(refusal(await link('nobody', fitting)), [404, 'user.not_found', 'externalId']);
      assert.deepEqual(refusal(await unlink(player, 'nobody')), [404, 'user.not_found', name]);
      await deactivate(fitting);
      assert.deepEqual(refusal(await link(player, fitting)), [409, 'person.deactivated', name]);
    });

    it(`${kind}: made once and ended once, however often it is said`, async () => {
      const [player, person] = [await named('player'), await named(kind)];
      for (const act of [link, link, unlink, unlink]) assert.equal((await act(player, person)).response.status, 204);
      const [playerId, personId] = [(await get(player)).data?.id, (await get(person)).data?.id];
      assert.deepEqual((await traces(personId)).slice(1), [
        ['RELATION_ADDED', { kind }],
        ['RELATION_REMOVED', { kind }],
      ]);
      assert.deepEqual(await events('relation.changed', personId), [
        { kind, personId, playerId, isLinked: true },
        { kind, personId, playerId, isLinked: false },
      ]);
    });

    it(`${kind}: what is watched by it ends with it`, async () => {
      const [player, person] = [await rig.club.person('player', newId()), await rig.club.person(kind, newId())];
      await rig.club.consents(player, 'coach_review');
      const videoId = await rig.publish(randomBytes(2000), player);
      await assert.rejects(rig.open(person, videoId));
      await link(player.externalId, person.externalId);
      const opened = await rig.open(person, videoId);
      assert.equal(await status(opened.analysisUrl), 206);
      await unlink(player.externalId, person.externalId);
      await eventually(async () => (await status(opened.analysisUrl)) === 410);
      assert.equal((await rig.renew(person, opened.renewUrl)).status, 403);
    });
  }
});

const status = async (url: string): Promise<number> => {
  const response = await fetch(url, { headers: { Range: 'bytes=0-99' } });
  await response.arrayBuffer();
  return response.status;
};

describe('a person who is deactivated', () => {
  it('watches nothing more, is nobody to the API, and gets no other session', async () => {
    const [coach, player] = [await rig.club.person('coach', newId()), await rig.club.person('player', newId())];
    await rig.club.coaches(coach, player);
    await rig.club.consents(player, 'coach_review');
    const { analysisUrl, videoId } = await rig.open(coach, await rig.publish(randomBytes(2000), player));
    const others = await rig.open(player, videoId);
    assert.equal(await status(analysisUrl), 206);
    assert.equal((await deactivate(coach.externalId)).response.status, 204);
    await eventually(async () => (await status(analysisUrl)) === 410);
    assert.deepEqual(refusal(await coach.api.GET('/api/v1/videos')), [401, 'auth.invalid']);
    assert.deepEqual(refusal(await session(coach.externalId, 'coach')), [409, 'person.deactivated']);
    assert.equal(await status(others.analysisUrl), 206, 'others watch on');
  });

  it('in the moment of a session that is being minted, or of a lease that is being opened', async () => {
    const coach = await rig.club.person('coach', newId());
    const { admin } = rig.system.database;
    await deactivate(coach.externalId);
    // As another transaction would have left it that read before and wrote after.
    await admin('session').where({ userId: coach.id }).update({ endedAt: null });
    assert.deepEqual(refusal(await coach.api.GET('/api/v1/videos')), [401, 'auth.invalid']);
    const player = await rig.club.person('player', newId());
    const opened = await rig.open(player, await rig.publish(randomBytes(2000), player));
    await deactivate(player.externalId);
    await admin('session').where({ userId: player.id }).update({ endedAt: null });
    await admin('playbackLease').where({ videoId: opened.videoId }).update({ revokedAt: null });
    assert.equal(await status(opened.analysisUrl), 410);
  });

  it('by twenty requests that mint sessions meanwhile, has none that works', async () => {
    const externalId = await named('coach');
    const mint = () => Promise.all(Array.from({ length: 10 }, () => session(externalId, 'coach')));
    const [first, , second] = await Promise.all([mint(), deactivate(externalId), mint()]);
    for (const answer of [...first, ...second])
      if (answer.data) assert.equal((await apiFor(rig.system.url, answer.data.token).GET('/api/v1/videos')).response.status, 401);
      else assert.deepEqual(refusal(answer), [409, 'person.deactivated']);
  });

  it('is told once, and stays so until the return is asked for', async () => {
    const externalId = await named('coach');
    await deactivate(externalId);
    await deactivate(externalId);
    assert.deepEqual(refusal(await put(externalId, { displayName: 'Kari N.', role: 'coach' })), [409, 'person.deactivated', 'reactivate']);
    const { data: away } = await get(externalId);
    assert.ok(away?.deactivatedAt);
    assert.equal(away.displayName, 'Kari');
    const { data: back } = await put(externalId, { displayName: 'Kari', role: 'coach', reactivate: true });
    assert.equal(back?.deactivatedAt, null);
    assert.equal((await session(externalId, 'coach')).response.status, 201);
    assert.deepEqual(await traces(away.id), [
      ['PERSON_ADDED', {}],
      ['PERSON_DEACTIVATED', {}],
      ['PERSON_REACTIVATED', {}],
    ]);
    assert.equal((await events('person.updated', away.id)).length, 3);
  });
});
