import type { components, operations } from '../../../domain/generated/openapi.ts';
import type { AppUserModel } from '../../platform/models/app-user.ts';
import type { AuditEventModel } from '../../platform/models/audit-event.ts';
import type { ConsentModel } from '../../platform/models/consent.ts';
import type { ErasureModel } from '../../platform/models/erasure.ts';
import type { TakeoutModel } from '../../platform/models/takeout.ts';
import type { Tenant } from '../../platform/tenant.ts';
import type { ConsentPurpose, EvidenceMethod } from '../../../domain/access/consent.ts';
import type { MediaFile } from './media.ts';

type Schemas = components['schemas'];

/** A person as one credential is told of it. */
export interface PersonRecord {
  readonly person: AppUserModel;
  /** Null while the birth date is not known. */
  readonly isMinor: boolean | null;
  /** `YYYY-MM-DD`, for the key that wrote it; null for everybody else. */
  readonly birthDate: string | null;
  /** It gives the birth date away, and is told to whom that is told. */
  readonly comesOfAgeAt: Date | null;
}

export type PeopleQuery = NonNullable<operations['listPeople']['parameters']['query']>;

/** People are named by the partner's own ids. @throws DomainError `user.not_found` */
export interface People {
  listPlayers(tenant: Tenant): Promise<readonly AppUserModel[]>;
  list(tenant: Tenant, query: PeopleQuery): Promise<{ readonly items: readonly PersonRecord[]; readonly nextCursor: string | null }>;
  get(tenant: Tenant, externalId: string): Promise<PersonRecord>;
  /** @throws DomainError `person.deactivated`, `person.birth_date_impossible` */
  upsert(
    tenant: Tenant,
    externalId: string,
    request: Schemas['PersonUpsert'],
  ): Promise<{ readonly record: PersonRecord; readonly isNew: boolean }>;
  deactivate(tenant: Tenant, externalId: string): Promise<void>;
}

/** One erasure of a person, however often it is asked for. */
export interface Erasures {
  /** Blocks at once; the rest is a job's. @throws DomainError `user.not_found` */
  request(tenant: Tenant, externalId: string): Promise<ErasureModel>;
  /** @throws DomainError `erasure.not_found` */
  get(tenant: Tenant, erasureId: string): Promise<ErasureModel>;
}

export interface Takeouts {
  /** @throws DomainError `user.not_found`, `person.being_erased` */
  request(tenant: Tenant, externalId: string): Promise<TakeoutModel>;
  /** @throws DomainError `takeout.not_found` */
  get(tenant: Tenant, takeoutId: string): Promise<TakeoutModel>;
  /** The archive, for who may have it now; entered in the log. @throws DomainError `takeout.*` */
  archive(tenant: Tenant, takeoutId: string): Promise<MediaFile>;
}

export type TieKind = 'coach' | 'guardian';

/** Who works with which athlete, and who answers for one; all by the partner's own ids. */
export interface Ties {
  /** @throws DomainError `user.not_found`, `person.deactivated`, `relation.role_mismatch`, each with the field */
  link(tenant: Tenant, kind: TieKind, externalId: string, playerExternalId: string): Promise<void>;
  unlink(tenant: Tenant, kind: TieKind, externalId: string, playerExternalId: string): Promise<void>;
  /** Those of one person in both directions, each list by name. @throws DomainError `user.not_found` */
  of(tenant: Tenant, externalId: string): Promise<PersonTies>;
}

export interface PersonTies {
  readonly coaches: readonly AppUserModel[];
  readonly guardians: readonly AppUserModel[];
  readonly coachOf: readonly AppUserModel[];
  readonly guardianOf: readonly AppUserModel[];
}

/** One yes with the people behind it. */
export interface ConsentEntry {
  readonly record: ConsentModel;
  readonly grantedBy: AppUserModel;
  readonly withdrawnBy: AppUserModel | null;
}

export interface ConsentOverview {
  /** Today; null while the birth date is not known. */
  readonly isMinor: boolean | null;
  /** What the caller may decide, and how they would say it. */
  readonly decides: { readonly method: EvidenceMethod; readonly mayGrant: boolean; readonly mayWithdraw: boolean };
  /** Every purpose there is. */
  readonly purposes: readonly { readonly purpose: ConsentPurpose; readonly inForce: ConsentEntry | null }[];
  /** Newest first. */
  readonly history: readonly ConsentEntry[];
}

export type AuditQuery = NonNullable<operations['listAuditEvents']['parameters']['query']>;

export type AuditExportQuery = operations['exportAuditEvents']['parameters']['query'];

/** Text of a length that nobody knows before its end. */
export interface TextStream {
  readonly contentType: string;
  /** For whoever saves it. */
  readonly fileName: string;
  /** Made as they are taken; whoever stops taking them stops the work. */
  readonly pages: () => AsyncIterable<string>;
}

export interface AuditLog {
  /** Latest first. Reading what is about an athlete is entered too. @throws DomainError `cursor.invalid` */
  list(tenant: Tenant, query: AuditQuery): Promise<{ readonly items: readonly AuditEventModel[]; readonly nextCursor: string | null }>;
  /** Oldest first, in lines that `domain/audit/export.ts` knows. Is entered before the first of them. @throws DomainError `request.invalid` */
  export(tenant: Tenant, query: AuditExportQuery): Promise<TextStream>;
}

export interface Consents {
  overview(tenant: Tenant, playerId: string): Promise<ConsentOverview>;
  /** The record in force: the one that stood already, or a new one. @throws DomainError `consent.expiry_passed`, `consent.reference_missing` */
  grant(tenant: Tenant, playerId: string, request: Schemas['ConsentGrant']): Promise<ConsentEntry>;
  /** Whoever watches by it is cut off in the same transaction. @throws DomainError `consent.not_in_force`, `consent.reference_missing` */
  withdraw(tenant: Tenant, playerId: string, purpose: ConsentPurpose, request: Schemas['ConsentWithdrawal']): Promise<ConsentEntry>;
}
