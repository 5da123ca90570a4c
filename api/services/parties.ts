import { dayIn, isMinorAt } from '../../domain/access/minority.ts';
import type { Audience } from '../../domain/access/policy.ts';
import type { Party } from '../../domain/access/two-adults.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { settingsOf } from './tenant-settings.ts';

/** Somebody whom something may be shown to, and how they stand to the athlete it is about. */
export interface Candidate {
  readonly person: AppUserModel;
  readonly party: Party;
  readonly relation: 'athlete' | 'guardian' | 'coach' | 'member';
  readonly audience: Audience;
}

/** Everybody active, but keys and guests, who are nobody to show something to. */
export const activePeople = (scope: TenantScope) =>
  AppUserModel.within(scope).whereNull('deactivatedAt').whereNot('role', 'guest').whereNot('externalId', 'like', 'key:%');

/** The same people with what has to be known of them before something reaches them. */
export async function candidatesAmong(
  scope: TenantScope,
  people: readonly AppUserModel[],
  playerId: string | null,
): Promise<readonly Candidate[]> {
  const isMinor = await minorityToday(scope);
  const playerIds = people.flatMap(({ id, role }) => (role === 'player' ? [id] : []));
  const about = playerId === null ? playerIds : [...playerIds, playerId];
  const guardians = await adultsOf(scope, 'guardian', about, isMinor);
  const coaches = await adultsOf(scope, 'coach', playerIds, isMinor);
  const family = new Set(playerId === null ? [] : guardians.all.get(playerId));
  return people.map((person) => {
    const { id, role } = person;
    const relation =
      id === playerId ? 'athlete' : role === 'guardian' && family.has(id) ? 'guardian' : role === 'coach' ? 'coach' : 'member';
    return {
      ...{ person, relation },
      audience: relation === 'athlete' || relation === 'guardian' ? 'family' : relation,
      party: {
        ...{ id, role, isMinor: isMinor(person) },
        guardianIds: guardians.adults.get(id) ?? [],
        coachIds: coaches.adults.get(id) ?? [],
      },
    };
  });
}

type Minority = (person: Pick<AppUserModel, 'birthDate'>) => boolean | null;

async function minorityToday(scope: TenantScope): Promise<Minority> {
  const { ageOfMajority, timeZone } = await settingsOf(scope);
  const today = dayIn(timeZone, new Date());
  return ({ birthDate }) => (birthDate === null ? null : isMinorAt(birthDate, ageOfMajority, today));
}

interface TiedRow {
  readonly playerId: string;
  readonly id: string;
  readonly birthDate: string | null;
}

type ByPlayer = ReadonlyMap<string, readonly string[]>;

/** The active people tied to each athlete, those who have been here longest first. Whoever is known to be a minor is no second adult. */
async function adultsOf(
  scope: TenantScope,
  role: 'guardian' | 'coach',
  playerIds: readonly string[],
  isMinor: Minority,
): Promise<{ readonly all: ByPlayer; readonly adults: ByPlayer }> {
  const rows = await scope
    .trx(`${role}Player as tie`)
    .join('appUser as person', (on) => on.on('person.tenantId', 'tie.tenantId').andOn('person.id', `tie.${role}Id`))
    .where({ 'tie.tenantId': scope.tenantId, 'person.role': role })
    .whereNull('person.deactivatedAt')
    .whereIn('tie.playerId', [...playerIds])
    .orderBy('person.id')
    .select<TiedRow[]>('tie.playerId', 'person.id', 'person.birthDate');
  return { all: byPlayer(rows), adults: byPlayer(rows.filter((row) => isMinor(row) !== true)) };
}

const byPlayer = (rows: readonly TiedRow[]): ByPlayer =>
  new Map([...Map.groupBy(rows, ({ playerId }) => playerId)].map(([playerId, tied]) => [playerId, tied.map(({ id }) => id)]));

/** Whether the tenant wants a second adult wherever a minor is. */
export async function wantsTwoAdults(scope: TenantScope): Promise<boolean> {
  return (await settingsOf(scope)).twoAdults;
}

/** Found again by their ids, also when they have left. */
export async function peopleById(scope: TenantScope, ids: Iterable<string>): Promise<(id: string) => AppUserModel> {
  const people = new Map((await AppUserModel.within(scope).whereIn('id', [...new Set(ids)])).map((person) => [person.id, person]));
  return (id) => {
    const person = people.get(id);
    if (!person) throw new Error('a share without its people');
    return person;
  };
}
