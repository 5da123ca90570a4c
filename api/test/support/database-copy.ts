import type { Knex } from 'knex';

/** Every row of the application's tables and of the queue, as a dump has them. */
export interface DatabaseCopy {
  /** Puts every table back to what it was, without asking a trigger, as a restore does. */
  restore(): Promise<void>;
}

/**
 * The PostgreSQL that comes with the tests brings no pg_dump, and the system's may be older than the server: the rows themselves are kept.
 */
export async function copyDatabase(admin: Knex): Promise<DatabaseCopy> {
  const { rows: tables } = await admin.raw<{ rows: { name: string }[] }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'queue') and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const kept: { readonly name: string; readonly rows: string }[] = [];
  for (const { name } of tables) {
    const { rows } = await admin.raw<{ rows: { rows: string }[] }>(
      `select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from ${name} t`,
    );
    kept.push({ name, rows: rows[0]?.rows ?? '[]' });
  }
  return {
    restore: () =>
      admin.transaction(async (trx) => {
        await trx.raw(`set local session_replication_role = 'replica'`);
        for (const { name } of kept) await trx.raw(`delete from ${name}`);
        for (const { name, rows } of kept)
          await trx.raw(`insert into ${name} select * from jsonb_populate_recordset(null::${name}, ?::jsonb)`, [rows]);
      }),
  };
}
