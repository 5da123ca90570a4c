import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe } from 'node:test';
import type { Action } from '../../domain/access/actions.ts';
import { may } from '../../domain/access/policy.ts';
import { factsFor, PEOPLE } from '../../domain/access/who.test-kit.ts';
import { numberedCase } from './support/cases.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { declaration, uploadClip } from './support/clips.ts';
import { grant } from './support/consent-calls.ts';
import { bringAbout, letterOf, rowsOf, STATES, type State } from './support/gate-states.ts';
import { CLIP, play } from './support/picture.ts';
import { publishRendition } from './support/published.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { takeWorkerSeat, type WorkerSeat } from './support/worker-seat.ts';

type Purpose = 'coach_review' | 'tenant_library';

/** Written from the rules. `y` opens, `c` is refused for a missing consent, `n` for not being related. */
const RUN = `
coach_review   | upload  | athlete  | y y y y y y y
coach_review   | upload  | guardian | y y y y y y y
coach_review   | upload  | coach    | c y c c c c y
coach_review   | upload  | admin    | c y c c c c y
coach_review   | upload  | outsider | n n n n n n n
coach_review   | process | athlete  | y y y y y y y
coach_review   | process | coach    | c y c c c c y
coach_review   | publish | athlete  | y y y y y y y
coach_review   | publish | coach    | c y c c c c y
coach_review   | mint    | athlete  | y y y y y y y
coach_review   | mint    | guardian | y y y y y y y
coach_review   | mint    | coach    | c y c c c c y
coach_review   | mint    | admin    | c y c c c c y
coach_review   | mint    | outsider | n n n n n n n
coach_review   | renew   | athlete  | y y y y y y y
coach_review   | renew   | coach    | c y c c c c y
coach_review   | renew   | admin    | c y c c c c y
coach_review   | poster  | athlete  | y y y y y y y
coach_review   | poster  | guardian | y y y y y y y
coach_review   | poster  | coach    | c y c c c c y
coach_review   | poster  | admin    | c y c c c c y
coach_review   | poster  | outsider | n n n n n n n
tenant_library | mint    | athlete  | y y y y y y y
tenant_library | mint    | outsider | c y c c c c y
tenant_library | renew   | outsider | c y c c c c y
tenant_library | poster  | outsider | c y c c c c y
`;

const cells = rowsOf<Purpose>(RUN);
type Cell = (typeof cells)[number];

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

type Actors = Readonly<Record<string, Person>>;
interface Scene {
  readonly actors: Actors;
  readonly main: Person;
  readonly other: Person;
  readonly videoId: string;
  readonly renewals: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, string>>;
  readonly begun: Readonly<Record<string, NonNullable<Awaited<ReturnType<WorkerSeat['processing']['begin']>>>>>;
}

/** Everything is begun while all have agreed; then the consents become what the column says. */
async function sceneOf(state: State, purpose: Purpose): Promise<Scene> {
  const person = (role: Person['role']): Promise<Person> => club.person(role, randomUUID());
  const [main, other, guardian, coach, admin, outsider] = [
    await person('player'),
    await person('player'),
    await person('guardian'),
    await person('coach'),
    await person('admin'),
    await person('player'),
  ];
  await club.guards(guardian, main);
  await club.coaches(coach, main);
  for (const athlete of [main, other]) await grant(athlete, athlete.id, { purpose });
  const send = async (by: Person): Promise<string> => (await uploadClip(by.api, CLIP, { playerId: main.id })).id;
  const videoId = await send(main);
  await publishRendition(system, club.tenantId, videoId, CLIP);
  if (purpose === 'tenant_library')
    await main.api.PATCH('/api/v1/videos/{videoId}', { params: { path: { videoId } }, body: { visibility: 'tenant' } });
  const actors = { athlete: main, guardian, coach, admin, outsider };
  const renewals: Record<string, string> = {};
  for (const [name, who] of Object.entries(actors)) renewals[name] = (await play(who, videoId)).data?.renewUrl.split('/').at(-2) ?? '';
  const [jobs, begun, all]: [Record<string, string>, Record<string, Scene['begun'][string]>, string[]] = [{}, {}, [videoId]];
  if (purpose === 'coach_review')
    for (const name of ['athlete', 'coach'] as const) {
      const [waiting, working] = [await send(actors[name]), await send(actors[name])];
      const attempt = await seat.processing.begin(seat.tenant, { videoId: working, processingVersion: 1 });
      assert.ok(attempt);
      jobs[name] = waiting;
      begun[name] = attempt;
      all.push(waiting, working);
    }
  await bringAbout(system, state, purpose, { main, other, all });
  return { actors, main, other, videoId, renewals, jobs, begun };
}

const worked = (work: Promise<unknown>): Promise<string> =>
  work.then(
    (done) => (done === null ? 'c' : 'y'),
    (error: unknown) => (error instanceof Error && ['ConsentMissing', 'StaleAttempt'].includes(error.name) ? 'c' : String(error)),
  );

async function ask({ gate, actor }: Cell, state: State, scene: Scene): Promise<string> {
  const who = scene.actors[actor];
  assert.ok(who);
  const { videoId, main, other } = scene;
  const at = { params: { path: { videoId } } };
  if (gate === 'upload') {
    const others = state === 'one' || state === 'both' ? { otherPlayerIds: [other.id] } : {};
    return letterOf(await who.api.POST('/api/v1/media/upload/init', { body: declaration(CLIP, { playerId: main.id, ...others }) }));
  }
  if (gate === 'mint') return letterOf(await play(who, videoId));
  if (gate === 'poster') return letterOf(await who.api.GET('/api/v1/videos/{videoId}/poster', { ...at, parseAs: 'blob' }));
  if (gate === 'renew')
    return letterOf(await who.api.POST('/api/v1/play/{leaseId}/renew', { params: { path: { leaseId: scene.renewals[actor] ?? '' } } }));
  if (gate === 'process') return worked(seat.processing.begin(seat.tenant, { videoId: scene.jobs[actor] ?? '', processingVersion: 1 }));
  const attempt = scene.begun[actor];
  assert.ok(attempt && gate === 'publish');
  return worked(seat.publish(attempt));
}

describe('the gates', () => {
  for (const purpose of ['coach_review', 'tenant_library'] as const)
    for (const [column, state] of STATES.entries())
      numberedCase('G90', 'run', `${purpose}, ${state}`, async () => {
        const scene = await sceneOf(state, purpose);
        const rows = cells.filter((cell) => cell.purpose === purpose);
        const found: string[] = [];
        for (const cell of rows) found.push(`${cell.gate} ${cell.actor} ${await ask(cell, state, scene)}`);
        assert.deepEqual(
          found,
          rows.map(({ gate, actor, expected }) => `${gate} ${actor} ${expected[column] ?? ''}`),
        );
        return `${String(rows.length)} cells as written, each asked of the running system`;
      });

  /** There is nothing to run yet behind these: what opens them is asked of the policy. Without the consent, and with it. */
  const POLICY: readonly (readonly [Action, string, string])[] = [
    ['video.export', 'the athlete', 'yy'],
    ['video.export', 'a coach of the athlete', 'cy'],
    ['video.export', 'an admin', 'cy'],
    ['video.export', 'another athlete in the picture', 'nn'],
    ['video.download', 'a coach of the athlete', 'cy'],
    ['video.download', 'a guardian of the athlete', 'yy'],
    ['reference.add', 'a coach of the athlete', 'cy'],
    ['reference.add', 'an admin', 'cy'],
    ['reference.add', 'the athlete', 'nn'],
  ];
  numberedCase('G90', 'policy', 'export, download, reference library: the policy alone', () => {
    for (const [action, name, expected] of POLICY) {
      const who = PEOPLE.find((one) => one.name === name);
      assert.ok(who, name);
      const decide = (consent: Parameters<typeof factsFor>[1]['consent']): string => {
        const decision = may(who.actor, action, factsFor(who, { visibility: 'link', consent }));
        return decision.allowed ? 'y' : decision.reason === 'consent_missing' ? 'c' : 'n';
      };
      const needed = action === 'reference.add' ? 'reference_library' : 'export';
      assert.equal(decide(['coach_review']) + decide(['coach_review', needed]), expected, `${action} ${name}`);
    }
    return Promise.resolve(`${String(POLICY.length * 2)} cells as written; sockets and webhooks do not exist yet and ask nothing`);
  });
});
