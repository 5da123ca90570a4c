import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { declaration, sendParts, uploadClip } from './support/clips.ts';
import { startClub, type Api, type Club, type Person } from './support/club.ts';
import { CLIP, guestOf, openLink, play, statusOf, told, uploadLink } from './support/sharing-desk.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let coach: Person;
let player: Person;
let stranger: Person;
before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  [coach, player, stranger] = [
    await club.person('coach', 'coach-1'),
    await club.person('player', 'player-1'),
    await club.person('player', 'player-2'),
  ];
  for (const athlete of [player, stranger]) {
    await club.coaches(coach, athlete);
    await club.consents(athlete, 'coach_review');
  }
});
after(() => system.stop());

const begin = (api: Api, more: Parameters<typeof declaration>[1] = {}) =>
  api.POST('/api/v1/media/upload/init', { body: declaration(CLIP, { playerId: player.id, ...more }) });
const usesOf = async (linkId: string): Promise<number> =>
  ((await system.database.admin('accessLink').where({ id: linkId }).first()) as { useCount: number }).useCount;
const revoke = (by: { readonly api: Api }, linkId: string) =>
  by.api.DELETE('/api/v1/upload-links/{linkId}', { params: { path: { linkId } } });

describe('a link to send clips by', () => {
  it('is made by a coach of the athlete or an administrator, and where the athlete has agreed', async () => {
    const [another, unasked] = [await club.person('coach', 'coach-2'), await club.person('player', 'player-3')];
    await club.coaches(coach, unasked);
    for (const [by, playerId, status, code] of [
      [player, player.id, 403, 'access.denied'],
      [another, player.id, 403, 'access.denied'],
      [coach, unasked.id, 403, 'access.consent_missing'],
      [coach, coach.id, 404, 'user.not_found'],
    ] as const) {
      const { response, error } = await uploadLink(by, { playerId });
      assert.deepEqual([response.status, error?.code], [status, code]);
    }
    assert.equal((await uploadLink({ api: club.server }, { playerId: player.id })).response.status, 201);
  });

  it('lets its guest send for that athlete, for those who coach, and do nothing else', async () => {
    const guest = await guestOf(system, told(await uploadLink(coach, { playerId: player.id })));
    for (const more of [{ playerId: stranger.id }, { visibility: 'tenant' as const }, { otherPlayerIds: [stranger.id] }])
      assert.equal((await begin(guest.api, more)).response.status, 403, JSON.stringify(more));
    assert.equal((await guest.api.POST('/api/v1/media/upload/init', { body: declaration(CLIP) })).response.status, 403);
    const sent = await uploadClip(guest.api, CLIP, { playerId: player.id });
    assert.deepEqual([sent.visibility, sent.playerId], ['coach_only', player.id]);
    const refused = [
      guest.api.GET('/api/v1/videos'),
      guest.api.GET('/api/v1/players'),
      play(guest, sent.id),
      uploadLink(guest, { playerId: player.id }),
    ];
    for (const { response } of await Promise.all(refused)) assert.equal(response.status, 403, response.url);
    assert.deepEqual(told(await guest.api.GET('/api/v1/media/uploads')).items, []);
  });

  it('tells whoever made it, who finds the clip in the library', async () => {
    const link = told(await uploadLink(coach, { playerId: player.id }));
    const { id } = await uploadClip((await guestOf(system, link)).api, CLIP, { playerId: player.id });
    const events = await system.database.admin('event').where({ name: 'upload_link.used' }).whereRaw(`payload->>'linkId' = ?`, [link.id]);
    assert.deepEqual(
      events.map(({ payload }: { payload: unknown }) => payload),
      [{ linkId: link.id, videoId: id, personId: coach.id }],
    );
    assert.ok(told(await coach.api.GET('/api/v1/videos')).items.some((video) => video.id === id));
  });

  it('counts every upload begun, however many at once, and the same one once', async () => {
    const link = told(await uploadLink(coach, { playerId: player.id, maxUploads: 3 }));
    const guest = await guestOf(system, link);
    const clientUploadId = randomUUID();
    for (let times = 0; times < 2; times += 1) assert.equal((await begin(guest.api, { clientUploadId })).response.status, 200);
    assert.equal(await usesOf(link.id), 1);
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => begin(guest.api)))).map(({ response }) => response.status);
    assert.deepEqual([statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 410).length], [2, 18]);
    assert.equal(await usesOf(link.id), 3);
    assert.equal((await begin(guest.api, { clientUploadId })).response.status, 200);
    assert.equal(statusOf(await openLink(system, link)), '410 link.ended used_up');
    assert.equal((await openLink(system, { token: link.token, visit: guest.visit })).status, 200);
  });

  it('is called back by its maker, the athlete or an administrator, and what is being sent by it is not finished', async () => {
    const link = told(await uploadLink(coach, { playerId: player.id }));
    const guest = await guestOf(system, link);
    const upload = told(await begin(guest.api));
    const parts = await sendParts(upload, CLIP);
    assert.equal((await revoke(stranger, link.id)).response.status, 403);
    for (const by of [player, coach]) assert.equal((await revoke(by, link.id)).response.status, 204);
    const { videoId, uploadId } = upload;
    const checksumSha256 = createHash('sha256').update(CLIP).digest('hex');
    const finished = await guest.api.POST('/api/v1/media/upload/complete', { body: { videoId, uploadId, parts, checksumSha256 } });
    assert.equal(finished.response.status, 401);
    assert.equal(statusOf(await openLink(system, link)), '410 link.ended revoked');
  });

  it('is listed to its maker, and all of them to an administrator', async () => {
    const other = await club.person('coach', 'coach-3');
    await club.coaches(other, player);
    const link = told(await uploadLink(other, { playerId: player.id, label: 'Swing of the week', maxUploads: 9 }));
    const { items } = told(await other.api.GET('/api/v1/upload-links'));
    assert.deepEqual(
      items.map(({ id, label, maxUses, useCount, state, hasPassword }) => [id, label, maxUses, useCount, state, hasPassword]),
      [[link.id, 'Swing of the week', 9, 0, 'open', false]],
    );
    assert.ok(!told(await coach.api.GET('/api/v1/upload-links')).items.some(({ id }) => id === link.id));
    assert.ok(told(await club.server.GET('/api/v1/upload-links')).items.some(({ id }) => id === link.id));
  });
});
