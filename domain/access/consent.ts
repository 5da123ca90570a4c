/** What an athlete, or a guardian for a minor, can say yes to. Each purpose stands alone. */
export const CONSENT_PURPOSES = ['coach_review', 'tenant_library', 'reference_library', 'link_share', 'export'] as const;
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];

/** How a yes or a no was said: by the person in the application, or on a form that an administrator holds. */
export const EVIDENCE_METHODS = ['in_app', 'paper'] as const;
export type EvidenceMethod = (typeof EVIDENCE_METHODS)[number];

export interface ConsentRecord {
  readonly purpose: ConsentPurpose;
  readonly grantedAt: Date;
  readonly expiresAt: Date | null;
  readonly withdrawnAt: Date | null;
}

/**
 * Whether a record counts at an instant. A future one does not yet. A withdrawal counts from when it can be read, whatever time it
 * bears: a clock that runs behind must not show a picture for a moment longer.
 */
export const isInForce = ({ grantedAt, expiresAt, withdrawnAt }: Omit<ConsentRecord, 'purpose'>, at: Date): boolean =>
  grantedAt <= at && withdrawnAt === null && (expiresAt === null || expiresAt > at);

/** When a yes ends of itself: at the time that was asked for, and for a minor when the athlete comes of age. Null: never. */
export const endOf = (asked: Date | null, comesOfAgeAt: Date | null): Date | null =>
  asked === null || (comesOfAgeAt !== null && comesOfAgeAt < asked) ? comesOfAgeAt : asked;
