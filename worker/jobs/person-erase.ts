import type { KillPointCheck } from '../../api/platform/kill-points.ts';
import type { Tenant } from '../../api/platform/tenant.ts';
import type { Purge } from '../../api/services/erasure-purge.ts';
import { conclude, type Proof } from '../../api/services/erasure-verify.ts';
import type { JobHandler } from '../runner.ts';

export interface PersonEraseDependencies {
  readonly purge: Purge;
  readonly prove: (tenant: Tenant, erasureId: string) => Promise<Proof>;
  readonly killPoint: KillPointCheck;
}

/**
 * Removes what is stored of a person, then looks whether anything is left. Safe to run twice and by two workers at once: every piece
 * of the removal may be repeated. One that finds something is not an error of the job: the sweep sends for the erasure again.
 */
export const personErase = ({ purge, prove, killPoint }: PersonEraseDependencies): JobHandler<'person.erase'> => ({
  async run(tenant, { erasureId }, { signal, settle }) {
    if ((await purge.run(tenant, erasureId, signal)) === null) return;
    const proof = await prove(tenant, erasureId);
    killPoint('erase_proven');
    signal.throwIfAborted();
    await tenant.within(async (scope) => {
      await conclude(scope, erasureId, proof);
      await settle(scope);
    });
    killPoint('erase_concluded');
  },

  refusalOf: () => null,

  // It stays unverified, and the sweep sends for it again: an erasure is never given up.
  gaveUp: () => Promise.resolve(),
});
