import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { apiFor, startClub, type Club, type Person } from './support/club.ts';
import { overview } from './support/consent-calls.ts';
import { PORTAL_ORIGIN, startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
});
after(() => system.stop());

/** Long ago, and ten years ago: of age and a minor wherever and whenever this runs. */
const OF_AGE = '1980-05-05';
const A_MINOR = `${String(new Date().getUTCFullYear() - 10)}-01-01`;

async function athleteBorn(birthDate: string | null): Promise<Person> {
  const person = await club.person('player', randomUUID());
  await system.database.admin('appUser').where({ id: person.id }).update({ birthDate });
  return person;
}

async function told(by: Pick<Person, 'api'>, athlete: Person): Promise<unknown> {
  const { data } = await overview(by, athlete.id);
  return data && [data.isMinor, data.decides.method, data.decides.mayGrant, data.decides.mayWithdraw];
}

describe('the overview tells what the caller may decide', () => {
  for (const [birthDate, isMinor, athleteMay, guardianMay] of [
    [A_MINOR, true, [false, true], [true, true]],
    [OF_AGE, false, [true, true], [false, false]],
    [null, null, [true, true], [true, true]],
  ] as const)
    it(`where a minor is ${String(isMinor)}: the athlete, a guardian, and an administrator by paper`, async () => {
      const athlete = await athleteBorn(birthDate);
      const [guardian, chief] = [await club.person('guardian', randomUUID()), await club.person('admin', randomUUID())];
      await club.guards(guardian, athlete);
      assert.deepEqual(await told(athlete, athlete), [isMinor, 'in_app', ...athleteMay]);
      assert.deepEqual(await told(guardian, athlete), [isMinor, 'in_app', ...guardianMay]);
      assert.deepEqual(await told(chief, athlete), [isMinor, 'paper', true, true]);
    });

  it('nothing, where the session may only read', async () => {
    const athlete = await athleteBorn(OF_AGE);
    const actor = { externalId: athlete.externalId, role: 'player' as const, displayName: 'A' };
    const { data } = await club.server.POST('/api/v1/sessions', { body: { actor, origins: [PORTAL_ORIGIN], scopes: ['consents:read'] } });
    const reader = { api: apiFor(system.url, data?.token ?? '', PORTAL_ORIGIN) };
    assert.deepEqual(await told(reader, athlete), [false, 'in_app', false, false]);
  });
});
