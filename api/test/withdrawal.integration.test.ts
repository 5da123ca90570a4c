import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { startClub, type Club, type Person } from './support/club.ts';
import { uploadClip } from './support/clips.ts';
import { auditsAbout, eventsAbout, grant, overview, refusal, withdraw } from './support/consent-calls.ts';
import { CLIP, listed, look, nameIn, pictureOf, plantLink, play } from './support/picture.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { takeWorkerSeat, type WorkerSeat } from './support/worker-seat.ts';

let system: TestSystem;
let club: Club;
let seat: WorkerSeat;

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  seat = takeWorkerSeat(system, club.tenantId);
});
after(async () => {
  await seat.leave();
  await system.stop();
});

const YEAR = new Date().getUTCFullYear();
const [A_CHILD, A_YOUTH, OF_AGE] = [`${String(YEAR - 10)}-01-01`, `${String(YEAR - 17)}-01-01`, '1980-05-05'];

interface LinkRow {
  readonly id: string;
  readonly suspendedAt: Date | null;
}
const isSuspended = async (id: string): Promise<boolean> =>
  (await system.database.admin<LinkRow>('accessLink').where({ id }).first())?.suspendedAt !== null;
const linkEvents = async (id: string): Promise<number> =>
  (await system.database.admin('event').where({ name: 'link.suspended' }).whereRaw(`payload->>'linkId' = ?`, [id])).length;

/** Sent by the coach: whoever is in the picture has had to agree. */
async function sentByCoach(set: { readonly coach: Person; readonly main: Person; readonly other: Person }): Promise<string> {
  await club.consents(set.other, 'coach_review');
  return (await uploadClip(set.coach.api, CLIP, { playerId: set.main.id, otherPlayerIds: [set.other.id] })).id;
}
const outcome = async (by: Person, videoId: string) => {
  const { data } = await look(by, videoId);
  return [data?.status, data?.errorCode, data?.isPlayable];
};

describe('a withdrawal', () => {
  it('by whoever is seen beside the athlete ends, in one transaction, what was watched and what was linked', async () => {
    const { coach, main, other, videoId } = await pictureOf(system, club, ['coach_review', 'link_share']);
    for (const purpose of ['coach_review', 'link_share'] as const) await club.consents(other, purpose);
    await nameIn(main, videoId, [other.id]);
    const [view, send, another] = [
      await plantLink(system, club, { videoId }),
      await plantLink(system, club, { playerId: other.id }),
      await plantLink(system, club, { playerId: main.id }),
    ];
    assert.equal((await play(coach, videoId)).response.status, 200);
    await withdraw(other, other.id, 'link_share');
    assert.deepEqual([await isSuspended(view), await isSuspended(send)], [true, false], 'only what needs it');
    await withdraw(other, other.id);
    assert.deepEqual([await isSuspended(send), await isSuspended(another)], [true, false]);
    const leases = await system.database.admin<{ videoId: string; revokedAt: Date | null }>('playbackLease').where({ videoId });
    assert.ok(leases.length > 0 && leases.every(({ revokedAt }) => revokedAt !== null));
    assert.deepEqual([await listed(coach), await linkEvents(view), await linkEvents(send)], [[], 1, 1]);
    assert.equal((await auditsAbout(system, other.id, 'LINK_SUSPENDED')).length, 2);
    await grant(other, other.id, { purpose: 'link_share' });
    assert.ok(await isSuspended(view), 'a new yes brings no link back');
  });

  it('leaves a link to the yes that follows one which ran out of itself, and that yes ends it', async () => {
    const { main, videoId } = await pictureOf(system, club, ['coach_review', 'link_share']);
    const link = await plantLink(system, club, { videoId });
    await system.database.admin.raw(
      `alter table consent disable trigger user;
       update consent set expires_at = now() - interval '1 second' where player_id = '${main.id}' and purpose = 'link_share';
       alter table consent enable trigger user`,
    );
    assert.ok(!(await isSuspended(link)), 'nothing was written when time ended it');
    await grant(main, main.id, { purpose: 'link_share' });
    assert.deepEqual([await isSuspended(link), await linkEvents(link)], [true, 1]);
    assert.equal((await auditsAbout(system, main.id, 'LINK_SUSPENDED')).length, 1);
  });

  it('that fails in one part changes nothing', async () => {
    const set = await pictureOf(system, club, ['coach_review', 'link_share']);
    const { main, coach } = set;
    const [videoId, link] = [await sentByCoach(set), await plantLink(system, club, { playerId: main.id })];
    await system.database.admin.raw(
      `create function refuse_this() returns trigger language plpgsql as $$ begin
         if new.name = 'video.failed' and new.payload->>'videoId' = '${videoId}' then raise exception 'planted'; end if; return new; end $$;
       create trigger refuse_this before insert on event for each row execute function refuse_this()`,
    );
    assert.equal((await withdraw(main, main.id)).response.status, 500);
    await system.database.admin.raw('drop trigger refuse_this on event; drop function refuse_this()');
    assert.deepEqual([await isSuspended(link), await outcome(coach, videoId)], [false, ['uploaded', null, false]]);
    assert.equal((await withdraw(main, main.id)).response.status, 200);
    assert.deepEqual([await isSuspended(link), await outcome(main, videoId)], [true, ['failed', 'CONSENT_MISSING', false]]);
  });

  it('and a yes at once end as one of the two orders', async () => {
    const { main, coach, videoId } = await pictureOf(system, club);
    const [no, yes] = await Promise.all([withdraw(main, main.id), grant(main, main.id)]);
    assert.deepEqual([no.response.status, yes.response.status], [200, 200]);
    const inForce = (await overview(main, main.id)).data?.purposes.find(({ purpose }) => purpose === 'coach_review')?.inForce;
    assert.equal((await play(coach, videoId)).response.status, inForce ? 200 : 403);
    assert.equal(yes.data?.id === no.data?.id, !inForce, 'the yes was the one that was taken back, or a new one');
  });

  it('leaves no lease that lives, however many are being opened while it commits', async () => {
    const { main, coach, other, videoId } = await pictureOf(system, club);
    await club.consents(other, 'coach_review');
    await nameIn(main, videoId, [other.id]);
    const [gone, ...opened] = await Promise.all([withdraw(other, other.id), ...Array.from({ length: 12 }, () => play(coach, videoId))]);
    assert.equal(gone.response.status, 200);
    for (const { data } of opened)
      if (data) {
        const renewal = await coach.api.POST('/api/v1/play/{leaseId}/renew', {
          params: { path: { leaseId: data.renewUrl.split('/').at(-2) ?? '' } },
        });
        assert.equal(renewal.response.status, 403);
        const file = await fetch(data.sources.analysis.url);
        await file.arrayBuffer();
        assert.equal(file.status, 410);
      }
  });
});

describe('work on a video', () => {
  it('that a withdrawal finds under way publishes nothing, and begins again when the consent is back', async () => {
    const set = await pictureOf(system, club);
    const { coach, main, other } = set;
    const videoId = await sentByCoach(set);
    const attempt = await seat.processing.begin(seat.tenant, { videoId, processingVersion: 1 });
    assert.ok(attempt && (await seat.showPreview(attempt)));
    const { data: preview } = await play(coach, videoId);
    await withdraw(other, other.id);
    assert.deepEqual(await outcome(main, videoId), ['failed', 'CONSENT_MISSING', false]);
    const file = await fetch(preview?.sources.analysis.url ?? '');
    await file.arrayBuffer();
    assert.equal(file.status, 410, 'the preview is gone');
    await assert.rejects(seat.publish(attempt), { name: 'StaleAttempt' });
    assert.equal(await seat.showPreview(attempt), false);
    const again = () => club.server.POST('/api/v1/videos/{videoId}/reprocess', { params: { path: { videoId } } });
    assert.deepEqual(refusal(await again()), [403, 'access.consent_missing', 'consent_missing']);
    await grant(other, other.id);
    assert.equal((await again()).data?.status, 'uploaded');
    const second = await seat.processing.begin(seat.tenant, { videoId, processingVersion: 2 });
    assert.ok(second);
    await seat.publish(second);
    assert.deepEqual(await outcome(coach, videoId), ['ready', null, true]);
  });

  it('is refused at its start and at its end where a consent has run out of itself', async () => {
    const set = await pictureOf(system, club);
    const [waiting, begun] = [await sentByCoach(set), await sentByCoach(set)];
    const attempt = await seat.processing.begin(seat.tenant, { videoId: begun, processingVersion: 1 });
    assert.ok(attempt);
    await system.database.admin('consent').where({ playerId: set.other.id }).update({ expiresAt: system.database.admin.fn.now() });
    await assert.rejects(seat.processing.begin(seat.tenant, { videoId: waiting, processingVersion: 1 }), { name: 'ConsentMissing' });
    assert.equal(await seat.previews.begin(seat.tenant, attempt), null);
    await assert.rejects(seat.publish(attempt), { name: 'ConsentMissing' });
    assert.deepEqual(await outcome(set.main, begun), ['processing', null, false]);
  });

  it('makes no ladder, and leaves the family’s own alone', async () => {
    const { main, videoId } = await pictureOf(system, club);
    const { attemptId = '' } =
      (await system.database.admin<{ videoId: string; attemptId: string }>('videoRendition').where({ videoId }).first()) ?? {};
    const ref = { videoId, processingVersion: 1, attemptId };
    await withdraw(main, main.id);
    assert.ok(await seat.ladders.begin(seat.tenant, ref), 'the athlete sent it');
    const coach = await club.person('coach', randomUUID());
    await system.database.admin('video').where({ id: videoId }).update({ uploadedById: coach.id });
    assert.equal(await seat.ladders.begin(seat.tenant, ref), null);
    await assert.rejects(
      seat.ladders.publish(seat.tenant, ref, {}, () => Promise.resolve(true)),
      { name: 'ConsentMissing' },
    );
  });
});

describe('a birth date that becomes known', () => {
  const told = (person: Person, birthDate: string) =>
    club.server.PUT('/api/v1/people/{externalId}', {
      params: { path: { externalId: person.externalId } },
      body: { displayName: 'A', role: 'player', birthDate },
    });
  const standing = async (playerId: string) =>
    (await overview({ api: club.server }, playerId)).data?.purposes.flatMap(({ purpose, inForce }) =>
      inForce ? [[purpose, inForce.endsAtMajority, inForce.expiresAt]] : [],
    );

  it('ends a guardian’s yes at majority, and an end that is nearer stays', async () => {
    const { main } = await pictureOf(system, club, []);
    const guardian = await club.person('guardian', randomUUID());
    await club.guards(guardian, main);
    await grant(guardian, main.id);
    await grant(guardian, main.id, { purpose: 'link_share', expiresAt: `${String(YEAR + 2)}-01-01T00:00:00.000Z` });
    await told(main, A_CHILD);
    assert.deepEqual(await standing(main.id), [
      ['coach_review', true, null],
      ['link_share', false, `${String(YEAR + 2)}-01-01T00:00:00.000Z`],
    ]);
    const [row] = await system.database
      .admin<{ expiresAt: Date; playerId: string; purpose: string }>('consent')
      .where({ playerId: main.id, purpose: 'coach_review' });
    assert.equal(row?.expiresAt.toISOString(), `${String(YEAR + 8)}-01-01T00:00:00.000Z`);
  });

  it('ends a guardian’s yes at once where the athlete is of age, with all that hangs on it', async () => {
    const set = await pictureOf(system, club, []);
    const { main, coach, videoId } = set;
    const guardian = await club.person('guardian', randomUUID());
    await club.guards(guardian, main);
    await grant(guardian, main.id);
    const link = await plantLink(system, club, { playerId: main.id });
    assert.equal((await play(coach, videoId)).response.status, 200);
    await told(main, OF_AGE);
    assert.deepEqual([await standing(main.id), await isSuspended(link)], [[], true]);
    assert.deepEqual(refusal(await play(coach, videoId)), [403, 'access.consent_missing', 'consent_missing']);
    assert.equal((await eventsAbout(system, main.id, 'consent.ended')).length, 1);
    assert.equal((await auditsAbout(system, main.id, 'CONSENT_ENDED')).length, 1);
    assert.equal((await grant(main, main.id)).response.status, 200, 'who is of age says it now');
  });

  it('ends what a minor has said alone, but for a look by a coach from the age of digital consent on', async () => {
    const strict = await pictureOf(system, club, []);
    await grant(strict.main, strict.main.id);
    await told(strict.main, A_YOUTH);
    assert.deepEqual(await standing(strict.main.id), [], 'no age of digital consent is set');

    await system.operator.changeSettings(club.tenantId, { ageOfDigitalConsent: 16 });
    const { main } = await pictureOf(system, club, []);
    await grant(main, main.id);
    await grant(main, main.id, { purpose: 'link_share' });
    await told(main, A_YOUTH);
    assert.deepEqual(await standing(main.id), [['coach_review', true, null]]);
    assert.deepEqual(refusal(await grant(main, main.id, { purpose: 'link_share' })), [403, 'access.denied', 'athlete_is_minor']);
    await withdraw(main, main.id);
    assert.equal((await grant(main, main.id)).response.status, 200, 'and again, alone');
    const child = await pictureOf(system, club, []);
    await told(child.main, A_CHILD);
    assert.deepEqual(refusal(await grant(child.main, child.main.id)), [403, 'access.denied', 'athlete_is_minor']);
  });
});
