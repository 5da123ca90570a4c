/** Whether a link opens: `open`, or why not. */
export const LINK_STATES = ['open', 'expired', 'revoked', 'suspended', 'used_up'] as const;
export type LinkState = (typeof LINK_STATES)[number];

export interface LinkTimes {
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** When a consent it needs was withdrawn. */
  readonly suspendedAt: Date | null;
  /** Null: as often as anybody likes. */
  readonly maxUses: number | null;
  readonly useCount: number;
}

/** What somebody did to a link is told before what time and use did to it. */
export function linkStateAt({ expiresAt, revokedAt, suspendedAt, maxUses, useCount }: LinkTimes, now: Date): LinkState {
  if (revokedAt) return 'revoked';
  if (suspendedAt) return 'suspended';
  if (expiresAt <= now) return 'expired';
  return maxUses !== null && useCount >= maxUses ? 'used_up' : 'open';
}
