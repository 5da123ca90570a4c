import type { QueryBuilder } from 'objection';
import { comesOfAgeOn, dayIn, isMinorAt, startOfDay } from '../../domain/access/minority.ts';
import { factsAbout } from '../platform/access-facts.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { PersonRecord } from './contracts.ts';
import { settingsOf } from './tenant-settings.ts';

/** The order of names in a list, whatever the case of their letters. */
export const byName = new Intl.Collator('nb', { sensitivity: 'base', numeric: true });

/** By the partner's own id: in this tenant, whoever else has the same. */
export const personNamed = (scope: TenantScope, externalId: string): QueryBuilder<AppUserModel, AppUserModel | undefined> =>
  AppUserModel.within(scope).where('externalId', externalId).whereNull('erasedAt').first();

/** @throws DomainError `access.*` @param personId left out where it is about nobody in particular. */
export async function mustDealWith(
  scope: TenantScope,
  action: 'person.read' | 'person.write' | 'person.erase' | 'person.export',
  personId: string | null = null,
): Promise<void> {
  mustBeAllowed(scope, action, await factsAbout(scope, { playerId: personId }));
}

/** How this credential is told of people, today. The birth date goes to the key that wrote it, and so does what gives it away. */
export async function tellerFor({ credential }: Tenant, scope: TenantScope): Promise<(person: AppUserModel) => PersonRecord> {
  const { ageOfMajority, timeZone } = await settingsOf(scope);
  const today = dayIn(timeZone, new Date());
  return (person) => {
    const { birthDate, birthDateKeyId } = person;
    if (birthDate === null) return { person, isMinor: null, birthDate: null, comesOfAgeAt: null };
    const isMinor = isMinorAt(birthDate, ageOfMajority, today);
    if (credential.kind !== 'key' || credential.keyId !== birthDateKeyId) return { person, isMinor, birthDate: null, comesOfAgeAt: null };
    return { person, isMinor, birthDate, comesOfAgeAt: startOfDay(timeZone, comesOfAgeOn(birthDate, ageOfMajority)) };
  };
}
