import type { ConsentPurpose } from './consent.ts';

/** Who stands behind a yes, as far as the record tells: a form on paper may bear either's name. */
export type GivenBy = 'athlete' | 'guardian' | 'paper';

export interface Age {
  readonly isMinor: boolean;
  /** Has reached the tenant's age of digital consent; where it has set none, that is majority. */
  readonly isOfDigitalAge: boolean;
}

/** A minor who has reached the age of digital consent lets a coach look. To be shown to more people takes a guardian until majority. */
export const mayAgreeAlone = (purpose: ConsentPurpose | undefined, isOfDigitalAge: boolean): boolean =>
  purpose === 'coach_review' && isOfDigitalAge;

/** What becomes of a yes in force when it turns out how old the athlete is. */
export function fateOfYes(
  givenBy: GivenBy,
  purpose: ConsentPurpose,
  { isMinor, isOfDigitalAge }: Age,
): 'stands' | 'ends_at_majority' | 'ends_now' {
  if (!isMinor) return givenBy === 'guardian' ? 'ends_now' : 'stands';
  return givenBy === 'athlete' && !mayAgreeAlone(purpose, isOfDigitalAge) ? 'ends_now' : 'ends_at_majority';
}
