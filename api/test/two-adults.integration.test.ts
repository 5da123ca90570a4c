import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { numberedCase } from './support/cases.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { bornYearsAgo, candidates, newcomer, play, publishClip, share, told, unshare } from './support/sharing-desk.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
});
after(() => system.stop());

interface Family {
  readonly minor: Person;
  readonly guardian: Person;
  readonly coach: Person;
}

/** A minor of ten years with a guardian and a coach, who has agreed to whatever is asked. */
async function family(): Promise<Family> {
  const [minor, guardian, coach] = [await newcomer(club, 'player'), await newcomer(club, 'guardian'), await newcomer(club, 'coach')];
  await bornYearsAgo(club, minor, 10);
  await club.guards(guardian, minor);
  await club.coaches(coach, minor);
  for (const purpose of ['coach_review', 'tenant_library', 'link_share'] as const) await club.consents(minor, purpose);
  return { minor, guardian, coach };
}

const orphan = async (): Promise<Person> => bornYearsAgo(club, await newcomer(club, 'player'), 12);
const clipOf = (player: Person) => publishClip(system, club, player, player);

type Shared = Awaited<ReturnType<typeof share>>;
const reached = (made: Shared): readonly string[] =>
  told(made)
    .recipients.map(({ person, reason }) => `${reason} ${person.id}`)
    .sort();
const refusal = ({ response, error }: Shared): readonly unknown[] => [
  response.status,
  error?.code,
  (error as { field?: unknown; reason?: unknown } | undefined)?.field ?? (error as { reason?: unknown } | undefined)?.reason,
];
const named = (...people: readonly Person[]): string[] => people.map(({ id }) => `named ${id}`);
const second = (...people: readonly Person[]): string[] => people.map(({ id }) => `second_adult ${id}`);

numberedCase('2A', 'disk', 'a share that would reach a minor with no other adult', async () => {
  const { coach, minor } = await family();
  const videoId = await clipOf(minor);
  const child = await orphan();
  const made = await share(minor, videoId, { recipientIds: [coach.id, child.id] });
  assert.deepEqual(refusal(made), [422, 'share.second_adult_missing', 'recipientIds.1']);
  assert.match(JSON.stringify(made.error), /Register a guardian/);
  const [row] = await system.database.admin('share').where({ videoId }).count();
  assert.equal(Number(row?.['count']), 0);
  return 'refused with 422, the place of the minor and what to do; nothing was shared';
});

numberedCase('2A', 'disk', 'a coach shows a clip to the minor who is in it', async () => {
  const { coach, minor, guardian } = await family();
  const made = await share(coach, await clipOf(minor), { recipientIds: [minor.id] });
  assert.deepEqual(reached(made), [...named(minor), ...second(guardian)].sort());
  const events = await system.database
    .admin('event')
    .where({ name: 'share.received' })
    .whereRaw(`payload->>'shareId' = ?`, [told(made).id]);
  assert.equal(events.length, 2);
  return 'the guardian was added, and both are told';
});

numberedCase('2A', 'disk', 'a guardian shows a clip to another minor of the club', async () => {
  const [{ guardian, minor }, other] = [await family(), await family()];
  const videoId = await clipOf(minor);
  assert.equal((await play(other.guardian, videoId)).response.status, 403);
  const made = await share(guardian, videoId, { recipientIds: [other.minor.id] });
  assert.deepEqual(reached(made), [...named(other.minor), ...second(other.guardian)].sort());
  for (const person of [other.minor, other.guardian]) assert.equal((await play(person, videoId)).response.status, 200);
  await unshare(guardian, videoId, told(made).id);
  for (const person of [other.minor, other.guardian]) assert.equal((await play(person, videoId)).response.status, 403);
  return 'the other minor’s own guardian was added; both saw it, and neither after it was called back';
});

numberedCase('2A', 'disk', 'a minor shows a clip to the coach', async () => {
  const { minor, guardian, coach } = await family();
  const made = await share(minor, await clipOf(minor), { recipientIds: [coach.id] });
  assert.deepEqual(reached(made), [...named(coach), ...second(guardian)].sort());
  return 'the guardian was added, though the minor wrote first';
});

numberedCase('2A', 'disk', 'an athlete without a birth date, and one who is of age', async () => {
  const { guardian, minor, coach } = await family();
  const videoId = await clipOf(minor);
  const ageless = await newcomer(club, 'player');
  assert.deepEqual(refusal(await share(guardian, videoId, { recipientIds: [ageless.id] })), [
    422,
    'share.second_adult_missing',
    'recipientIds.0',
  ]);
  await bornYearsAgo(club, ageless, 20);
  assert.deepEqual(reached(await share(guardian, videoId, { recipientIds: [ageless.id, coach.id] })), named(ageless, coach).sort());
  return 'protected as a minor until the birth date was known, then nobody was added';
});

numberedCase('2A', 'disk', 'who can be chosen, and whom a share would reach too', async () => {
  const { coach, minor, guardian } = await family();
  const child = await orphan();
  const { items } = told(await candidates(minor, await clipOf(minor)));
  const of = ({ id }: Person) => items.find(({ person }) => person.id === id);
  assert.equal(of(minor), undefined);
  assert.deepEqual(
    [of(coach)?.relation, of(coach)?.canReceive, of(coach)?.secondAdults.map(({ id }) => id)],
    ['coach', true, [guardian.id]],
  );
  assert.deepEqual([of(guardian)?.relation, of(guardian)?.secondAdults], ['guardian', []]);
  assert.deepEqual([of(child)?.canReceive, of(child)?.reason, of(child)?.isMinor], [false, 'second_adult_missing', true]);
  assert.ok(!items.some(({ person }) => person.role === 'guest' || person.displayName === 'Fairway server'));
  const byCoach = told(await candidates(coach, await clipOf(minor))).items.find(({ person }) => person.id === child.id);
  assert.deepEqual([byCoach?.canReceive, byCoach?.reason], [false, 'role_not_allowed']);
  return 'the list says the same as the share would';
});

numberedCase('2A', 'disk', 'a private clip, a recipient who is not here, and an end in the past', async () => {
  const { minor, coach, guardian } = await family();
  const videoId = await publishClip(system, club, minor, minor, { visibility: 'private' });
  const past = await share(minor, videoId, { recipientIds: [coach.id], expiresAt: '2026-01-01T00:00:00Z' });
  assert.deepEqual(refusal(past), [422, 'share.expiry_invalid', 'expiresAt']);
  assert.deepEqual(refusal(await share(minor, videoId, { recipientIds: [minor.id] })).slice(0, 2), [403, 'share.recipient_not_allowed']);
  const byCoach = await share(coach, videoId, { recipientIds: [(await newcomer(club, 'coach')).id] });
  assert.deepEqual(refusal(byCoach), [403, 'access.denied', 'not_visible']);
  const ofCoach = await publishClip(system, club, coach, minor, { visibility: 'private' });
  const unpublished = await share(coach, ofCoach, { recipientIds: [(await newcomer(club, 'coach')).id] });
  assert.deepEqual(refusal(unpublished).slice(0, 2), [403, 'share.recipient_not_allowed']);
  assert.equal((await share(guardian, videoId, { recipientIds: [coach.id] })).response.status, 201);
  assert.equal((await play(coach, videoId)).response.status, 200);
  return 'refused to the coach, raised to coach_only for the guardian';
});

numberedCase('2A', 'disk', 'the tenant does without', async () => {
  const { coach, minor } = await family();
  await system.operator.changeSettings(club.tenantId, { twoAdults: false });
  const made = await share(coach, await clipOf(minor), { recipientIds: [minor.id] });
  await system.operator.changeSettings(club.tenantId, { twoAdults: true });
  assert.deepEqual(reached(made), named(minor));
  const changes = await system.database.admin('auditEvent').where({ action: 'TENANT_CHANGED', tenantId: club.tenantId });
  assert.equal(changes.length, 2);
  return 'nobody was added; switching it off and on stands in the log';
});
