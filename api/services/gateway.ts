import type { Knex } from 'knex';
import { askTogether } from '../platform/ask-together.ts';
import { watchAccess } from '../platform/access-watch.ts';
import { cacheLeases, type FindLeasedFile } from '../platform/lease-cache.ts';
import { findLeasedFiles, type FileQuestion } from '../platform/lookups.ts';
import type { ReadSigner } from '../platform/read-signer.ts';
import { egressMeter, type EgressMeter } from './egress.ts';

/**
 * How files reach players.
 * - `proxy`: through us, every byte.
 * - `redirect`: segments come from the store, by an address of a minute; everything else through us.
 * - `accel`: nginx in front of us fetches them from the store; what the player sees is the same.
 */
export type Delivery = { readonly kind: 'proxy' } | { readonly kind: 'redirect' | 'accel'; readonly signer: ReadSigner };

/** What stands between a lease and the bytes. */
export interface Gateway {
  readonly delivery: Delivery;
  readonly findFile: FindLeasedFile;
  readonly meter: EgressMeter;
}

export interface GatewayOptions {
  readonly database: Knex;
  /** For the connection that hears of changed access: not from the pool, it is never given back. */
  readonly databaseUrl: string;
  readonly delivery: Delivery;
  readonly onError: (error: unknown) => void;
}

export function openGateway({ database, databaseUrl, delivery, onError }: GatewayOptions): Gateway & { stop(): Promise<void> } {
  const meter = egressMeter({ database, onError });
  const ask = askTogether((questions: readonly FileQuestion[]) => findLeasedFiles(database, questions));
  const cache = cacheLeases((leaseId, fileName) => ask({ leaseId, fileName }), { isCurrent: () => watch.isHearing });
  const watch = watchAccess(databaseUrl, { changed: (tenantId) => cache.forget(tenantId), lost: () => cache.forgetAll() });
  return {
    ...{ delivery, meter, findFile: cache.find },
    stop: async () => {
      await watch.stop();
      await meter.stop();
    },
  };
}
