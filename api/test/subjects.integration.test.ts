import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { startClub, type Club, type Person } from './support/club.ts';
import { declaration, uploadClip } from './support/clips.ts';
import { refusal } from './support/consent-calls.ts';
import { CLIP, listed, look, nameIn, pictureOf, play } from './support/picture.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let other: Club;

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  other = await startClub(system, 'Links');
});
after(() => system.stop());

const athlete = (): Promise<Person> => club.person('player', randomUUID());
const audits = (videoId: string) =>
  system.database
    .admin<{ action: string; resourceId: string; actorId: string | null; subjectId: string; metadata: { isNamed: boolean } }>('auditEvent')
    .where({ action: 'VIDEO_SUBJECTS_CHANGED', resourceId: videoId })
    .orderBy('sequence');
const initAs = (by: Person, body: Parameters<typeof declaration>[1]) =>
  by.api.POST('/api/v1/media/upload/init', { body: declaration(CLIP, body) });

describe('who else is seen in a video', () => {
  it('is not said by those who are not responsible for it', async () => {
    const set = await pictureOf(system, club);
    await nameIn(set.main, set.videoId, [set.other.id]);
    const [stranger, coach] = [await athlete(), await club.person('coach', randomUUID())];
    assert.deepEqual(refusal(await nameIn(stranger, set.videoId, [])), [403, 'access.denied', 'not_related']);
    assert.deepEqual(refusal(await nameIn(coach, set.videoId, [])), [403, 'access.denied', 'not_related']);
    assert.deepEqual(refusal(await nameIn(set.other, set.videoId, [])), [403, 'access.denied', 'not_related'], 'who is named looks on');
    assert.deepEqual(refusal(await nameIn(set.coach, set.videoId, [])), [403, 'access.consent_missing', 'consent_missing']);
    assert.deepEqual((await look(set.main, set.videoId)).data?.subjectIds, [set.other.id]);
  });

  it('is players of the club who are not deactivated', async () => {
    const { main, coach, videoId } = await pictureOf(system, club);
    const theirs = await other.person('player', randomUUID());
    const left = await athlete();
    await club.server.POST('/api/v1/people/{externalId}/deactivate', { params: { path: { externalId: left.externalId } } });
    for (const id of [randomUUID(), theirs.id, coach.id])
      assert.deepEqual(refusal(await nameIn(main, videoId, [main.id, id])), [404, 'user.not_found', 'playerIds.1']);
    assert.deepEqual(refusal(await nameIn(main, videoId, [left.id])), [409, 'person.deactivated', 'playerIds.0']);
    assert.deepEqual((await look(main, videoId)).data?.subjectIds, []);
    await system.missing.flush();
    const attempts = await system.database.admin('auditEvent').where({ action: 'CROSS_TENANT_ATTEMPT', resourceId: theirs.id });
    assert.equal(attempts.length, 1);
  });

  it('is no more than twenty, and nobody while it is not said whom the video is about', async () => {
    const { main, coach, videoId } = await pictureOf(system, club);
    const tooMany = Array.from({ length: 21 }, () => randomUUID());
    assert.equal((await nameIn(main, videoId, tooMany)).response.status, 400);
    const { id } = await uploadClip(coach.api, CLIP);
    assert.deepEqual(refusal(await nameIn(coach, id, [main.id])), [422, 'video.about_nobody', undefined]);
    assert.equal((await nameIn(coach, id, [])).response.status, 200);
  });

  it('is told and entered once, by ids, and nothing when it is said again', async () => {
    const { main, other: second, videoId } = await pictureOf(system, club);
    const updates = async (): Promise<number> =>
      (await system.database.admin('event').where({ name: 'video.updated' }).whereRaw(`payload->>'videoId' = ?`, [videoId])).length;
    const { data } = await nameIn(main, videoId, [second.id, main.id]);
    assert.deepEqual([data?.videoId, data?.subjectIds], [videoId, [second.id]], 'whom it is about is not named beside');
    assert.deepEqual((await nameIn(main, videoId, [second.id])).data, data);
    assert.deepEqual([(await audits(videoId)).length, await updates()], [1, 1]);
    await nameIn(main, videoId, []);
    assert.deepEqual(
      (await audits(videoId)).map(({ actorId, subjectId, metadata }) => [actorId, subjectId, metadata]),
      [true, false].map((isNamed) => [main.id, second.id, { playerId: second.id, isNamed }]),
    );
    assert.deepEqual([(await look(main, videoId)).data?.subjectIds, await updates()], [[], 2]);
  });

  it('stays said of somebody who is deactivated afterwards', async () => {
    const { main, other: second, videoId } = await pictureOf(system, club);
    await nameIn(main, videoId, [second.id]);
    await club.server.POST('/api/v1/people/{externalId}/deactivate', { params: { path: { externalId: second.externalId } } });
    const third = await athlete();
    assert.deepEqual(new Set((await nameIn(main, videoId, [third.id, second.id])).data?.subjectIds), new Set([second.id, third.id]));
  });

  it('closes the video for the coach until everybody agrees, and ends what is watched', async () => {
    const { coach, main, other: second, videoId } = await pictureOf(system, club);
    const { data: playback } = await play(coach, videoId);
    const renewed = () =>
      coach.api.POST('/api/v1/play/{leaseId}/renew', { params: { path: { leaseId: playback?.renewUrl.split('/').at(-2) ?? '' } } });
    assert.equal((await renewed()).response.status, 200);
    assert.equal((await nameIn(coach, videoId, [second.id])).response.status, 200, 'the coach too may say so');
    const missing = [403, 'access.consent_missing', 'consent_missing'];
    assert.deepEqual([refusal(await look(coach, videoId)), refusal(await play(coach, videoId))], [missing, missing]);
    assert.deepEqual([refusal(await renewed()), await listed(coach)], [missing, []]);
    assert.deepEqual([await listed(main), await listed(second)], [[videoId], [videoId]], 'the athletes keep it');
    assert.equal((await play(second, videoId)).response.status, 200);

    await club.consents(second, 'coach_review');
    assert.deepEqual([(await play(coach, videoId)).response.status, await listed(coach)], [200, [videoId]]);
    assert.deepEqual(refusal(await renewed()), [410, 'playback.expired', undefined], 'what was ended stays so');
  });

  it('opens for the coach again when the athlete was not there after all, and closes for the athlete', async () => {
    const { coach, main, other: second, videoId } = await pictureOf(system, club);
    await nameIn(main, videoId, [second.id]);
    await nameIn(main, videoId, []);
    assert.equal((await play(coach, videoId)).response.status, 200);
    assert.deepEqual(refusal(await look(second, videoId)), [403, 'access.denied', 'not_related']);
  });

  it('says whose consent is missing for what, to those who may know', async () => {
    const { coach, main, other: second, videoId } = await pictureOf(system, club);
    const whole = await nameIn({ api: club.server }, videoId, [second.id]);
    assert.deepEqual(whole.data?.missingConsents, [{ playerId: second.id, purposes: ['coach_review'] }]);
    assert.deepEqual((await nameIn(main, videoId, [second.id])).data?.missingConsents, [], 'another athlete’s is not told');
    await club.consents(second, 'coach_review');
    await main.api.PATCH('/api/v1/videos/{videoId}', { params: { path: { videoId } }, body: { visibility: 'tenant' } });
    assert.deepEqual((await nameIn(main, videoId, [second.id])).data?.missingConsents, [
      { playerId: main.id, purposes: ['tenant_library'] },
    ]);
    assert.deepEqual((await nameIn(coach, videoId, [second.id])).data?.missingConsents, []);
  });

  it('is found in the list of each of them', async () => {
    const { main, other: second, videoId } = await pictureOf(system, club);
    const { id: own } = await uploadClip(second.api, CLIP);
    await nameIn(main, videoId, [second.id]);
    assert.deepEqual([await listed(second, second.id), await listed(second, main.id)], [[own, videoId], [videoId]]);
    assert.deepEqual(await listed(main, second.id), [videoId], 'the other’s own video is not the first one’s to see');
  });
});

describe('an upload that shows several', () => {
  it('is refused to a coach while one of them has not agreed, and is theirs to send', async () => {
    const { coach, main, other: second } = await pictureOf(system, club);
    const body = { playerId: main.id, otherPlayerIds: [second.id] };
    assert.deepEqual(refusal(await initAs(coach, body)), [403, 'access.consent_missing', 'consent_missing']);
    await club.consents(second, 'coach_review');
    const video = await uploadClip(coach.api, CLIP, body);
    assert.deepEqual(video.subjectIds, [second.id]);
    const third = await athlete();
    assert.deepEqual((await uploadClip(main.api, CLIP, { otherPlayerIds: [third.id] })).subjectIds, [third.id], 'the family asks nobody');
  });

  it('goes on with the same people and with no others', async () => {
    const { main, other: second } = await pictureOf(system, club);
    const third = await athlete();
    const clientUploadId = randomUUID();
    const first = await initAs(main, { clientUploadId, otherPlayerIds: [second.id, third.id] });
    const again = await initAs(main, { clientUploadId, otherPlayerIds: [third.id, second.id, main.id].filter((id) => id !== main.id) });
    assert.equal(again.data?.uploadId, first.data?.uploadId, 'in whatever order');
    for (const otherPlayerIds of [[second.id], []])
      assert.deepEqual(refusal(await initAs(main, { clientUploadId, otherPlayerIds })), [
        409,
        'upload.parameters_differ',
        'clientUploadId',
      ]);
  });

  it('names people of the club, beside somebody it is about', async () => {
    const { coach, main } = await pictureOf(system, club);
    const theirs = await other.person('player', randomUUID());
    assert.deepEqual(refusal(await initAs(main, { otherPlayerIds: [theirs.id] })), [404, 'user.not_found', 'otherPlayerIds.0']);
    assert.deepEqual(refusal(await initAs(coach, { otherPlayerIds: [main.id] })), [422, 'video.about_nobody', undefined]);
  });

  it('is not completed when one of them takes the consent back meanwhile', async () => {
    const { coach, main, other: second } = await pictureOf(system, club);
    await club.consents(second, 'coach_review');
    const { data } = await initAs(coach, { playerId: main.id, otherPlayerIds: [second.id] });
    await second.api.POST('/api/v1/players/{playerId}/consents/{purpose}/withdraw', {
      params: { path: { playerId: second.id, purpose: 'coach_review' } },
      body: { evidence: { method: 'in_app' } },
    });
    const body = { videoId: data?.videoId ?? '', uploadId: data?.uploadId ?? '', parts: [{ partNumber: 1, etag: 'e' }] };
    assert.deepEqual(refusal(await coach.api.POST('/api/v1/media/upload/complete', { body })), [
      403,
      'access.consent_missing',
      'consent_missing',
    ]);
  });
});
