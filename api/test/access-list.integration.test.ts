import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { ROLES, SCOPES, VISIBILITIES, type Visibility } from '../../domain/access/roles.ts';
import { CONSENT_PURPOSES, type ConsentPurpose } from '../../domain/access/consent.ts';
import { may, type Actor } from '../../domain/access/policy.ts';
import { factsAbout, whereViewable } from '../platform/access-facts.ts';
import { VideoModel } from '../platform/models/video.ts';
import { bindTenant } from '../platform/tenant-scope.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
const people: Person[] = [];

/** Two people of every role, related in every way, and videos of every visibility by every uploader of every athlete. */
before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  for (const role of ROLES) for (const number of [1, 2]) people.push(await club.person(role, `${role}-${String(number)}`));
  const [coach, , player, other, guardian] = ['coach-1', 'coach-2', 'player-1', 'player-2', 'guardian-1'].map((id) =>
    people.find((p) => p.externalId === id),
  );
  assert.ok(coach && player && other && guardian);
  await club.coaches(coach, player);
  await club.coaches(coach, other);
  await club.guards(guardian, player);
  const consents: [Person, ConsentPurpose][] = [...CONSENT_PURPOSES.map((purpose): [Person, ConsentPurpose] => [player, purpose])];
  for (const [who, purpose] of consents) await club.consents(who, purpose);
  const athletes = [player.id, other.id, null];
  for (const playerId of athletes)
    for (const visibility of VISIBILITIES)
      for (const uploader of people)
        await system.database
          .admin('video')
          .insert({ tenantId: club.tenantId, id: randomUUID(), title: 'x', playerId, uploadedById: uploader.id, visibility, sizeBytes: 1 });
  for (const purpose of ['tenant_library', 'link_share'] as const) await club.consents(other, purpose);
  for (const visibility of VISIBILITIES)
    for (const [about, seen] of [
      [player, []],
      [player, [other]],
      [other, [player]],
    ] as const)
      for (const way of WAYS) await shown(visibility, about, seen, way);
});

/** By name to everybody of a second number and by a link, in force or not; or not at all. */
const WAYS = [
  { name: 'not at all', row: null },
  { name: 'in force', row: {} },
  { name: 'over', row: { expiresAt: new Date(Date.now() - 60_000) } },
  { name: 'called back', row: { revokedAt: new Date() } },
] as const;

/** With the one video that each has a link to. */
const guests: { readonly id: string; readonly externalId: string; readonly role: 'guest'; readonly videoId: string }[] = [];

/** A clip with others in the picture, shown in one of the ways. */
async function shown(visibility: Visibility, about: Person, seen: readonly Person[], { row }: (typeof WAYS)[number]): Promise<void> {
  const { admin } = system.database;
  const { tenantId } = club;
  const [videoId, shareId, guestId] = [randomUUID(), randomUUID(), randomUUID()];
  const [maker] = people;
  const createdById = maker?.id ?? '';
  await admin('video').insert({
    tenantId,
    id: videoId,
    title: 'y',
    playerId: about.id,
    uploadedById: createdById,
    visibility,
    sizeBytes: 1,
  });
  for (const { id } of seen) await admin('videoSubject').insert({ tenantId, videoId, playerId: id, namedById: createdById });
  if (row === null) return;
  await admin('share').insert({ tenantId, id: shareId, videoId, createdById, canComment: false, ...row });
  for (const { id } of people.filter(({ externalId }) => externalId.endsWith('-2')))
    await admin('shareRecipient').insert({ tenantId, shareId, personId: id, reason: 'named' });
  const guest = { id: guestId, externalId: `link:${guestId}`, role: 'guest' as const };
  guests.push({ ...guest, videoId });
  await admin('appUser').insert({ tenantId, ...guest, displayName: 'Guest' });
  await admin('accessLink').insert({
    ...{ tenantId, id: randomUUID(), kind: 'view', tokenSha256: randomBytes(32), guestId, createdById, videoId },
    ...{ expiresAt: new Date(Date.now() + 3_600_000), ...row },
  });
}

after(() => system.stop());

describe('the library', () => {
  it('lists exactly the videos that the policy lets each person see, before and after every consent ends', async (t) => {
    let [compared, seenByGuests] = [0, 0];
    for (const withdraw of [null, 'coach_review', 'link_share', 'tenant_library'] as const) {
      if (withdraw) await system.database.admin('consent').where({ purpose: withdraw }).update({ withdrawnAt: new Date() });
      for (const person of [...people, ...guests]) {
        const actor: Actor = { id: person.id, role: person.role, scopes: new Set(SCOPES), onlyPlayerIds: null, onlyVideoIds: null };
        const tenant = bindTenant(
          { database: system.app, sender: null },
          { tenantId: club.tenantId, actor, credential: { kind: 'job' }, requestId: 'test' },
        );
        await tenant.within(async (scope) => {
          const listed = new Set((await whereViewable(VideoModel.within(scope), scope)).map(({ id }) => id));
          const own = 'videoId' in person ? person.videoId : null;
          if (own !== null) assert.ok([...listed].every((id) => id === own));
          for (const video of own === null ? await VideoModel.within(scope) : await VideoModel.within(scope).where('id', own)) {
            const decision = may(actor, 'video.view', await factsAbout(scope, { playerId: video.playerId, video }));
            assert.equal(listed.has(video.id), decision.allowed, `${person.externalId} ${JSON.stringify(decision)} ${video.visibility}`);
            compared += 1;
            if (person.role === 'guest' && decision.allowed) seenByGuests += 1;
          }
        });
      }
    }
    assert.ok(seenByGuests > 0);
    t.diagnostic(`${String(compared)} decisions compared`);
  });
});
