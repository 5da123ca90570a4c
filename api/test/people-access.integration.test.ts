import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { changeTenant } from '../admin-tenant.ts';
import { apiFor, startClub } from './support/club.ts';
import { eventually } from './support/gateway-rig.ts';
import { refusal, startPeopleDesk, type PeopleDesk } from './support/people-desk.ts';

let desk: PeopleDesk;
before(async () => {
  desk = await startPeopleDesk();
});
after(() => desk.rig.stop());

const TIES = [
  { kind: 'coach', path: '/api/v1/people/{externalId}/coaches/{coachExternalId}', name: 'coachExternalId' },
  { kind: 'guardian', path: '/api/v1/people/{externalId}/guardians/{guardianExternalId}', name: 'guardianExternalId' },
] as const;

describe('ties', () => {
  for (const { kind, path, name } of TIES) {
    const places = (externalId: string, other: string) => ({
      params: { path: { externalId, coachExternalId: other, guardianExternalId: other } },
    });
    const link = (externalId: string, other: string) => desk.server.PUT(path, places(externalId, other));
    const unlink = (externalId: string, other: string) => desk.server.DELETE(path, places(externalId, other));
    const other = kind === 'coach' ? 'guardian' : 'coach';

    it(`${kind}: refused where a role does not fit, and the field is named`, async () => {
      const [player, fitting, wrong] = [await desk.named('player'), await desk.named(kind), await desk.named(other)];
      assert.deepEqual(refusal(await link(player, wrong)), [422, 'relation.role_mismatch', name]);
      assert.deepEqual(refusal(await link(fitting, fitting)), [422, 'relation.role_mismatch', 'externalId']);
      assert.deepEqual(refusal(await link(player, player)), [422, 'relation.role_mismatch', name]);
      assert.deepEqual(refusal(await link(player, 'nobody')), [404, 'user.not_found', name]);
      assert.deepEqual(refusal(await link('nobody', fitting)), [404, 'user.not_found', 'externalId']);
      assert.deepEqual(refusal(await unlink(player, 'nobody')), [404, 'user.not_found', name]);
      await desk.deactivate(fitting);
      assert.deepEqual(refusal(await link(player, fitting)), [409, 'person.deactivated', name]);
    });

    it(`${kind}: made once and ended once, however often it is said`, async () => {
      const [player, person] = [await desk.named('player'), await desk.named(kind)];
      for (const act of [link, link, unlink, unlink]) assert.equal((await act(player, person)).response.status, 204);
      const [playerId, personId] = [(await desk.get(player)).data?.id, (await desk.get(person)).data?.id];
      assert.deepEqual((await desk.traces(personId)).slice(1), [
        ['RELATION_ADDED', { kind }],
        ['RELATION_REMOVED', { kind }],
      ]);
      assert.deepEqual(await desk.events('relation.changed', personId), [
        { kind, personId, playerId, isLinked: true },
        { kind, personId, playerId, isLinked: false },
      ]);
    });

    it(`${kind}: what is watched by it ends with it`, async () => {
      const [player, person] = [await desk.rig.club.person('player', desk.newId()), await desk.rig.club.person(kind, desk.newId())];
      await desk.rig.club.consents(player, 'coach_review');
      const videoId = await desk.rig.publish(randomBytes(2000), player);
      await assert.rejects(desk.rig.open(person, videoId));
      await link(player.externalId, person.externalId);
      const opened = await desk.rig.open(person, videoId);
      assert.equal(await status(opened.analysisUrl), 206);
      await unlink(player.externalId, person.externalId);
      await eventually(async () => (await status(opened.analysisUrl)) === 410);
      assert.equal((await desk.rig.renew(person, opened.renewUrl)).status, 403);
    });
  }
});

describe('the ties of a person', () => {
  const read = (externalId: string, api = desk.server) => api.GET('/api/v1/people/{externalId}/ties', { params: { path: { externalId } } });

  it('are read by administrators and by a key, and by nobody else; of nobody there are none', async () => {
    const player = await desk.named('player');
    const chief = await desk.rig.club.person('admin', desk.newId());
    assert.equal((await read(player, chief.api)).response.status, 200);
    for (const { api } of [desk.rig.coach, desk.rig.player])
      assert.deepEqual(refusal(await read(player, api)), [403, 'access.scope_missing']);
    assert.deepEqual(refusal(await read('nobody')), [404, 'user.not_found', 'externalId']);
  });

  it('are told from both ends, by name, with those who were deactivated', async () => {
    const player = await desk.named('player', { displayName: 'Emil' });
    const [zoe, aase] = [await desk.named('coach', { displayName: 'Zoe' }), await desk.named('coach', { displayName: 'Anders' })];
    const guardian = await desk.named('guardian', { displayName: 'Ingrid' });
    for (const coachExternalId of [zoe, aase])
      await desk.server.PUT('/api/v1/people/{externalId}/coaches/{coachExternalId}', {
        params: { path: { externalId: player, coachExternalId } },
      });
    await desk.server.PUT('/api/v1/people/{externalId}/guardians/{guardianExternalId}', {
      params: { path: { externalId: player, guardianExternalId: guardian } },
    });
    await desk.deactivate(zoe);
    const names = (people: readonly { displayName: string }[] | undefined) => people?.map(({ displayName }) => displayName);
    const ofPlayer = (await read(player)).data;
    assert.deepEqual([names(ofPlayer?.coaches), names(ofPlayer?.guardians)], [['Anders', 'Zoe'], ['Ingrid']]);
    assert.deepEqual(
      ofPlayer?.coaches.map(({ deactivatedAt }) => deactivatedAt !== null),
      [false, true],
    );
    assert.deepEqual([ofPlayer?.coachOf, ofPlayer?.guardianOf], [[], []]);
    assert.deepEqual(names((await read(aase)).data?.coachOf), ['Emil']);
    const ofGuardian = (await read(guardian)).data;
    assert.deepEqual([names(ofGuardian?.guardianOf), ofGuardian?.coachOf, ofGuardian?.guardians], [['Emil'], [], []]);
  });
});

const status = async (url: string): Promise<number> => {
  const response = await fetch(url, { headers: { Range: 'bytes=0-99' } });
  await response.arrayBuffer();
  return response.status;
};

describe('a person who is deactivated', () => {
  it('watches nothing more, is nobody to the API, and gets no other session', async () => {
    const [coach, player] = [await desk.rig.club.person('coach', desk.newId()), await desk.rig.club.person('player', desk.newId())];
    await desk.rig.club.coaches(coach, player);
    await desk.rig.club.consents(player, 'coach_review');
    const { analysisUrl, videoId } = await desk.rig.open(coach, await desk.rig.publish(randomBytes(2000), player));
    const others = await desk.rig.open(player, videoId);
    assert.equal(await status(analysisUrl), 206);
    assert.equal((await desk.deactivate(coach.externalId)).response.status, 204);
    await eventually(async () => (await status(analysisUrl)) === 410);
    assert.deepEqual(refusal(await coach.api.GET('/api/v1/videos')), [401, 'auth.invalid']);
    assert.deepEqual(refusal(await desk.session(coach.externalId, 'coach')), [409, 'person.deactivated']);
    assert.equal(await status(others.analysisUrl), 206, 'others watch on');
  });

  it('in the moment of a session that is being minted, or of a lease that is being opened', async () => {
    const coach = await desk.rig.club.person('coach', desk.newId());
    const { admin } = desk.rig.system.database;
    await desk.deactivate(coach.externalId);
    // As another transaction would have left it that read before and wrote after.
    await admin('session').where({ userId: coach.id }).update({ endedAt: null });
    assert.deepEqual(refusal(await coach.api.GET('/api/v1/videos')), [401, 'auth.invalid']);
    const player = await desk.rig.club.person('player', desk.newId());
    const opened = await desk.rig.open(player, await desk.rig.publish(randomBytes(2000), player));
    await desk.deactivate(player.externalId);
    await admin('session').where({ userId: player.id }).update({ endedAt: null });
    await admin('playbackLease').where({ videoId: opened.videoId }).update({ revokedAt: null });
    assert.equal(await status(opened.analysisUrl), 410);
  });

  it('by twenty requests that mint sessions meanwhile, has none that works', async () => {
    const externalId = await desk.named('coach');
    const mint = () => Promise.all(Array.from({ length: 10 }, () => desk.session(externalId, 'coach')));
    const [first, , second] = await Promise.all([mint(), desk.deactivate(externalId), mint()]);
    for (const answer of [...first, ...second])
      if (answer.data) assert.equal((await apiFor(desk.rig.system.url, answer.data.token).GET('/api/v1/videos')).response.status, 401);
      else assert.deepEqual(refusal(answer), [409, 'person.deactivated']);
  });

  it("cannot be a key: no session is minted in a key's name", async () => {
    assert.deepEqual(refusal(await desk.session('key:1', 'player')), [400, 'request.invalid', 'actor.externalId']);
  });

  it('is told once, and stays so until the return is asked for', async () => {
    const externalId = await desk.named('coach');
    await desk.deactivate(externalId);
    await desk.deactivate(externalId);
    assert.deepEqual(refusal(await desk.put(externalId, { displayName: 'Kari N.', role: 'coach' })), [
      409,
      'person.deactivated',
      'reactivate',
    ]);
    const { data: away } = await desk.get(externalId);
    assert.ok(away?.deactivatedAt);
    assert.equal(away.displayName, 'Kari');
    const { data: back } = await desk.put(externalId, { displayName: 'Kari', role: 'coach', reactivate: true });
    assert.equal(back?.deactivatedAt, null);
    assert.equal((await desk.session(externalId, 'coach')).response.status, 201);
    assert.deepEqual(await desk.traces(away.id), [
      ['PERSON_ADDED', {}],
      ['PERSON_DEACTIVATED', {}],
      ['PERSON_REACTIVATED', {}],
    ]);
    assert.equal((await desk.events('person.updated', away.id)).length, 3);
  });
});

describe('what an operator does from the command line', () => {
  it('is checked and told as what a server does', async () => {
    const { operator } = desk.rig.system;
    const { tenantId } = desk.rig.club;
    const externalId = desk.newId();
    const person = { externalId, role: 'guardian', displayName: 'Ola' } as const;
    const id = await operator.upsertPerson(tenantId, { ...person, birthDate: '1980-05-05' });
    assert.equal(await operator.upsertPerson(tenantId, person), id);
    assert.deepEqual(await desk.traces(id), [['PERSON_ADDED', {}]]);
    const { data } = await desk.get(externalId);
    assert.deepEqual([data?.isMinor, data?.birthDate], [false, null]);
    await operator.linkGuardian(tenantId, id, desk.rig.player.id);
    assert.deepEqual((await desk.traces(id))[1], ['RELATION_ADDED', { kind: 'guardian' }]);
    await assert.rejects(operator.linkCoach(tenantId, id, desk.rig.player.id), { code: 'relation.role_mismatch' });
    await assert.rejects(operator.linkGuardian(tenantId, id, id), { code: 'relation.role_mismatch' });
  });

  it('sets when people come of age, and leaves a trace', async () => {
    const { operator } = desk.rig.system;
    const club = await startClub(desk.rig.system, 'Links');
    const before = { ageOfMajority: 18, ageOfDigitalConsent: null, timeZone: 'UTC', twoAdults: true };
    assert.equal(
      await changeTenant(operator, club.tenantId, {}),
      ['of age          at 18', 'digital consent at majority', 'time zone       UTC', 'two adults      on'].join('\n'),
    );
    const changes = { ageOfDigitalConsent: 13, timeZone: 'Europe/Oslo' };
    assert.deepEqual(await operator.changeSettings(club.tenantId, changes), { ...before, ...changes });
    assert.deepEqual(await desk.traces(club.tenantId), [['TENANT_CHANGED', changes]]);
    for (const given of [
      { 'age-of-majority': '0' },
      { 'age-of-majority': '31' },
      { 'age-of-majority': 'old' },
      { 'time-zone': 'Atlantis' },
    ])
      await assert.rejects(changeTenant(operator, club.tenantId, given), { name: 'ConfigError' });
  });
});
