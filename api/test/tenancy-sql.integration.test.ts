import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { Knex } from 'knex';
import { connectDatabase } from '../platform/database.ts';
import { numberedCase } from './support/cases.ts';
import { tenantTables } from './support/catalogue.ts';
import { startTwoSides, type Side } from './support/tenancy-matrix.ts';
import type { TestSystem } from './support/system.ts';

let system: TestSystem;
let mine: Side;
let theirs: Side;
let roles: readonly { readonly name: string; readonly database: Knex }[];
let tables: readonly string[];
let held: ReadonlyMap<string, number>;

before(async () => {
  ({ system, mine, theirs } = await startTwoSides());
  const worker = connectDatabase({ url: system.database.workerUrl, poolSize: 1, name: 'va-test-worker' });
  roles = [
    { name: 'va_app', database: system.app },
    { name: 'va_worker', database: worker },
  ];
  tables = await tenantTables(system.database.admin);
  held = new Map(await Promise.all(tables.map(async (table) => [table, await countOf(table)] as const)));
});
after(async () => {
  await roles[1]?.database.destroy();
  await system.stop();
});

const countOf = async (table: string): Promise<number> => {
  const sql = `select count(*) from ${table} where tenant_id = ?`;
  const { rows } = await system.database.admin.raw<{ rows: { count: number }[] }>(sql, [theirs.club.tenantId]);
  return Number(rows[0]?.count);
};

/** Runs one statement as a working role, for a tenant or for none. Answers with its rows, or with the SQLSTATE it was refused with. */
async function say(database: Knex, tenantId: string | null, sql: string, bindings: readonly string[] = []): Promise<unknown> {
  try {
    return await database.transaction(async (trx) => {
      if (tenantId !== null) await trx.raw(`select set_config('app.tenant_id', ?, true)`, [tenantId]);
      return (await trx.raw<{ rows: unknown[] }>(sql, [...bindings])).rows;
    });
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

/** Nothing seen, or the whole table refused: nobody granted it. */
const isNothing = (answer: unknown): boolean => answer === '42501' || (Array.isArray(answer) && answer.length === 0);

async function forEveryTable(ask: (table: string, database: Knex) => Promise<readonly unknown[]>): Promise<number> {
  const faults: string[] = [];
  let asked = 0;
  for (const { name, database } of roles)
    for (const table of tables)
      for (const answer of await ask(table, database)) {
        asked += 1;
        if (!isNothing(answer)) faults.push(`${name} on ${table}: ${JSON.stringify(answer)}`);
      }
  assert.deepEqual(faults, []);
  return asked;
}

const withRows = (): string =>
  `${String([...held.values()].filter(Boolean).length)} of ${String(tables.length)} tables hold rows of the other`;

/** A row of the other tenant, once more under another key, column by column as far as the role may write them. */
async function insertForThem(table: string, database: Knex): Promise<unknown> {
  const { rows } = await database.raw<{ rows: { column: string }[] }>(
    `select quote_ident(attname) as column from pg_attribute where attrelid = ?::regclass and attnum > 0 and not attisdropped
       and attgenerated = '' and has_column_privilege(attrelid, attnum, 'insert')`,
    [table],
  );
  if (rows.length === 0) return '42501';
  const columns = rows.map(({ column }) => column).join(', ');
  const copy = await system.database.admin.raw<{ rows: { row: string }[] }>(
    `select coalesce((select to_jsonb(t) from ${table} t where tenant_id = ? limit 1), '{}') || jsonb_build_object('tenant_id', ?::text) as row`,
    [theirs.club.tenantId, theirs.club.tenantId],
  );
  const sql = `insert into ${table} (${columns}) select ${columns} from jsonb_populate_record(null::${table}, ?::jsonb)`;
  return say(database, mine.club.tenantId, sql, [JSON.stringify(copy.rows[0]?.row)]);
}

describe('SQL past every layer of ours', () => {
  numberedCase('G40', 'sql', 'without a tenant, every table', async () => {
    const asked = await forEveryTable(async (table, database) => [await say(database, null, `select tenant_id from ${table}`)]);
    return `${String(asked)} questions of two roles, 0 rows; ${withRows()}`;
  });

  numberedCase('G40', 'sql', "as one tenant, for another's rows in every table", async () => {
    const asked = await forEveryTable(async (table, database) => [
      await say(database, mine.club.tenantId, `select tenant_id from ${table} where tenant_id <> app_tenant()`),
    ]);
    return `${String(asked)} questions of two roles, 0 rows`;
  });

  numberedCase('G40', 'sql', 'as one tenant, writing for another', async () => {
    const asked = await forEveryTable(async (table, database) => {
      const inserted = await insertForThem(table, database);
      const answers: unknown[] = [inserted === '42501' ? inserted : `the insert was answered ${JSON.stringify(inserted)}`];
      // What is theirs is not there to be changed or removed; what is ours cannot become theirs.
      for (const sql of [
        `update ${table} set tenant_id = tenant_id where tenant_id = ? returning tenant_id`,
        `delete from ${table} where tenant_id = ? returning tenant_id`,
      ])
        answers.push(await say(database, mine.club.tenantId, sql, [theirs.club.tenantId]));
      return answers;
    });
    for (const table of tables) assert.equal(await countOf(table), held.get(table), table);
    return `${String(asked)} statements, 42501 or no row; nothing of the other tenant changed`;
  });
});
