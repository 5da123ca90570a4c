import type { Knex } from 'knex';
import { EMPTY_CHAIN, type ChainedRow, type ChainEnd } from '../../domain/audit/chain.ts';

export interface AuditChain {
  /** Where the database says that the chain ends. */
  readonly end: ChainEnd;
  /** The rows in their order, a thousand at a time. */
  pages(): AsyncGenerator<readonly ChainedRow[]>;
}

const PAGE = 1000;
/** Of a bigint, past what a number holds. */
const LEAST = '-9223372036854775808';

/** A row of the log in the very form in which it was hashed. */
export const CHAINED_COLUMNS = `tenant_id as "tenantId", sequence, id,
  to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "occurredAt",
  actor_id as "actorId", action, resource_type as "resourceType", resource_id as "resourceId", subject_id as "subjectId",
  request_id as "requestId", metadata::text as metadata, encode(chain_hash, 'hex') as "chainHash"`;

/** Reads one tenant's chain as it stands at one moment, however long the work takes and whatever is written meanwhile. */
export const withAuditChain = <T>(database: Knex, tenantId: string, work: (chain: AuditChain) => Promise<T>): Promise<T> =>
  database.transaction(
    async (trx) => {
      await trx.raw(`select set_config('app.tenant_id', ?, true), set_config('statement_timeout', '30s', true)`, [tenantId]);
      return work({ end: await readEnd(trx, tenantId), pages: () => readPages(trx, tenantId) });
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );

async function readEnd(trx: Knex.Transaction, tenantId: string): Promise<ChainEnd> {
  const { rows } = await trx.raw<{ rows: ChainEnd[] }>(
    `select sequence, encode(chain_hash, 'hex') as "chainHash" from audit_chain where tenant_id = ?`,
    [tenantId],
  );
  return rows[0] ?? EMPTY_CHAIN;
}

async function* readPages(trx: Knex.Transaction, tenantId: string): AsyncGenerator<readonly ChainedRow[]> {
  // By the id and the time too: a row that somebody put in may have the number of another one.
  let after: readonly [sequence: number | string, id: string, occurredAt: string] = [
    LEAST,
    '00000000-0000-0000-0000-000000000000',
    '-infinity',
  ];
  for (;;) {
    const { rows } = await trx.raw<{ rows: ChainedRow[] }>(
      `select ${CHAINED_COLUMNS} from audit_event where tenant_id = ? and sequence >= ? and (sequence, id, occurred_at) > (?, ?::uuid, ?::timestamptz)
       order by sequence, id, occurred_at limit ?`,
      [tenantId, after[0], ...after, PAGE],
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = [last.sequence, last.id, last.occurredAt];
  }
}
