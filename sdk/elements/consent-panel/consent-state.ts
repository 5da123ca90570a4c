import type { ConsentPurpose } from '../../../domain/access/consent.ts';
import type { Consent, ConsentOverview } from '../../client/client.ts';

/** How things stand with one purpose. `ended`: it ran out by itself. */
export type ConsentState =
  { readonly kind: 'agreed' | 'withdrawn' | 'ended'; readonly record: Consent } | { readonly kind: 'never'; readonly record: null };

export function stateOf({ purposes, history }: ConsentOverview, purpose: ConsentPurpose): ConsentState {
  const inForce = purposes.find((one) => one.purpose === purpose)?.inForce;
  if (inForce) return { kind: 'agreed', record: inForce };
  const latest = history.find((one) => one.purpose === purpose);
  if (!latest) return { kind: 'never', record: null };
  return { kind: latest.withdrawnAt === null ? 'ended' : 'withdrawn', record: latest };
}

/** One line of the history: somebody said yes, or took it back. */
export interface ConsentMoment {
  readonly at: string;
  readonly what: 'granted' | 'withdrawn';
  readonly record: Consent;
}

/** Every yes and every no, latest first. */
export const momentsOf = (history: readonly Consent[]): ConsentMoment[] =>
  history
    .flatMap((record): ConsentMoment[] => [
      ...(record.withdrawnAt === null ? [] : [{ at: record.withdrawnAt, what: 'withdrawn' as const, record }]),
      { at: record.grantedAt, what: 'granted', record },
    ])
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
