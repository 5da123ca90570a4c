import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProtected, secondAdults, type Party } from './two-adults.ts';

const party = (id: string, role: Party['role'], more: Partial<Party> = {}): Party => ({
  ...{ id, role, isMinor: role === 'player' ? true : null, guardianIds: [], coachIds: [] },
  ...more,
});
const coach = party('coach', 'coach');
const admin = party('admin', 'admin');
const mother = party('mother', 'guardian');
const grown = party('grown', 'player', { isMinor: false });

const minorWith = (guardianIds: readonly string[], coachIds: readonly string[] = [], id = 'minor'): Party =>
  party(id, 'player', { guardianIds, coachIds });
const added = (sender: Party, ...recipients: readonly Party[]): unknown => {
  const outcome = secondAdults(sender, recipients);
  return outcome.isPossible ? outcome.addedIds : { missing: outcome.minorId, at: outcome.place };
};

describe('who counts as a minor', () => {
  it('is an athlete until a birth date says otherwise, and nobody else', () => {
    for (const isMinor of [true, null]) assert.equal(isProtected({ role: 'player', isMinor }), true);
    assert.equal(isProtected({ role: 'player', isMinor: false }), false);
    for (const role of ['admin', 'coach', 'guardian', 'guest'] as const) assert.equal(isProtected({ role, isMinor: true }), false);
  });
});

describe('what reaches a minor', () => {
  it('reaches every guardian of that minor', () => {
    assert.deepEqual(added(coach, minorWith(['mother', 'father'])), ['mother', 'father']);
  });

  it('needs nobody more where a guardian sends it, or is named', () => {
    assert.deepEqual(added(mother, minorWith(['mother', 'father'])), []);
    assert.deepEqual(added(coach, minorWith(['mother', 'father']), mother), []);
    assert.deepEqual(added(coach, mother, minorWith(['mother'])), []);
  });

  it('reaches another coach of the minor where there is no guardian, the first of them', () => {
    assert.deepEqual(added(coach, minorWith([], ['coach', 'second', 'third'])), ['second']);
    assert.deepEqual(added(admin, minorWith([], ['coach', 'second'])), ['coach']);
    assert.deepEqual(added(admin, minorWith([], ['coach', 'second']), party('second', 'coach')), []);
  });

  it('is not sent where there is nobody, and the place of the minor is told', () => {
    assert.deepEqual(added(coach, grown, minorWith([], ['coach'])), { missing: 'minor', at: 1 });
    assert.deepEqual(added(admin, minorWith([])), { missing: 'minor', at: 0 });
    assert.deepEqual(added(coach, minorWith([]), mother), { missing: 'minor', at: 0 });
  });

  it('reaches a guardian of each of several, once', () => {
    const [one, two, three] = [minorWith(['mother'], [], 'one'), minorWith(['father'], [], 'two'), minorWith(['mother'], [], 'three')];
    assert.deepEqual(added(coach, one, two, three), ['mother', 'father']);
  });

  it('goes to adults alone as it is', () => {
    assert.deepEqual(added(coach, admin, mother, grown), []);
    assert.deepEqual(added(grown, coach), []);
  });
});

describe('what a minor sends', () => {
  it('reaches a guardian of the sender, unless one is named', () => {
    assert.deepEqual(added(minorWith(['mother']), coach), ['mother']);
    assert.deepEqual(added(minorWith(['mother', 'father']), mother), []);
    assert.deepEqual(added(minorWith(['mother']), minorWith(['father'], [], 'other')), ['father', 'mother']);
  });

  it('does not leave a minor without guardians alone with one coach', () => {
    assert.deepEqual(added(minorWith([], ['coach']), coach), { missing: 'minor', at: null });
    assert.deepEqual(added(minorWith([], ['coach', 'second']), coach), ['second']);
    assert.deepEqual(added(minorWith([], ['coach']), coach, admin), []);
    assert.deepEqual(added(minorWith([], ['coach']), admin), ['coach']);
  });
});

/** Everybody there could be: one minor with two guardians and two coaches, who may be tied or not, and every sender and set of recipients. */
describe('in every exchange there could be', () => {
  const adults = [coach, party('second', 'coach'), mother, party('father', 'guardian'), admin];
  const subsets = <T>(of: readonly T[]): T[][] => of.reduce<T[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]]);

  it('no minor stands with one adult alone, and nobody is added without need', (t) => {
    let exchanges = 0;
    for (const guardianIds of subsets(['mother', 'father']))
      for (const coachIds of subsets(['coach', 'second'])) {
        const minor = minorWith(guardianIds, coachIds);
        for (const [sender, to] of [
          ...adults.flatMap((one) => subsets(adults.filter((other) => other !== one)).map((set) => [one, [minor, ...set]] as const)),
          ...subsets(adults).map((set) => [minor, set] as const),
        ]) {
          exchanges += 1;
          const outcome = secondAdults(sender, to);
          const named = to.filter((one) => one !== minor).map(({ id }) => id);
          if (!outcome.isPossible) {
            assert.deepEqual(guardianIds, []);
            continue;
          }
          const { addedIds } = outcome;
          const present = new Set([...named, ...addedIds, ...(sender === minor ? [] : [sender.id])]);
          const tied = [...guardianIds, ...coachIds];
          if (guardianIds.length > 0) assert.ok(guardianIds.some((id) => present.has(id)));
          else assert.ok(tied.some((id) => present.has(id) && id !== sender.id) && (present.size > 1 || sender === minor));
          if (sender === minor && guardianIds.length === 0 && named.length === 1)
            assert.ok(present.size > 1 || !coachIds.includes(named[0] ?? ''));
          assert.ok(addedIds.every((id) => tied.includes(id) && !named.includes(id) && id !== sender.id));
        }
      }
    t.diagnostic(`${String(exchanges)} exchanges`);
    assert.equal(exchanges, 16 * (5 * 16 + 32));
  });
});
