import type { LeasedFile } from './lookups.ts';

/** Finds what a lease gives access to. Undefined when there is no such lease. */
export type FindLeasedFile = (leaseId: string, fileName: string) => Promise<LeasedFile | undefined>;

export interface LeaseCache {
  readonly find: FindLeasedFile;
  /** Forgets what is known of a tenant, and what is being asked. */
  forget(tenantId: string): void;
  forgetAll(): void;
}

export interface LeaseCacheOptions {
  /** While this says no, every question is asked anew and nothing is kept. */
  readonly isCurrent: () => boolean;
  /** Also without a word from anybody an answer is believed no longer than this. */
  readonly maxAgeMs?: number;
  readonly maxEntries?: number;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
}

interface Entry {
  readonly leased: LeasedFile;
  readonly until: number;
}

/**
 * Remembers for a moment that a lease lives, so that the many range requests of one player ask the database once. Only life is
 * remembered: a lease that was dead or unknown is asked for again. An answer to a question from before a change is not kept.
 */
export function cacheLeases(ask: FindLeasedFile, options: LeaseCacheOptions): LeaseCache {
  const { isCurrent, maxAgeMs = 2000, maxEntries = 10_000, now = () => performance.now() } = options;
  const entries = new Map<string, Entry>();
  let changes = 0;

  const keep = (key: string, leased: LeasedFile, askedAt: number): void => {
    if (leased.leftMs === null || leased.file === null) return;
    // The oldest goes first: a Map remembers the order in which its keys came.
    for (const oldest of entries.keys()) {
      if (entries.size < maxEntries) break;
      entries.delete(oldest);
    }
    entries.set(key, { leased, until: askedAt + Math.min(maxAgeMs, leased.leftMs) });
  };

  return {
    find: async (leaseId, fileName) => {
      const key = `${leaseId}/${fileName}`;
      const known = entries.get(key);
      const askedAt = now();
      if (known && isCurrent() && askedAt < known.until) return known.leased;
      entries.delete(key);
      const before = changes;
      const leased = await ask(leaseId, fileName);
      if (leased && isCurrent() && before === changes) keep(key, leased, askedAt);
      return leased;
    },
    forget: (tenantId) => {
      changes += 1;
      for (const [key, { leased }] of entries) if (leased.tenantId === tenantId) entries.delete(key);
    },
    forgetAll: () => {
      changes += 1;
      entries.clear();
    },
  };
}
