import type { ConsentPurpose, EvidenceMethod } from '../../domain/access/consent.ts';
import type { components } from '../../domain/generated/openapi.ts';
import type { AppUserModel } from '../platform/models/app-user.ts';
import type { ConsentModel } from '../platform/models/consent.ts';
import type { Tenant } from '../platform/tenant.ts';

type Schemas = components['schemas'];

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

export interface Consents {
  overview(tenant: Tenant, playerId: string): Promise<ConsentOverview>;
  /** The record in force: the one that stood already, or a new one. @throws DomainError `consent.expiry_passed`, `consent.reference_missing` */
  grant(tenant: Tenant, playerId: string, request: Schemas['ConsentGrant']): Promise<ConsentEntry>;
  /** Whoever watches by it is cut off in the same transaction. @throws DomainError `consent.not_in_force`, `consent.reference_missing` */
  withdraw(tenant: Tenant, playerId: string, purpose: ConsentPurpose, request: Schemas['ConsentWithdrawal']): Promise<ConsentEntry>;
}

/** What somebody in the picture has not agreed to. */
export interface MissingConsent {
  readonly playerId: string;
  readonly purposes: readonly ConsentPurpose[];
}
