import type { EvidenceMethod } from '../../domain/access/consent.ts';
import type { components } from '../../domain/generated/openapi.ts';
import type { AppUserModel } from '../platform/models/app-user.ts';
import type { ConsentEntry, ConsentOverview } from '../services/contracts.ts';
import type { DeepReadonly } from './operation.ts';

type Schemas = DeepReadonly<components['schemas']>;

const toParty = ({ id, displayName }: AppUserModel): Schemas['ConsentParty'] => ({ id, displayName });

const toEvidence = (method: EvidenceMethod, reference: string | null): Schemas['ConsentEvidence'] => ({
  method,
  ...(reference !== null && { reference }),
});

export const toConsent = ({ record, grantedBy, withdrawnBy }: ConsentEntry): Schemas['Consent'] => ({
  id: record.id,
  purpose: record.purpose,
  textVersion: record.textVersion,
  locale: record.locale,
  evidence: toEvidence(record.evidenceMethod, record.evidence),
  grantedAt: record.grantedAt.toISOString(),
  grantedBy: toParty(grantedBy),
  expiresAt: record.endsAtMajority ? null : (record.expiresAt?.toISOString() ?? null),
  endsAtMajority: record.endsAtMajority,
  withdrawnAt: record.withdrawnAt?.toISOString() ?? null,
  withdrawnBy: withdrawnBy && toParty(withdrawnBy),
  withdrawal: record.withdrawalMethod && toEvidence(record.withdrawalMethod, record.withdrawalEvidence),
});

export const toConsentOverview = ({ isMinor, decides, purposes, history }: ConsentOverview): Schemas['ConsentOverview'] => ({
  ...{ isMinor, decides },
  purposes: purposes.map(({ purpose, inForce }) => ({ purpose, inForce: inForce && toConsent(inForce) })),
  history: history.map(toConsent),
});
