import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe } from 'node:test';
import { numberedCase } from './support/cases.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { grant } from './support/consent-calls.ts';
import { bringAbout, letterOf, rowsOf, STATES, type State } from './support/gate-states.ts';
import { guestOf, openLink, play, publishClip, share, told, viewLink, type Opening } from './support/sharing-desk.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

type Purpose = 'coach_review' | 'tenant_library' | 'link_share';

/**
 * Written from the rules; letters and columns as for the other gates. To share is to show the picture to somebody more: the family too
 * can do that only with what everybody in the picture has agreed to.
 */
const RUN = `
coach_review   | share to a coach  | athlete  | c y c c c c y
coach_review   | share to a coach  | guardian | c y c c c c y
coach_review   | share to a coach  | outsider | n n n n n n n
tenant_library | share to a member | athlete  | c y c c c c y
tenant_library | share to a member | guardian | c y c c c c y
tenant_library | share to a member | outsider | n n n n n n n
link_share     | make a link       | athlete  | c y c c c c y
link_share     | make a link       | guardian | c y c c c c y
link_share     | make a link       | outsider | n n n n n n n
link_share     | open              | guest    | c y c c c c y
link_share     | mint              | guest    | c y c c c c y
link_share     | renew             | guest    | c y c c c c y
link_share     | poster            | guest    | c y c c c c y
`;
const cells = rowsOf<Purpose>(RUN);

let system: TestSystem;
let club: Club;
before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
});
after(() => system.stop());

interface Scene {
  readonly people: Readonly<Record<string, Person>>;
  readonly recipients: { readonly coach: Person; readonly member: Person };
  readonly videoId: string;
  /** Made, opened and playing while all had agreed. */
  readonly link: { readonly token: string; readonly guest: Awaited<ReturnType<typeof guestOf>>; readonly leaseId: string } | null;
}

async function sceneOf(state: State, purpose: Purpose): Promise<Scene> {
  const person = (role: Person['role']): Promise<Person> => club.person(role, randomUUID());
  const [main, other, guardian, outsider] = [
    await person('player'),
    await person('player'),
    await person('guardian'),
    await person('player'),
  ];
  const recipients = { coach: await person('coach'), member: await person('guardian') };
  await club.guards(guardian, main);
  for (const athlete of [main, other]) await grant(athlete, athlete.id, { purpose });
  const videoId = await publishClip(system, club, main, main);
  let link: Scene['link'] = null;
  if (purpose === 'link_share') {
    const { token } = told(await viewLink(main, videoId));
    const guest = await guestOf(system, { token });
    const leaseId =
      told(await play(guest, videoId))
        .renewUrl.split('/')
        .at(-2) ?? '';
    link = { token, guest, leaseId };
  }
  await bringAbout(system, state, purpose, { main, other, all: [videoId] });
  return { people: { athlete: main, guardian, outsider }, recipients, videoId, link };
}

const opened = ({ status, body }: Opening): string => letterOf({ response: new Response(null, { status }), error: body });

async function askGuest(gate: string, { link, videoId }: Scene): Promise<string> {
  assert.ok(link);
  const { token, guest, leaseId } = link;
  if (gate === 'open') return opened(await openLink(system, { token }));
  if (gate === 'mint') return letterOf(await play(guest, videoId));
  if (gate === 'renew') return letterOf(await guest.api.POST('/api/v1/play/{leaseId}/renew', { params: { path: { leaseId } } }));
  assert.equal(gate, 'poster');
  return letterOf(await guest.api.GET('/api/v1/videos/{videoId}/poster', { params: { path: { videoId } }, parseAs: 'blob' }));
}

async function ask({ gate, actor }: (typeof cells)[number], scene: Scene): Promise<string> {
  if (actor === 'guest') return askGuest(gate, scene);
  const { people, recipients, videoId } = scene;
  const who = people[actor];
  assert.ok(who);
  if (gate === 'make a link') return letterOf(await viewLink(who, videoId));
  const recipient = gate === 'share to a coach' ? recipients.coach : recipients.member;
  return letterOf(await share(who, videoId, { recipientIds: [recipient.id] }));
}

describe('the gates of sharing', () => {
  for (const purpose of ['coach_review', 'tenant_library', 'link_share'] as const)
    for (const [column, state] of STATES.entries())
      numberedCase('G90', 'run', `sharing: ${purpose}, ${state}`, async () => {
        const scene = await sceneOf(state, purpose);
        const rows = cells.filter((cell) => cell.purpose === purpose);
        const found: string[] = [];
        for (const cell of rows) found.push(`${cell.gate}, ${cell.actor}: ${await ask(cell, scene)}`);
        assert.deepEqual(
          found,
          rows.map(({ gate, actor, expected }) => `${gate}, ${actor}: ${expected[column] ?? ''}`),
        );
        return `${String(rows.length)} cells as written, each asked of the running system`;
      });
});
