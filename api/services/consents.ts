import { uuidv7 } from 'uuidv7';
import { CONSENT_PURPOSES, endOf, isInForce, type ConsentPurpose, type EvidenceMethod } from '../../domain/access/consent.ts';
import { may, type Facts } from '../../domain/access/policy.ts';
import { DomainError } from '../../domain/errors.ts';
import type { components } from '../../domain/generated/openapi.ts';
import { factsAbout } from '../platform/access-facts.ts';
import { MissingRow } from '../platform/missing-row.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { ConsentModel } from '../platform/models/consent.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import { ageOf, clockOf, type AgeNow } from './consent-age.ts';
import { enterSuspendedLinks, whatEndsWith } from './consent-ending.ts';
import type { ConsentEntry, ConsentOverview, Consents } from './contracts.ts';

type Evidence = components['schemas']['ConsentEvidence'];

const HISTORY_LIMIT = 200;

/** What athletes have agreed to. A record is written once and closed once; leases end with it by the database's own triggers. */
export const consents = (): Consents => ({
  overview: (tenant, playerId) =>
    tenant.within(async (scope) => {
      const { birthDate } = await athleteOf(scope, playerId);
      const facts = await factsAbout(scope, { playerId });
      mustBeAllowed(scope, 'consent.view', facts);
      const now = await clockOf(scope);
      const { isMinor } = await ageIfKnown(scope, birthDate, now);
      const standing = await entriesOf(scope, await inForce(scope, playerId, now));
      const newestFirst = recordsOf(scope, playerId).orderBy([
        { column: 'grantedAt', order: 'desc' },
        { column: 'id', order: 'desc' },
      ]);
      return {
        ...{ isMinor, decides: whatMayBeDecided(scope, facts, isMinor) },
        purposes: CONSENT_PURPOSES.map((purpose) => ({
          purpose,
          inForce: standing.find(({ record }) => record.purpose === purpose) ?? null,
        })),
        history: await entriesOf(scope, await newestFirst.limit(HISTORY_LIMIT)),
      };
    }),

  grant: (tenant, playerId, request) =>
    tenant.within(async (scope) => {
      const { purpose, evidence, textVersion, locale } = request;
      await mustBeAllowedToDecide(scope, 'consent.grant', { playerId, purpose }, evidence);
      const expiresAt = request.expiresAt === undefined ? null : new Date(request.expiresAt);
      const text = { textVersion, locale };
      return entryOf(scope, await grantOnce(scope, { playerId, purpose, evidence, ...text, expiresAt, grantedById: scope.actor.id }));
    }),

  withdraw: (tenant, playerId, purpose, { evidence }) =>
    tenant.within(async (scope) => {
      await mustBeAllowedToDecide(scope, 'consent.withdraw', { playerId, purpose }, evidence);
      const now = await oneAtATime(scope, playerId);
      const standing = await inForce(scope, playerId, now, purpose);
      const [newest] = standing;
      if (!newest) throw new DomainError('consent.not_in_force', { extra: { purpose } });

      const closing = { withdrawnAt: now, withdrawnById: scope.actor.id };
      // An operator may have recorded the same yes twice: no means all of it.
      for (const record of standing) {
        await ConsentModel.within(scope)
          .where('id', record.id)
          .patch({ ...closing, withdrawalMethod: evidence.method, withdrawalEvidence: evidence.reference ?? null });
        await tell(scope, 'withdrawn', record, evidence);
      }
      await whatEndsWith(scope, playerId);
      return entryOf(scope, await recordsOf(scope, playerId).findById([scope.tenantId, newest.id]).throwIfNotFound());
    }),
});

export interface NewConsent extends Pick<ConsentModel, 'playerId' | 'purpose' | 'grantedById' | 'textVersion' | 'locale' | 'expiresAt'> {
  readonly evidence: Evidence;
}

/** The record in force: said twice is said once, whoever said it and by whichever text. Whether it may be given was asked before. */
export async function grantOnce(scope: TenantScope, { evidence, ...consent }: NewConsent): Promise<ConsentModel> {
  const { playerId, purpose } = consent;
  const { birthDate } = await athleteOf(scope, playerId);
  const grantedAt = await oneAtATime(scope, playerId);
  const [standing] = await inForce(scope, playerId, grantedAt, purpose);
  if (standing) return standing;

  const { comesOfAgeAt } = await ageIfKnown(scope, birthDate, grantedAt);
  const expiresAt = endOf(consent.expiresAt, comesOfAgeAt);
  if (expiresAt !== null && expiresAt <= grantedAt) throw new DomainError('consent.expiry_passed', { field: 'expiresAt' });
  const record = await ConsentModel.query(scope.trx).insertAndFetch({
    ...{ ...consent, tenantId: scope.tenantId, id: uuidv7(), grantedAt, expiresAt },
    endsAtMajority: expiresAt !== null && expiresAt.getTime() === comesOfAgeAt?.getTime(),
    ...{ evidenceMethod: evidence.method, evidence: evidence.reference ?? null },
  });
  await tell(scope, 'granted', record, evidence);
  // Links that an earlier yes had carried until it ran out do not come back with this one.
  await enterSuspendedLinks(scope, playerId);
  return record;
}

async function athleteOf(scope: TenantScope, playerId: string): Promise<AppUserModel> {
  const athlete = await AppUserModel.within(scope).where('id', playerId).first();
  if (!athlete) throw new MissingRow('person', playerId);
  return athlete;
}

/** In the application where that is open to the caller, and on paper where only that is. */
function whatMayBeDecided({ actor }: TenantScope, facts: Facts, isMinor: boolean | null): ConsentOverview['decides'] {
  const by = (method: EvidenceMethod): ConsentOverview['decides'] => {
    const about = { ...facts, agreement: { isMinor, method } };
    return { method, mayGrant: may(actor, 'consent.grant', about).allowed, mayWithdraw: may(actor, 'consent.withdraw', about).allowed };
  };
  const [here, onPaper] = [by('in_app'), by('paper')];
  return here.mayGrant || here.mayWithdraw || !onPaper.mayWithdraw ? here : onPaper;
}

async function mustBeAllowedToDecide(
  scope: TenantScope,
  action: 'consent.grant' | 'consent.withdraw',
  { playerId, purpose }: Pick<ConsentModel, 'playerId' | 'purpose'>,
  { method, reference }: Evidence,
): Promise<void> {
  const { birthDate } = await athleteOf(scope, playerId);
  const { isMinor, isOfDigitalAge } = await ageIfKnown(scope, birthDate, await clockOf(scope));
  mustBeAllowed(scope, action, { ...(await factsAbout(scope, { playerId })), agreement: { isMinor, isOfDigitalAge, purpose, method } });
  if (method === 'paper' && reference === undefined) throw new DomainError('consent.reference_missing', { field: 'evidence.reference' });
}

/** Nothing is known of somebody without a birth date. */
async function ageIfKnown(scope: TenantScope, birthDate: string | null, at: Date): Promise<Known> {
  return birthDate === null ? { isMinor: null, isOfDigitalAge: false, comesOfAgeAt: null } : ageOf(scope, birthDate, at);
}

type Known = Omit<AgeNow, 'isMinor'> & { readonly isMinor: boolean | null };

/** Lets one decision about an athlete through after the other, and tells the time at which this one's turn came. */
async function oneAtATime(scope: TenantScope, playerId: string): Promise<Date> {
  await AppUserModel.within(scope).where('id', playerId).forNoKeyUpdate();
  return clockOf(scope);
}

const recordsOf = (scope: TenantScope, playerId: string) => ConsentModel.within(scope).where({ playerId });

/** Newest first. */
async function inForce(scope: TenantScope, playerId: string, at: Date, purpose?: ConsentPurpose): Promise<readonly ConsentModel[]> {
  const open = recordsOf(scope, playerId).whereNull('withdrawnAt').orderBy('grantedAt', 'desc');
  if (purpose !== undefined) void open.where({ purpose });
  return (await open).filter((record) => isInForce(record, at));
}

async function tell(scope: TenantScope, what: 'granted' | 'withdrawn', record: ConsentModel, { method }: Evidence): Promise<void> {
  const { id: consentId, playerId, purpose } = record;
  await scope.emit(`consent.${what}`, { playerId, consentId, purpose });
  await scope.audit(what === 'granted' ? 'CONSENT_GRANTED' : 'CONSENT_WITHDRAWN', {
    ...{ resourceType: 'person', resourceId: playerId, subjectId: playerId },
    metadata: { purpose, consentId, method },
  });
}

/** Records with the people behind them. */
async function entriesOf(scope: TenantScope, records: readonly ConsentModel[]): Promise<readonly ConsentEntry[]> {
  const ids = new Set(
    records.flatMap(({ grantedById, withdrawnById }) => (withdrawnById === null ? grantedById : [grantedById, withdrawnById])),
  );
  const people = new Map((await AppUserModel.within(scope).whereIn('id', [...ids])).map((person) => [person.id, person]));
  const personOf = (id: string): AppUserModel => {
    const person = people.get(id);
    if (!person) throw new Error('a consent without the person who gave it');
    return person;
  };
  return records.map((record) => ({
    record,
    grantedBy: personOf(record.grantedById),
    withdrawnBy: record.withdrawnById === null ? null : personOf(record.withdrawnById),
  }));
}

async function entryOf(scope: TenantScope, record: ConsentModel): Promise<ConsentEntry> {
  const [entry] = await entriesOf(scope, [record]);
  if (!entry) throw new Error('a consent was not found again');
  return entry;
}
