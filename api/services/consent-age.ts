import { fateOfYes, type Age, type GivenBy } from '../../domain/access/age-and-consent.ts';
import { isInForce } from '../../domain/access/consent.ts';
import { comesOfAgeOn, dayIn, isMinorAt, startOfDay } from '../../domain/access/minority.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { ConsentModel } from '../platform/models/consent.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { whatEndsWith } from './consent-ending.ts';
import { settingsOf } from './tenant-settings.ts';

export interface AgeNow extends Age {
  /** Null for whoever is of age. */
  readonly comesOfAgeAt: Date | null;
}

/** By the calendar of the tenant's own place. */
export async function ageOf(scope: TenantScope, birthDate: string, at: Date): Promise<AgeNow> {
  const { ageOfMajority, ageOfDigitalConsent, timeZone } = await settingsOf(scope);
  const today = dayIn(timeZone, at);
  const isMinor = isMinorAt(birthDate, ageOfMajority, today);
  return {
    isMinor,
    isOfDigitalAge: !isMinor || (ageOfDigitalConsent !== null && !isMinorAt(birthDate, ageOfDigitalConsent, today)),
    comesOfAgeAt: isMinor ? startOfDay(timeZone, comesOfAgeOn(birthDate, ageOfMajority)) : null,
  };
}

/** `now()` is when the transaction began: a yes that was committed while this one waited would lie ahead of it. */
export async function clockOf(scope: TenantScope): Promise<Date> {
  const { rows } = await scope.trx.raw<{ rows: { now: Date }[] }>(`select date_trunc('milliseconds', clock_timestamp()) as now`);
  const [row] = rows;
  if (!row) throw new Error('the database does not know the time');
  return row.now;
}

/** What stands was given when nobody knew the athlete's age. The caller has locked the athlete's row, and written the birth date. */
export async function bringConsentsToAge(scope: TenantScope, playerId: string, birthDate: string): Promise<void> {
  const now = await clockOf(scope);
  const open = await ConsentModel.within(scope).where({ playerId }).whereNull('withdrawnAt').orderBy('id');
  const standing = open.filter((record) => isInForce(record, now));
  if (standing.length === 0) return;
  const { comesOfAgeAt, ...age } = await ageOf(scope, birthDate, now);
  const giverOf = await giversOf(scope, standing);
  let hasEnded = false;
  for (const record of standing) {
    const fate = fateOfYes(giverOf(record), record.purpose, age);
    if (fate === 'ends_now') {
      await endNow(scope, record, now, !age.isMinor);
      hasEnded = true;
    }
    // An end that was asked for, and is nearer, stays.
    if (fate === 'ends_at_majority' && comesOfAgeAt !== null && (record.expiresAt === null || comesOfAgeAt < record.expiresAt))
      await ConsentModel.within(scope).where('id', record.id).patch({ expiresAt: comesOfAgeAt, endsAtMajority: true });
  }
  if (hasEnded) await whatEndsWith(scope, playerId);
}

/** Closed as a withdrawal is, so that it counts as soon as it can be read; by nobody. */
async function endNow(scope: TenantScope, { id, playerId, purpose }: ConsentModel, at: Date, isOfAge: boolean): Promise<void> {
  await ConsentModel.within(scope)
    .where('id', id)
    .patch({ withdrawnAt: at, ...(isOfAge && { endsAtMajority: true }) });
  await scope.emit('consent.ended', { playerId, consentId: id, purpose });
  await scope.audit('CONSENT_ENDED', {
    ...{ resourceType: 'person', resourceId: playerId, subjectId: playerId },
    metadata: { purpose, consentId: id, reason: isOfAge ? 'of_age' : 'given_by_a_minor' },
  });
}

async function giversOf(scope: TenantScope, records: readonly ConsentModel[]): Promise<(record: ConsentModel) => GivenBy> {
  const givers = await AppUserModel.within(scope).whereIn(
    'id',
    records.map(({ grantedById }) => grantedById),
  );
  const guardians = new Set(givers.filter(({ role }) => role === 'guardian').map(({ id }) => id));
  return ({ grantedById, playerId, evidenceMethod }) => {
    if (guardians.has(grantedById)) return 'guardian';
    return grantedById === playerId && evidenceMethod === 'in_app' ? 'athlete' : 'paper';
  };
}
