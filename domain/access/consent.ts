/** What an athlete, or a guardian for a minor, can say yes to. Each purpose stands alone. */
export const CONSENT_PURPOSES = ['coach_review', 'tenant_library', 'reference_library', 'link_share', 'export'] as const;
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];

export interface ConsentRecord {
  readonly purpose: ConsentPurpose;
  readonly grantedAt: Date;
  readonly expiresAt: Date | null;
  readonly withdrawnAt: Date | null;
}

/** The purposes in force at an instant. A withdrawn or expired record counts for nothing, a future one not yet. */
export const purposesInForce = (records: readonly ConsentRecord[], at: Date): ReadonlySet<ConsentPurpose> =>
  new Set(
    records
      .filter((r) => r.grantedAt <= at && (r.withdrawnAt === null || r.withdrawnAt > at) && (r.expiresAt === null || r.expiresAt > at))
      .map((r) => r.purpose),
  );
