import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { CONSENT_PURPOSES } from '../../domain/access/consent.ts';
import { factsAbout } from '../platform/access-facts.ts';
import { bindTenant } from '../platform/tenant-scope.ts';
import { uploadClip } from './support/clips.ts';
import { apiFor, startClub, type Club, type Person } from './support/club.ts';
import { auditsAbout, eventsAbout, grant, IN_APP, ON_PAPER, overview, refusal, withdraw } from './support/consent-calls.ts';
import { publishRendition } from './support/published.ts';
import { PORTAL_ORIGIN, startTestSystem, type TestSystem } from './support/system.ts';

const clip = randomBytes(50_000);

let system: TestSystem;
let club: Club;
let other: Club;

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  other = await startClub(system, 'Links');
});
after(() => system.stop());

const newAthlete = (bornOn?: string): Promise<Person> => personBorn('player', bornOn);
async function personBorn(role: Person['role'], bornOn?: string): Promise<Person> {
  const person = await club.person(role, randomUUID());
  if (bornOn !== undefined) await system.database.admin('appUser').where({ id: person.id }).update({ birthDate: bornOn });
  return person;
}
/** Long ago, and ten years ago: of age and a minor wherever and whenever this runs. */
const OF_AGE = '1980-05-05';
const A_MINOR = `${String(new Date().getUTCFullYear() - 10)}-01-01`;

const rowsOf = (playerId: string) => system.database.admin('consent').where({ playerId });
const eventsOf = (playerId: string, name: string) => eventsAbout(system, playerId, name);
const auditsOf = (playerId: string, action: string) => auditsAbout(system, playerId, action);

describe('what is refused', () => {
  it('the guardian of another athlete, another athlete and a coach see and decide nothing', async () => {
    const [athlete, guarded] = [await newAthlete(), await newAthlete()];
    const [guardian, coach] = [await club.person('guardian', randomUUID()), await club.person('coach', randomUUID())];
    await club.guards(guardian, guarded);
    await club.coaches(coach, athlete);
    for (const [person, reason] of [
      [guardian, 'not_related'],
      [guarded, 'not_related'],
      [coach, 'role_not_allowed'],
    ] as const) {
      assert.deepEqual(refusal(await overview(person, athlete.id)), [403, 'access.denied', reason]);
      for (const evidence of [IN_APP, ON_PAPER]) {
        assert.deepEqual(refusal(await grant(person, athlete.id, { evidence })), [403, 'access.denied', reason]);
        assert.deepEqual(refusal(await withdraw(person, athlete.id, 'coach_review', evidence)), [403, 'access.denied', reason]);
      }
    }
    assert.deepEqual(await rowsOf(athlete.id), []);
  });

  it("another club's athlete does not exist, and the attempt is on record", async () => {
    const theirs = await other.person('player', randomUUID());
    await other.consents(theirs, 'coach_review');
    const [guardian, athlete] = [await club.person('guardian', randomUUID()), await newAthlete()];
    for (const person of [guardian, athlete, { api: club.server }]) {
      assert.deepEqual(refusal(await overview(person, theirs.id)), [404, 'user.not_found', undefined]);
      assert.deepEqual(refusal(await grant(person, theirs.id, { evidence: ON_PAPER })), [404, 'user.not_found', undefined]);
      assert.deepEqual(refusal(await withdraw(person, theirs.id)), [404, 'user.not_found', undefined]);
    }
    await system.missing.flush();
    const attempts = await system.database
      .admin('auditEvent')
      .where({ tenantId: club.tenantId, action: 'CROSS_TENANT_ATTEMPT', resourceId: theirs.id });
    assert.equal(attempts.length, 9);
    assert.equal((await rowsOf(theirs.id).whereNull('withdrawnAt')).length, 1);
  });

  it('an administrator says nothing in somebody’s place: paper, with its reference', async () => {
    const athlete = await newAthlete();
    const server = { api: club.server };
    assert.deepEqual(refusal(await grant(server, athlete.id)), [403, 'access.denied', 'evidence_not_accepted']);
    assert.deepEqual(refusal(await grant(server, athlete.id, { evidence: { method: 'paper' } })), [
      422,
      'consent.reference_missing',
      'evidence.reference',
    ]);
    assert.deepEqual(refusal(await grant(athlete, athlete.id, { evidence: ON_PAPER })), [403, 'access.denied', 'evidence_not_accepted']);
    const { data } = await grant(server, athlete.id, { evidence: ON_PAPER });
    assert.deepEqual(data?.evidence, ON_PAPER);
    assert.deepEqual(refusal(await withdraw(server, athlete.id)), [403, 'access.denied', 'evidence_not_accepted']);
    const { data: closed } = await withdraw(server, athlete.id, 'coach_review', ON_PAPER);
    assert.deepEqual(closed?.withdrawal, ON_PAPER);
  });

  it('a minor says no but not yes, a guardian decides until the athlete is of age', async () => {
    const [minor, grown] = [await newAthlete(A_MINOR), await newAthlete(OF_AGE)];
    const guardian = await club.person('guardian', randomUUID());
    for (const athlete of [minor, grown]) await club.guards(guardian, athlete);
    assert.deepEqual(refusal(await grant(minor, minor.id)), [403, 'access.denied', 'athlete_is_minor']);
    assert.deepEqual(refusal(await grant(guardian, grown.id)), [403, 'access.denied', 'athlete_is_of_age']);
    const { data } = await grant(guardian, minor.id);
    assert.deepEqual([data?.grantedBy.id, data?.expiresAt, data?.endsAtMajority], [guardian.id, null, true]);
    const [row] = await rowsOf(minor.id).select<{ expiresAt: Date }[]>('expiresAt');
    assert.equal(row?.expiresAt.toISOString(), `${String(Number(A_MINOR.slice(0, 4)) + 18)}-01-01T00:00:00.000Z`);
    assert.equal((await withdraw(minor, minor.id)).response.status, 200);
    const { data: own } = await grant(grown, grown.id);
    assert.deepEqual([own?.grantedBy.id, own?.expiresAt, own?.endsAtMajority], [grown.id, null, false]);
    assert.deepEqual(refusal(await withdraw(guardian, grown.id)), [403, 'access.denied', 'athlete_is_of_age']);
  });

  it('a session that was minted without the scope, or for other athletes', async () => {
    const athlete = await newAthlete();
    const actor = { externalId: athlete.externalId, role: 'player' as const, displayName: 'A' };
    const asking = async (more: object): Promise<unknown> => {
      const { data } = await club.server.POST('/api/v1/sessions', { body: { actor, origins: [PORTAL_ORIGIN], ...more } });
      const { response, error } = await overview({ api: apiFor(system.url, data?.token ?? '', PORTAL_ORIGIN) }, athlete.id);
      return [response.status, error?.code];
    };
    assert.deepEqual(await asking({ scopes: ['videos:read', 'consents:write'] }), [403, 'access.scope_missing']);
    assert.deepEqual(await asking({ playerIds: [(await newAthlete()).id] }), [403, 'access.denied']);
    assert.deepEqual(await asking({ playerIds: [athlete.id] }), [200, undefined]);
  });

  it('an end that has passed', async () => {
    const athlete = await newAthlete();
    const answer = await grant(athlete, athlete.id, { expiresAt: '2020-01-01T00:00:00Z' });
    assert.deepEqual(refusal(answer), [422, 'consent.expiry_passed', 'expiresAt']);
    assert.deepEqual(await rowsOf(athlete.id), []);
  });

  it('a withdrawal of nothing, of what has ended, and the second of two', async () => {
    const athlete = await newAthlete();
    const nothing = [409, 'consent.not_in_force', undefined];
    assert.deepEqual(refusal(await withdraw(athlete, athlete.id)), nothing);
    await grant(athlete, athlete.id, { purpose: 'export' });
    assert.deepEqual(refusal(await withdraw(athlete, athlete.id)), nothing, 'another purpose');
    assert.equal((await withdraw(athlete, athlete.id, 'export')).response.status, 200);
    assert.deepEqual(refusal(await withdraw(athlete, athlete.id, 'export')), nothing);
    await grant(athlete, athlete.id);
    await rowsOf(athlete.id).where({ purpose: 'coach_review' }).update({ expiresAt: system.database.admin.fn.now() });
    assert.deepEqual(refusal(await withdraw(athlete, athlete.id)), nothing, 'ended');
  });
});

describe('the record', () => {
  it('tells of every purpose what is in force, since when, until when, by whom and by which text', async () => {
    const athlete = await newAthlete();
    const guardian = await club.person('guardian', randomUUID());
    await club.guards(guardian, athlete);
    const expiresAt = '2999-01-01T00:00:00.000Z';
    const { data: given } = await grant(guardian, athlete.id, { purpose: 'link_share', textVersion: '7', locale: 'en-GB', expiresAt });
    for (const person of [athlete, guardian, { api: club.server }]) {
      const { data } = await overview(person, athlete.id);
      assert.deepEqual(
        data?.purposes.map(({ purpose, inForce }) => [purpose, inForce?.id ?? null]),
        CONSENT_PURPOSES.map((purpose) => [purpose, purpose === 'link_share' ? given?.id : null]),
      );
      assert.deepEqual(data.history, [given]);
    }
    assert.deepEqual(given && { ...given, id: '', grantedAt: '' }, {
      ...{ id: '', purpose: 'link_share', textVersion: '7', locale: 'en-GB', evidence: IN_APP, grantedAt: '', expiresAt },
      grantedBy: { id: guardian.id, displayName: `${guardian.externalId} of Fairway` },
      ...{ endsAtMajority: false, withdrawnAt: null, withdrawnBy: null, withdrawal: null },
    });
  });

  it('stays one while it is in force, and is another after a withdrawal', async () => {
    const athlete = await newAthlete();
    const { data: first } = await grant(athlete, athlete.id);
    const { data: again } = await grant(athlete, athlete.id, { textVersion: '2027-1', expiresAt: '2999-01-01T00:00:00Z' });
    assert.deepEqual(again, first);
    const { data: closed } = await withdraw(athlete, athlete.id);
    assert.deepEqual([closed?.id, closed?.withdrawnBy?.id, closed?.withdrawal], [first?.id, athlete.id, IN_APP]);
    assert.deepEqual({ ...closed, withdrawnAt: null, withdrawnBy: null, withdrawal: null }, first);
    const { data: second } = await grant(athlete, athlete.id);
    assert.notEqual(second?.id, first?.id);
    assert.deepEqual((await overview(athlete, athlete.id)).data?.history, [second, closed]);
  });

  it('is told and audited once for each change, by ids and purpose alone', async () => {
    const athlete = await newAthlete();
    const { data } = await grant(athlete, athlete.id);
    await grant(athlete, athlete.id);
    await withdraw(athlete, athlete.id);
    await withdraw(athlete, athlete.id);
    const told = [{ playerId: athlete.id, consentId: data?.id, purpose: 'coach_review' }];
    const audited = [{ actorId: athlete.id, metadata: { purpose: 'coach_review', consentId: data?.id, method: 'in_app' } }];
    assert.deepEqual([await eventsOf(athlete.id, 'consent.granted'), await eventsOf(athlete.id, 'consent.withdrawn')], [told, told]);
    assert.deepEqual([await auditsOf(athlete.id, 'CONSENT_GRANTED'), await auditsOf(athlete.id, 'CONSENT_WITHDRAWN')], [audited, audited]);
  });

  it('is one for 20 grants at the same time, and is closed once by 20 withdrawals', async () => {
    const athlete = await newAthlete();
    const grants = await Promise.all(Array.from({ length: 20 }, () => grant(athlete, athlete.id)));
    assert.deepEqual(new Set(grants.map(({ response }) => response.status)), new Set([200]));
    assert.equal(new Set(grants.map(({ data }) => data?.id)).size, 1);
    assert.equal((await rowsOf(athlete.id)).length, 1);
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => withdraw(athlete, athlete.id)))).map(
      ({ response }) => response.status,
    );
    assert.deepEqual([statuses.filter((s) => s === 200).length, statuses.filter((s) => s === 409).length], [1, 19]);
    assert.equal((await eventsOf(athlete.id, 'consent.withdrawn')).length, 1);
  });

  it('cannot be rewritten, lengthened or taken up again, not even by the database’s owner', async () => {
    const athlete = await newAthlete();
    await grant(athlete, athlete.id, { expiresAt: '2999-01-01T00:00:00Z' });
    const refused = /can only be ended, once/;
    for (const change of [{ textVersion: 'x' }, { grantedById: athlete.id, purpose: 'export' }, { expiresAt: null }])
      await assert.rejects(rowsOf(athlete.id).update(change), refused, JSON.stringify(change));
    await withdraw(athlete, athlete.id);
    await assert.rejects(rowsOf(athlete.id).update({ withdrawnAt: null }), refused);
  });

  it('is one for an operator too, who holds a form on paper', async () => {
    const athlete = await newAthlete();
    for (let n = 0; n < 2; n += 1) await club.consents(athlete, 'coach_review');
    const { data } = await overview(athlete, athlete.id);
    assert.deepEqual(
      data?.history.map(({ evidence, textVersion }) => [evidence, textVersion]),
      [[{ method: 'paper', reference: 'test' }, null]],
    );
    assert.deepEqual(
      (await auditsOf(athlete.id, 'CONSENT_GRANTED')).map(({ actorId }) => actorId),
      [null],
    );
  });

  it('that stands twice, from before they were one, is withdrawn altogether', async () => {
    const athlete = await newAthlete();
    await grant(athlete, athlete.id);
    await system.database.admin.raw(
      `insert into consent (tenant_id, id, player_id, purpose, granted_by_id, evidence, granted_at)
       select tenant_id, gen_random_uuid(), player_id, purpose, granted_by_id, 'a form', granted_at from consent where player_id = ?`,
      [athlete.id],
    );
    await withdraw(athlete, athlete.id);
    assert.ok((await overview(athlete, athlete.id)).data?.purposes.every(({ inForce }) => inForce === null));
  });
});

describe('a withdrawal', () => {
  it('ends the coach’s running lease and takes the video from the coach’s library; the athlete keeps it', async () => {
    const [athlete, coach] = [await newAthlete(), await club.person('coach', randomUUID())];
    await club.coaches(coach, athlete);
    await grant(athlete, athlete.id);
    const { id: videoId } = await uploadClip(athlete.api, clip);
    await publishRendition(system, club.tenantId, videoId, clip);
    const listed = async (person: Person) => (await person.api.GET('/api/v1/videos')).data?.items.map(({ id }) => id);
    const { data: playback } = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
    const url = playback?.sources.analysis.url ?? '';
    const range = async (): Promise<number> => {
      const response = await fetch(url, { headers: { Range: 'bytes=0-99' } });
      await response.arrayBuffer();
      return response.status;
    };
    assert.deepEqual([await range(), await listed(coach)], [206, [videoId]]);

    assert.equal((await withdraw(athlete, athlete.id)).response.status, 200);

    const lease = await system.database.admin<{ videoId: string; revokedAt: Date | null }>('playbackLease').where({ videoId }).first();
    assert.ok(lease?.revokedAt, 'revoked by the time the withdrawal is answered');
    // The word reaches the API's memory of leases a moment after the commit, at the latest when that memory ends.
    const patientUntil = Date.now() + 10_000;
    while ((await range()) !== 410 && Date.now() < patientUntil);
    assert.equal(await range(), 410);
    assert.deepEqual([await listed(coach), await listed(athlete)], [[], [videoId]]);
    const renewed = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
    assert.deepEqual([renewed.response.status, renewed.error?.code], [403, 'access.consent_missing']);

    await grant(athlete, athlete.id);
    assert.deepEqual([await range(), await listed(coach)], [410, [videoId]], 'what was ended stays so; what is opened anew plays');
  });

  it('counts at once for work that had begun before it', async () => {
    const athlete = await newAthlete();
    await grant(athlete, athlete.id);
    const actor = { id: randomUUID(), role: 'coach', scopes: new Set([]), onlyPlayerIds: null, onlyVideoIds: null } as const;
    const job = { tenantId: club.tenantId, actor, credential: { kind: 'job' }, requestId: 'test' } as const;
    const purposesBeforeAndAfter = await bindTenant({ database: system.app, sender: null }, job).within(async (scope) => {
      const purposes = async () => [...(await factsAbout(scope, { playerId: athlete.id })).consent];
      const before = await purposes();
      await withdraw(athlete, athlete.id);
      return [before, await purposes()];
    });
    assert.deepEqual(purposesBeforeAndAfter, [['coach_review'], []]);
  });

  it('that fails leaves everything as it was', async () => {
    const athlete = await newAthlete();
    await grant(athlete, athlete.id);
    await system.database.admin.raw(
      `create function refuse_this_event() returns trigger language plpgsql as $$ begin
         if new.name = 'consent.withdrawn' and new.payload->>'playerId' = '${athlete.id}' then raise exception 'planted'; end if; return new; end $$;
       create trigger refuse_this_event before insert on event for each row execute function refuse_this_event()`,
    );
    assert.equal((await withdraw(athlete, athlete.id)).response.status, 500);
    await system.database.admin.raw('drop trigger refuse_this_event on event; drop function refuse_this_event()');
    assert.equal((await rowsOf(athlete.id).whereNull('withdrawnAt')).length, 1);
    assert.deepEqual(await auditsOf(athlete.id, 'CONSENT_WITHDRAWN'), []);
    assert.equal((await withdraw(athlete, athlete.id)).response.status, 200);
  });
});
