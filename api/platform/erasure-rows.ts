import type { Knex } from 'knex';
import { clearedColumns, mentioningColumns, mentions, ownRows, removalOrder, type Catalogue } from './person-catalogue.ts';
import { UNDONE_FIRST } from './person-data.ts';
import { QUEUE_SCHEMA } from './queue.ts';
import type { TenantScope } from './tenant.ts';

/** Whom a purge is about, in ids. */
export interface ErasedIds {
  readonly erasureId: string;
  /** The person, and the guests of links that go with their videos. */
  readonly people: readonly string[];
  readonly videos: readonly string[];
  readonly takeouts: readonly string[];
}

/** One short piece of a purge. May be done again. @returns how many rows it touched */
export interface RemovalStep {
  readonly kind: string;
  run(scope: TenantScope, ids: ErasedIds): Promise<number>;
}

const bindingsOf = ({ tenantId }: TenantScope, { people, videos, takeouts }: ErasedIds): Knex.ValueDict => ({
  tenant: tenantId,
  people: [...people],
  videos: [...videos],
  ids: [...people, ...videos, ...takeouts],
});

const statement =
  (sql: string) =>
  async (scope: TenantScope, ids: ErasedIds): Promise<number> => {
    const all = bindingsOf(scope, ids);
    const used = Object.fromEntries(Object.entries(all).filter(([name]) => sql.includes(`:${name}`)));
    const { rowCount } = await scope.trx.raw<{ rowCount: number | null }>(sql, used);
    return rowCount ?? 0;
  };

/** Every removal from the tables, in an order that the references between them allow. Runs as the eraser. */
export const removalSteps = (catalogue: Catalogue): readonly RemovalStep[] => [
  ...clearedColumns().map(([table, column]) => ({ kind: `cleared:${table}.${column}`, run: statement(clearing(table, column)) })),
  ...UNDONE_FIRST.map((name) => ({ kind: `cleared:${name}`, run: statement(undoing(name)) })),
  ...removalOrder(catalogue).map((table) => ({
    kind: `rows:${table}`,
    run: statement(`delete from ${table} where ${table}.tenant_id = :tenant and (${ownRows(catalogue, table) ?? 'false'})`),
  })),
  // Last: what the removals above have told of themselves names ids too.
  ...mentioningColumns().map(([table, column]) => ({
    kind: `rows:${table}`,
    run: statement(`delete from ${table} where tenant_id = :tenant and ${mentions(`${column}::text`)}`),
  })),
];

const clearing = (table: string, column: string): string =>
  `update ${table} set ${column} = array(select unnest(${column}) except select unnest((:ids)::uuid[]))
   where tenant_id = :tenant and ${column} && (:ids)::uuid[]`;

function undoing(name: string): string {
  const [table = '', column = ''] = name.split('.');
  return `update ${table} set ${column} = null where tenant_id = :tenant and id = any ((:videos)::uuid[]) and ${column} is not null`;
}

/** Jobs that name the person's ids, in whatever state, and those that nobody will try again. */
export async function removeJobs(scope: TenantScope, ids: ErasedIds): Promise<{ readonly removed: number; readonly active: number }> {
  const { rows } = await scope.trx.raw<{ rows: { state: string }[] }>(
    `delete from ${QUEUE_SCHEMA}.job where ${mentions(`concat(data::text, ' ', output::text, ' ', singleton_key)`)} returning state::text as state`,
    { ids: [...ids.people, ...ids.videos, ...ids.takeouts] },
  );
  return { removed: rows.length, active: rows.filter(({ state }) => state === 'active').length };
}

/**
 * The people's own rows: gone, or empty where other people's rows still name them.
 * @returns how many of each
 */
export async function removePeople(
  scope: TenantScope,
  { keys }: Catalogue,
  ids: ErasedIds,
): Promise<Record<'removed' | 'emptied', number>> {
  const naming = keys
    .filter(({ parent }) => parent === 'app_user')
    .map(
      ({ child, columns }) =>
        `exists (select from ${child} r where r.tenant_id = app_user.tenant_id and r.${columns.at(-1) ?? ''} = app_user.id)`,
    );
  const removed = await statement(
    `delete from app_user where tenant_id = :tenant and id = any ((:people)::uuid[]) and not (${naming.join(' or ')})`,
  )(scope, ids);
  const emptied = await statement(
    `update app_user set external_id = 'erased:' || gen_random_uuid(), display_name = '', birth_date = null, birth_date_key_id = null,
       deactivated_at = coalesce(deactivated_at, now()), erased_at = now()
     where tenant_id = :tenant and id = any ((:people)::uuid[]) and erased_at is null`,
  )(scope, ids);
  return { removed, emptied };
}

/** Counted in the transaction that removed it, so that a purge that is killed and begins anew counts nothing twice. */
export async function countRemoved({ trx, tenantId }: TenantScope, erasureId: string, kind: string, removed: number): Promise<void> {
  if (removed === 0) return;
  await trx.raw(
    `update erasure set removed = jsonb_set(removed, array[:kind], to_jsonb(coalesce((removed ->> :kind)::bigint, 0) + (:removed)::bigint))
     where tenant_id = :tenant and id = :erasureId`,
    { kind, removed, tenant: tenantId, erasureId },
  );
}

/** Remembers that a worker may go on writing for a while, having lost its job. */
export async function noteQuiet({ trx, tenantId }: TenantScope, erasureId: string, quietAt: Date): Promise<void> {
  await trx.raw(
    `update erasure set probes = jsonb_set(probes, '{quietAt}', to_jsonb((:at)::text)) where tenant_id = :tenant and id = :erasureId`,
    {
      ...{ at: quietAt.toISOString(), tenant: tenantId, erasureId },
    },
  );
}
