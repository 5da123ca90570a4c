import type { Knex } from 'knex';
import { mentions, ownRows, readCatalogue } from './person-catalogue.ts';
import { NOT_TAKEN_OUT } from './person-data.ts';
import type { TenantScope } from './tenant.ts';

/** Rows of one table that concern a person, one JSON object each, with the columns under the names that the database has for them. */
export interface TakenRows {
  readonly table: string;
  /** `own`: whole rows, of the person's. `mentions`: rows of others' that name the person; ids and times of them, and nothing else. */
  readonly kind: 'own' | 'mentions';
  rows(): AsyncGenerator<Readonly<Record<string, unknown>>>;
}

export interface TakenIds {
  readonly person: string;
  readonly videos: readonly string[];
}

/** Ids, codes and numbers are all there is in them, whoever they are about. */
const WITHOUT_NAMES = ['audit_event', 'event'];

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Every table of the tenant's that there is, whether or not anybody thought of it. Only inside the scope's transaction. */
export async function takenRows(scope: TenantScope, ids: TakenIds): Promise<readonly TakenRows[]> {
  const { trx, tenantId } = scope;
  const catalogue = await readCatalogue(trx);
  const columns = await columnsOf(trx);
  const bindings = { tenant: tenantId, people: [ids.person], videos: [...ids.videos], ids: [ids.person, ...ids.videos] };
  return catalogue.tables.flatMap((table) => {
    const own = table === 'app_user' ? 'app_user.id = any ((:people)::uuid[])' : (ownRows(catalogue, table) ?? 'false');
    const named = mentions(`to_jsonb(${table})::text`);
    const ofTable = columns.filter((column) => column.table === table);
    const hidden = ofTable.filter(({ column, type }) => type === 'bytea' || NOT_TAKEN_OUT.includes(`${table}.${column}`));
    const bare = ofTable.filter(({ type }) => !['uuid', 'uuid[]', 'timestamp with time zone'].includes(type));
    const select = (without: readonly Column[], where: string): string =>
      `select to_jsonb(${table}) - array[${without.map(({ column }) => `'${column}'`).join(', ')}]::text[] as row from ${table}
       where ${table}.tenant_id = :tenant and ${where}`;
    const whole = WITHOUT_NAMES.includes(table) ? named : `(${own})`;
    return [
      { table, kind: 'own' as const, rows: () => fetched(trx, select(hidden, whole), bindings) },
      { table, kind: 'mentions' as const, rows: () => fetched(trx, select(bare, `${named} and not ${whole}`), bindings) },
    ];
  });
}

async function columnsOf(trx: Knex.Transaction): Promise<readonly Column[]> {
  const { rows } = await trx.raw<{ rows: Column[] }>(
    `select c.relname::text as table, a.attname::text as column, format_type(a.atttypid, null) as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped`,
  );
  return rows;
}

const AT_ONCE = 500;

/** Some at a time: an active person has more rows than should be in memory at once. */
async function* fetched(trx: Knex.Transaction, sql: string, all: Knex.ValueDict): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const bindings = Object.fromEntries(Object.entries(all).filter(([name]) => sql.includes(`:${name}`)));
  await trx.raw(`declare taken no scroll cursor for ${sql}`, bindings);
  for (;;) {
    const { rows } = await trx.raw<{ rows: { row: Readonly<Record<string, unknown>> }[] }>(`fetch ${String(AT_ONCE)} from taken`);
    for (const { row } of rows) yield row;
    if (rows.length < AT_ONCE) break;
  }
  await trx.raw('close taken');
}
