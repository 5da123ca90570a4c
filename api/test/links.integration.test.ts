import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { numberedCase } from './support/cases.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import {
  asPortal,
  guestOf,
  newcomer,
  openLink,
  play,
  publishClip,
  revokeView,
  share,
  sharingOf,
  statusOf,
  told,
  unshare,
  viewLink,
} from './support/sharing-desk.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

const PASSWORD = 'fore! fore!';

let system: TestSystem;
let club: Club;
let coach: Person;
let player: Person;
let guardian: Person;
before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  [coach, player, guardian] = [
    await club.person('coach', 'coach-1'),
    await club.person('player', 'player-1'),
    await club.person('guardian', 'guardian-1'),
  ];
  await club.coaches(coach, player);
  await club.guards(guardian, player);
  for (const purpose of ['coach_review', 'link_share', 'tenant_library'] as const) await club.consents(player, purpose);
});
after(() => system.stop());

const newClip = () => publishClip(system, club, player, player);
const row = (linkId: string) => system.database.admin('accessLink').where({ id: linkId });
const usesOf = async (linkId: string): Promise<number> => ((await row(linkId).first()) as { useCount: number }).useCount;
const over = (linkId: string) => row(linkId).update({ expiresAt: new Date(Date.now() - 1000) });
const many = async (times: number, ask: () => Promise<{ readonly status: number }>): Promise<Record<string, number>> => {
  const answers = await Promise.all(Array.from({ length: times }, ask));
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const mediaOf = async (by: Parameters<typeof play>[0], videoId: string): Promise<string> =>
  told(await play(by, videoId)).sources.analysis.url;
const statusAt = async (url: string): Promise<number> => {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
};

describe('a link to look at a video', () => {
  it('is not made by a coach alone, nor where the athlete has not agreed, and says why', async () => {
    const videoId = await newClip();
    const byCoach = await viewLink(coach, videoId);
    assert.deepEqual(
      [byCoach.response.status, byCoach.error && 'reason' in byCoach.error && byCoach.error.reason],
      [403, 'role_not_allowed'],
    );
    const other = await newcomer(club, 'player');
    const unasked = await viewLink(other, await publishClip(system, club, other, other));
    assert.deepEqual([unasked.response.status, unasked.error?.code], [403, 'access.consent_missing']);
  });

  it('ends within 90 days and not in the past', async () => {
    const videoId = await newClip();
    for (const days of [-1, 91]) {
      const expiresAt = new Date(Date.now() + days * 86_400_000).toISOString();
      const { response, error } = await viewLink(player, videoId, { expiresAt });
      assert.deepEqual([response.status, error?.code], [422, 'share.expiry_invalid']);
    }
    const made = told(await viewLink(player, videoId));
    const days = (Date.parse(made.expiresAt) - Date.parse(made.createdAt)) / 86_400_000;
    assert.ok(Math.abs(days - 7) < 0.001);
  });

  it('raises a video to links, and lowers it again with the last one', async () => {
    const videoId = await newClip();
    const visibility = async () => told(await sharingOf(player, videoId)).visibility;
    assert.equal(await visibility(), 'coach_only');
    const [one, other] = [told(await viewLink(player, videoId)), told(await viewLink(guardian, videoId))];
    assert.equal(await visibility(), 'link');
    assert.equal((await revokeView(player, videoId, one.id)).response.status, 204);
    assert.equal((await revokeView(player, videoId, one.id)).response.status, 204);
    assert.equal(await visibility(), 'link');
    assert.equal((await revokeView(player, videoId, other.id)).response.status, 204);
    assert.equal(await visibility(), 'coach_only');
  });

  it('is kept without its token, and told without it', async () => {
    const videoId = await newClip();
    const { id, token } = told(await viewLink(player, videoId, { password: PASSWORD }));
    assert.match(token, /^va_ln_[\w-]{43}$/);
    const kept = JSON.stringify(await row(id).first());
    assert.ok(!kept.includes(token.slice(6)) && !kept.includes(PASSWORD));
    assert.ok(!JSON.stringify(told(await sharingOf(player, videoId))).includes(token.slice(6)));
  });

  it('gives its repetition another token, and the former one opens nothing', async () => {
    const videoId = await newClip();
    const headers = { 'Idempotency-Key': 'the-same-link-twice' };
    const ask = () => player.api.POST('/api/v1/videos/{videoId}/links', { params: { path: { videoId }, header: headers }, body: {} });
    const [first, again] = [told(await ask()), told(await ask())];
    assert.equal(again.id, first.id);
    assert.equal((await openLink(system, { token: first.token })).status, 404);
    assert.equal((await openLink(system, { token: again.token })).status, 200);
  });

  it('opens on the asking site and for 15 minutes, for one video and with the right to comment only where that was given', async () => {
    const videoId = await newClip();
    const { token } = told(await viewLink(player, videoId, { label: 'Grandfather' }));
    assert.equal((await openLink(system, { token }, 'null')).status, 403);
    const { status, allowOrigin, body } = await openLink(system, { token });
    assert.deepEqual([status, allowOrigin], [200, '*']);
    assert.deepEqual(body.session?.scopes, ['videos:read', 'annotations:read', 'comments:read']);
    assert.deepEqual([body.video?.id, body.player, body.link?.label, body.link?.clubName], [videoId, null, 'Grandfather', 'Fairway']);
    assert.equal(body.link?.playerName, null);
    const lifeMs = Date.parse(body.session?.expiresAt ?? '') - Date.now();
    assert.ok(lifeMs > 0 && lifeMs <= 15 * 60_000);
    const elsewhere = await play({ api: asPortal(system, body.session?.token ?? '') }, videoId);
    assert.equal(elsewhere.error?.code, 'auth.origin_not_allowed');
    const commenting = told(await viewLink(player, videoId, { canComment: true }));
    assert.ok((await openLink(system, { token: commenting.token })).body.session?.scopes.includes('comments:write'));
  });

  it('shows its guest that video and nothing else', async () => {
    const [videoId, another] = [await newClip(), await newClip()];
    const guest = await guestOf(system, told(await viewLink(player, videoId)));
    const refused = [
      play(guest, another),
      guest.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId: another } } }),
      guest.api.PATCH('/api/v1/videos/{videoId}', { params: { path: { videoId } }, body: { title: 'Mine' } }),
      guest.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId } } }),
      guest.api.GET('/api/v1/players/{playerId}/consents', { params: { path: { playerId: player.id } } }),
      guest.api.GET('/api/v1/people'),
      guest.api.GET('/api/v1/audit-events'),
      guest.api.GET('/api/v1/media/uploads'),
      guest.api.GET('/api/v1/upload-links'),
      sharingOf(guest, videoId),
      viewLink(guest, videoId),
      share(guest, videoId, { recipientIds: [coach.id] }),
    ];
    for (const { response } of await Promise.all(refused)) assert.equal(response.status, 403, response.url);
    assert.deepEqual(told(await guest.api.GET('/api/v1/players')).items, []);
    assert.deepEqual(
      told(await guest.api.GET('/api/v1/videos')).items.map(({ id }) => id),
      [videoId],
    );
    assert.equal(await statusAt(await mediaOf(guest, videoId)), 200);
    assert.equal(told(await guest.api.GET('/api/v1/sessions/current')).actor.role, 'guest');
  });

  it('is closed by a withdrawal of what it needs, a video that is taken back, and its own end, with what is watched by it', async () => {
    const own = await newcomer(club, 'player');
    for (const purpose of ['coach_review', 'link_share'] as const) await club.consents(own, purpose);
    const videoId = await publishClip(system, club, own, own);
    const link = told(await viewLink(own, videoId, { expiresAt: new Date(Date.now() + 120_000).toISOString() }));
    const guest = await guestOf(system, link);
    const playback = told(await play(guest, videoId));
    assert.ok(Date.parse(playback.expiresAt) <= Date.parse(link.expiresAt));
    await over(link.id);
    assert.equal(await statusAt(playback.sources.analysis.url), 410);
    assert.equal((await play(guest, videoId)).response.status, 401);

    const next = await guestOf(system, told(await viewLink(own, videoId)));
    const media = await mediaOf(next, videoId);
    await own.api.PATCH('/api/v1/videos/{videoId}', { params: { path: { videoId } }, body: { visibility: 'private' } });
    assert.deepEqual([await statusAt(media), (await play(next, videoId)).response.status], [410, 403]);
  });

  it('goes on with a visit without being counted or asked for the password, and with no other link’s', async () => {
    const videoId = await newClip();
    const [link, other] = [
      told(await viewLink(player, videoId, { maxViews: 1, password: PASSWORD })),
      told(await viewLink(player, videoId)),
    ];
    const { visit } = await guestOf(system, { token: link.token, password: PASSWORD });
    const foreign = await guestOf(system, other);
    assert.equal(statusOf(await openLink(system, { token: link.token, visit: foreign.visit })), '410 link.ended used_up');
    assert.equal((await openLink(system, { token: link.token, visit })).body.visit, visit);
    assert.equal(await usesOf(link.id), 1);
    await revokeView(player, videoId, link.id);
    assert.equal(statusOf(await openLink(system, { token: link.token, visit })), '410 link.ended revoked');
  });
});

describe('G55, the door that links open', () => {
  numberedCase('G55', 'disk', 'a token nobody made, and one in an address', async () => {
    const nobodys = await openLink(system, { token: `va_ln_${'x'.repeat(43)}`, password: PASSWORD });
    const inAddress = await fetch(`${system.url}/api/v1/links/open?token=va_ln_${'x'.repeat(43)}`, { method: 'POST' });
    assert.equal(statusOf(nobodys), '404 link.not_found');
    assert.equal(inAddress.status, 401);
    return `${statusOf(nobodys)}; in an address ${String(inAddress.status)}`;
  });

  numberedCase('G55', 'disk', 'expired, and called back', async () => {
    const videoId = await newClip();
    const [expired, revoked] = [told(await viewLink(player, videoId)), told(await viewLink(player, videoId))];
    await over(expired.id);
    await revokeView(player, videoId, revoked.id);
    const answers = [await openLink(system, expired), await openLink(system, revoked)].map(statusOf);
    assert.deepEqual(answers, ['410 link.ended expired', '410 link.ended revoked']);
    return answers.join('; ');
  });

  numberedCase('G55', 'disk', '50 openings at once of a link for 7', async () => {
    const { id, token } = told(await viewLink(player, await newClip(), { maxViews: 7 }));
    const counts = await many(50, () => openLink(system, { token }));
    assert.deepEqual(counts, { 200: 7, 410: 43 });
    assert.equal(await usesOf(id), 7);
    return `${JSON.stringify(counts)}, use count ${String(await usesOf(id))}`;
  });

  numberedCase('G55', 'disk', 'no password, and 10 wrong ones one after the other', async () => {
    const { id, token } = told(await viewLink(player, await newClip(), { password: PASSWORD }));
    assert.equal(statusOf(await openLink(system, { token })), '401 link.password_required');
    const left: unknown[] = [];
    for (let tries = 0; tries < 10; tries += 1) left.push((await openLink(system, { token, password: 'four! four!' })).body.attemptsLeft);
    assert.deepEqual(left, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    const locked = await openLink(system, { token, password: PASSWORD });
    assert.equal(statusOf(locked), '429 link.locked');
    assert.ok(Number(locked.retryAfter) > 14 * 60 && Number(locked.retryAfter) <= 15 * 60);
    await row(id).update({ lockedUntil: new Date(Date.now() - 1000) });
    assert.equal((await openLink(system, { token, password: PASSWORD })).status, 200);
    assert.equal(await usesOf(id), 1);
    return `401, then 10 × 403, then ${statusOf(locked)} with Retry-After; open again after it`;
  });

  numberedCase('G55', 'disk', '50 wrong passwords at once', async () => {
    const { id, token } = told(await viewLink(player, await newClip(), { password: PASSWORD }));
    const counts = await many(50, () => openLink(system, { token, password: 'four! four!' }));
    assert.deepEqual(counts, { 403: 10, 429: 40 });
    assert.equal(await usesOf(id), 0);
    return JSON.stringify(counts);
  });
});

describe('G55, a media address that was copied before', () => {
  numberedCase('G55', 'disk', 'a link is called back while its guest watches', async () => {
    const videoId = await newClip();
    const link = told(await viewLink(player, videoId));
    const guest = await guestOf(system, link);
    const media = await mediaOf(guest, videoId);
    assert.equal(await statusAt(media), 200);
    await revokeView(player, videoId, link.id);
    const [copied, next] = [await statusAt(media), (await play(guest, videoId)).response.status];
    assert.deepEqual([copied, next], [410, 401]);
    return `copied address ${String(copied)}, the guest’s session ${String(next)}`;
  });

  numberedCase('G55', 'disk', 'a share by name is called back while it is watched', async () => {
    const videoId = await newClip();
    const reader = await newcomer(club, 'guardian');
    const made = told(await share(player, videoId, { recipientIds: [reader.id] }));
    const media = await mediaOf(reader, videoId);
    assert.equal(await statusAt(media), 200);
    await unshare(player, videoId, made.id);
    const [copied, next] = [await statusAt(media), (await play(reader, videoId)).response.status];
    assert.deepEqual([copied, next], [410, 403]);
    return `copied address ${String(copied)}, the reader ${String(next)}`;
  });
});
