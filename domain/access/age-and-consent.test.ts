import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fateOfYes, mayAgreeAlone, type GivenBy } from './age-and-consent.ts';
import { CONSENT_PURPOSES, type ConsentPurpose } from './consent.ts';

const AGES = {
  child: { isMinor: true, isOfDigitalAge: false },
  youth: { isMinor: true, isOfDigitalAge: true },
  adult: { isMinor: false, isOfDigitalAge: true },
} as const;

/** Written from the rules: `k` stands, `m` ends at majority, `x` ends now; a pair is coach_review and every other purpose. */
const TABLE: Readonly<Record<GivenBy, Readonly<Record<keyof typeof AGES, string>>>> = {
  athlete: { child: 'xx', youth: 'mx', adult: 'kk' },
  guardian: { child: 'mm', youth: 'mm', adult: 'xx' },
  paper: { child: 'mm', youth: 'mm', adult: 'kk' },
};
const FATES: Readonly<Record<string, string>> = { k: 'stands', m: 'ends_at_majority', x: 'ends_now' };

describe('a yes whose athlete’s age becomes known', () => {
  for (const givenBy of ['athlete', 'guardian', 'paper'] as const)
    for (const age of ['child', 'youth', 'adult'] as const)
      it(`given by ${givenBy}, of a ${age}: ${TABLE[givenBy][age]}`, () => {
        const fates = CONSENT_PURPOSES.map((purpose) => fateOfYes(givenBy, purpose, AGES[age]));
        const letterOf = (purpose: ConsentPurpose): string => TABLE[givenBy][age][purpose === 'coach_review' ? 0 : 1] ?? '';
        assert.deepEqual(
          fates,
          CONSENT_PURPOSES.map((purpose) => FATES[letterOf(purpose)]),
        );
      });

  it('is given alone before majority for one purpose, from the age of digital consent on', () => {
    assert.deepEqual(
      CONSENT_PURPOSES.filter((purpose) => mayAgreeAlone(purpose, true)),
      ['coach_review'],
    );
    assert.ok(!mayAgreeAlone('coach_review', false) && !mayAgreeAlone(undefined, true));
  });
});
