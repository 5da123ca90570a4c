import { readdir } from 'node:fs/promises';
import type { Knex } from 'knex';
import pg from 'pg';
import { connectDatabase } from './database.ts';
import { grantErasure } from './erasure-grants.ts';
import { migrateQueue, QUEUE_SCHEMA, TURNS } from './queue.ts';

export interface RolePasswords {
  readonly owner: string;
  readonly app: string;
  readonly worker: string;
  readonly eraser: string;
  readonly verifier: string;
}

const MIGRATIONS = new URL('../../migrations/', import.meta.url);

/**
 * Makes the roles and gives the database to the owner. Needs an administrator's connection, once per cluster and database.
 * The owner migrates and nothing else; va_app and va_worker work; va_eraser removes what is left of a person who was erased, and
 * va_verifier reads whether anything is; va_lookup cannot log in and owns the credential look-ups.
 */
export async function prepareRoles(adminUrl: string, passwords: RolePasswords): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const logins = [
      ['va_owner', passwords.owner],
      ['va_app', passwords.app],
      ['va_worker', passwords.worker],
      ['va_eraser', passwords.eraser],
      ['va_verifier', passwords.verifier],
    ] as const;
    for (const [role, password] of logins) {
      await createRole(client, role);
      await client.query(
        `alter role ${role} login nosuperuser nobypassrls nocreatedb nocreaterole password ${client.escapeLiteral(password)}`,
      );
    }
    // Not what keeps it from writing, which is the lack of any grant: what makes a mistake in one plain.
    await client.query('alter role va_verifier set default_transaction_read_only = on');
    await createRole(client, 'va_lookup');
    await client.query('alter role va_lookup nologin nosuperuser nobypassrls');
    await client.query('grant va_lookup to va_owner');
    const { rows } = await client.query<{ name: string }>('select current_database() as name');
    const database = client.escapeIdentifier(rows[0]?.name ?? '');
    await client.query(`alter database ${database} owner to va_owner`);
    await client.query('alter schema public owner to va_owner');
    await client.query(`revoke all on database ${database} from public`);
    await client.query(`grant connect on database ${database} to va_app, va_worker, va_eraser, va_verifier`);
    await client.query('revoke all on schema public from public');
  } finally {
    await client.end();
  }
}

async function createRole(client: pg.Client, role: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) await client.query(`create role ${role}`);
}

interface Migration {
  readonly name: string;
}

/** Brings tables and queues up to date, as the owner. Forward only. */
export async function migrate(ownerUrl: string): Promise<void> {
  const database = connectDatabase({ url: ownerUrl, poolSize: 2, name: 'va-migrate' });
  try {
    await database.migrate.latest({ migrationSource: filesAsTheyStand });
  } finally {
    await database.destroy();
  }
  await migrateQueue(ownerUrl);
  await grantQueue(ownerUrl);
  await grantErasure(ownerUrl);
}

const filesAsTheyStand: Knex.MigrationSource<Migration> = {
  getMigrations: async () => {
    const files = await readdir(MIGRATIONS);
    return files
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => ({ name: file.replace(/\.ts$/, '') }));
  },
  getMigrationName: ({ name }) => name,
  getMigration: async ({ name }) => {
    const { up } = (await import(new URL(`${name}.ts`, MIGRATIONS).href)) as { up: (knex: Knex) => Promise<unknown> };
    return { up, down: () => Promise.reject(new Error('migrations only go forward')) };
  },
};

/** The API may add jobs and see nothing of them; the worker runs the queue. Repeated after every migration: the queue makes its own tables. */
async function grantQueue(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(TURNS);
    await client.query(`
      grant usage on schema ${QUEUE_SCHEMA} to va_app, va_worker;
      grant execute on all functions in schema ${QUEUE_SCHEMA} to va_worker;
      grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to va_worker;
      grant select on ${QUEUE_SCHEMA}.version, ${QUEUE_SCHEMA}.queue to va_app;
      grant select, insert, update, delete on ${QUEUE_SCHEMA}.instance to va_app;
      grant insert, select (id, start_after) on ${QUEUE_SCHEMA}.job, ${QUEUE_SCHEMA}.job_common to va_app;
    `);
  } finally {
    await client.end();
  }
}
