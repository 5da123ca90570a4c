import type { ActorRole } from './roles.ts';

/** Somebody who sends something, or whom it is meant for. */
export interface Party {
  readonly id: string;
  readonly role: ActorRole;
  /** Null while no birth date is known. */
  readonly isMinor: boolean | null;
  /** Of an athlete: adults who answer for the athlete. */
  readonly guardianIds: readonly string[];
  /** Of an athlete: adults of the club who work with the athlete, in the order in which they would be asked. */
  readonly coachIds: readonly string[];
}

export type SecondAdults =
  | { readonly isPossible: true; readonly addedIds: readonly string[] }
  /** `place`: among the recipients; null when it is the one who sends. */
  | { readonly isPossible: false; readonly minorId: string; readonly place: number | null };

/** An athlete is protected as a minor until a birth date says otherwise. */
export const isProtected = ({ role, isMinor }: Pick<Party, 'role' | 'isMinor'>): boolean => role === 'player' && isMinor !== false;

/**
 * Whom something has to reach besides, so that no minor stands in an exchange with one adult alone: whatever reaches a minor, and
 * whatever a minor sends, reaches a guardian of that minor too. Where the minor has none, another adult who works with the minor stands
 * in. Where there is nobody, it must not be sent. Serves shares as it serves whatever is written.
 */
export function secondAdults(sender: Party, recipients: readonly Party[]): SecondAdults {
  const named = recipients.flatMap((party) => (isProtected(party) ? [] : [party.id]));
  const reached = new Set(recipients.map(({ id }) => id));
  const addedIds: string[] = [];
  const add = (ids: readonly string[]): void => {
    for (const id of ids.filter((one) => !reached.has(one))) {
      addedIds.push(id);
      reached.add(id);
    }
  };
  for (const [place, minor] of recipients.entries()) {
    if (!isProtected(minor)) continue;
    const more = forReader(minor, sender, reached);
    if (!more) return { isPossible: false, minorId: minor.id, place };
    add(more);
  }
  if (isProtected(sender)) {
    const more = forWriter(sender, named, reached);
    if (!more) return { isPossible: false, minorId: sender.id, place: null };
    add(more);
  }
  return { isPossible: true, addedIds };
}

type Ids = ReadonlySet<string>;

function forReader({ guardianIds, coachIds }: Party, sender: Party, reached: Ids): readonly string[] | null {
  if (guardianIds.includes(sender.id) || guardianIds.some((id) => reached.has(id))) return [];
  if (guardianIds.length > 0) return guardianIds;
  const others = coachIds.filter((id) => id !== sender.id);
  return others.some((id) => reached.has(id)) ? [] : firstOf(others);
}

/** A minor who writes to one coach is alone with that coach: the one who stands in has to be another. */
function forWriter({ guardianIds, coachIds }: Party, named: readonly string[], reached: Ids): readonly string[] | null {
  if (guardianIds.some((id) => reached.has(id))) return [];
  if (guardianIds.length > 0) return guardianIds;
  const isTheOnlyOneNamed = (id: string): boolean => named.length === 1 && named[0] === id;
  const others = coachIds.filter((id) => !isTheOnlyOneNamed(id));
  return others.some((id) => reached.has(id)) ? [] : firstOf(others);
}

const firstOf = ([first]: readonly string[]): readonly string[] | null => (first === undefined ? null : [first]);
