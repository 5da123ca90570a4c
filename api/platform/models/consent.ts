import type { ConsentPurpose, EvidenceMethod } from '../../../domain/access/consent.ts';
import { TenantModel } from './model.ts';

export class ConsentModel extends TenantModel {
  static override tableName = 'consent';
  declare id: string;
  declare playerId: string;
  declare purpose: ConsentPurpose;
  /** Null where an operator recorded it. */
  declare textVersion: string | null;
  declare locale: string | null;
  declare evidenceMethod: EvidenceMethod;
  /** Where a form on paper is kept. */
  declare evidence: string | null;
  declare grantedById: string;
  declare grantedAt: Date;
  declare expiresAt: Date | null;
  /** The end is the coming of age, which is not told. */
  declare endsAtMajority: boolean;
  declare withdrawnAt: Date | null;
  declare withdrawnById: string | null;
  declare withdrawalMethod: EvidenceMethod | null;
  declare withdrawalEvidence: string | null;
}
