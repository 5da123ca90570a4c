import knex, { type Knex } from 'knex';
import { knexSnakeCaseMappers } from 'objection';
import pg from 'pg';

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
}

/** Sizes in bytes fit a double exactly up to 8 PiB: a string would only have to be parsed by every caller. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
/** A day is no instant: the driver would make it midnight of whatever time zone the process runs in. */
pg.types.setTypeParser(pg.types.builtins.DATE, String);

export function connectDatabase({ url, poolSize, name }: DatabaseOptions): Knex {
  return knex({
    client: 'pg',
    connection: { connectionString: url, application_name: name, connectionTimeoutMillis: 5000, keepAlive: true, query_timeout: 30_000 },
    pool: { min: 0, max: poolSize, acquireTimeoutMillis: 10_000 },
    // A failed statement is logged: without the values in it, which may be names and birth dates.
    compileSqlOnError: false,
    ...knexSnakeCaseMappers(),
  });
}

/**
 * Row-level security does nothing against a superuser, a role that bypasses it, or (unless forced) a table's owner.
 * @throws Error when the connection has any such power: the process must not start.
 */
export async function refusePowerfulRole(database: Knex): Promise<void> {
  const { rows } = await database.raw<{ rows: { rolname: string; powerful: boolean }[] }>(`
    select rolname, rolsuper or rolbypassrls or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and pg_has_role(r.oid, c.relowner, 'usage')) as powerful
    from pg_roles r where rolname = current_user`);
  const role = rows[0];
  if (!role || role.powerful)
    throw new Error(`The database role "${role?.rolname ?? 'unknown'}" could read past tenant isolation. Connect as va_app or va_worker.`);
}
