import type { Knex } from 'knex';
import { columnsThatStay, EVIDENCE_TABLES } from './person-data.ts';
import { QUEUE_SCHEMA } from './queue.ts';
import type { TenantScope } from './tenant.ts';

/**
 * The proof that nothing is left, as far as the database goes. It shares with the purge only the list of what may stay: the tables are
 * found anew, every row is read whole, as text, and whatever names one of the ids counts. Runs as a role that can write nothing.
 */
export interface RowProof {
  /** Rows that name an id, by place; a place with none is there with 0. */
  readonly found: Readonly<Record<string, number>>;
  /** Rows of other people's that name an id of whom nothing is left, by column. */
  readonly kept: Readonly<Record<string, number>>;
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** A row counts when one of the ids is anywhere in it, in whatever type of column. */
const counting = (from: string, row: string): string =>
  `select count(*)::int as n from ${from} t
   where exists (select from regexp_matches((${row})::text, '${UUID}', 'g') as found (id) where found.id[1]::uuid = any ((:ids)::uuid[]))`;

async function numberOf(trx: Knex.Transaction, sql: string, bindings: Knex.ValueDict): Promise<number> {
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(sql, bindings);
  return rows[0]?.n ?? -1;
}

interface Column {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/** As information_schema tells it, which knows of the tables that this role may read: a table it may not read is an error, not a zero. */
async function tablesToRead(trx: Knex.Transaction): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await trx.raw<{ rows: Column[] }>(
    `select n.nspname::text as schema, c.relname::text as table, a.attname::text as column from pg_attribute a join pg_class c on c.oid = a.attrelid
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', '${QUEUE_SCHEMA}') and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped`,
  );
  const tables = new Map<string, string[]>();
  for (const { schema, table, column } of rows) tables.set(`${schema}.${table}`, [...(tables.get(`${schema}.${table}`) ?? []), column]);
  return tables;
}

/** Reads every table there is, of this tenant and of the queue. @param ids people, videos and take-outs @param people of these, the people */
export async function proveRows(scope: TenantScope, ids: readonly string[], people: readonly string[]): Promise<RowProof> {
  const { trx, tenantId } = scope;
  const found: Record<string, number> = {};
  const kept: Record<string, number> = {};
  for (const [name, columns] of await tablesToRead(trx)) {
    const [schema = '', table = ''] = name.split('.');
    const isShared = schema === 'public' && !columns.includes('tenant_id');
    if (isShared || (schema === 'public' && EVIDENCE_TABLES.includes(table))) continue;
    if (schema === QUEUE_SCHEMA) {
      found[`queue:${table}`] = await numberOf(trx, counting(name, 'to_jsonb(t)'), { ids: [...ids] });
      continue;
    }
    const staying = table === 'app_user' ? ['id'] : columnsThatStay(table);
    const own = `(select * from ${name} where tenant_id = :tenant)`;
    found[`rows:${table}`] = await numberOf(trx, counting(own, 'to_jsonb(t) - (:staying)::text[]'), {
      ...{ tenant: tenantId, ids: [...ids], staying: [...staying] },
    });
    for (const column of columnsThatStay(table)) {
      const still = await numberOf(trx, counting(own, `jsonb_build_object('it', t.${column})`), { tenant: tenantId, ids: [...ids] });
      if (still > 0) kept[`${table}.${column}`] = still;
    }
  }
  found['people:not_empty'] = await notEmpty(scope, people);
  return { found, kept };
}

/** People's own rows that still say something of them. */
const notEmpty = ({ trx, tenantId }: TenantScope, people: readonly string[]): Promise<number> =>
  numberOf(
    trx,
    `select count(*)::int as n from app_user where tenant_id = :tenant and id = any ((:people)::uuid[])
       and (display_name <> '' or external_id !~ '^erased:' or birth_date is not null or erased_at is null)`,
    { tenant: tenantId, people: [...people] },
  );

/** How many of these leases would still play. */
export const leasesAlive = ({ trx }: TenantScope, sha256s: readonly string[]): Promise<number> =>
  numberOf(
    trx,
    `select count(*)::int as n from unnest((:hashes)::text[]) as old (hash), lateral find_lease(decode(old.hash, 'hex')) l where l.left_ms is not null`,
    { hashes: [...sha256s] },
  );
