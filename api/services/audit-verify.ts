import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { EMPTY_CHAIN, looseEndOf, misfitOf, type ChainEnd, type ChainHash } from '../../domain/audit/chain.ts';
import { withAuditChain } from '../platform/audit-chain.ts';

/** The first row of a tenant's chain that does not fit. Null id: the chain has no row at all. */
export interface ChainFault {
  readonly tenantId: string;
  readonly sequence: number;
  readonly id: string | null;
  readonly what: string;
}

export interface VerifiedChain {
  readonly end: ChainEnd;
  readonly fault: ChainFault | null;
}

export const sha256Chain: ChainHash = (previousHex, text) =>
  createHash('sha256').update(Buffer.from(previousHex, 'hex')).update(text, 'utf8').digest('hex');

/** Works out one tenant's chain again, with nothing of what the database computed it with. Stops at the first row that does not fit. */
export const verifyAuditChain = (database: Knex, tenantId: string): Promise<VerifiedChain> =>
  withAuditChain(database, tenantId, async (chain) => {
    let last: ChainEnd & { readonly id: string | null } = { ...EMPTY_CHAIN, id: null };
    for await (const rows of chain.pages())
      for (const row of rows) {
        const what = misfitOf(last, row, sha256Chain);
        if (what !== null) return { end: last, fault: { tenantId, sequence: row.sequence, id: row.id, what } };
        last = row;
      }
    const what = looseEndOf(last, chain.end);
    return { end: last, fault: what === null ? null : { tenantId, sequence: last.sequence, id: last.id, what } };
  });
