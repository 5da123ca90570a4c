import type { Knex } from 'knex';
import { connectDatabase } from './database.ts';
import { clearedColumns, mentioningColumns, readCatalogue, removalOrder } from './person-catalogue.ts';
import { EMPTIED_COLUMNS, UNDONE_FIRST } from './person-data.ts';
import { QUEUE_SCHEMA } from './queue.ts';

/** What triggers write, with the rights of whoever removes the row that sets them off. */
const BY_TRIGGERS = [
  'update (access_epoch, subject_ids) on video',
  'update (suspended_at) on access_link',
  'update (revoked_at) on playback_lease',
  'update (ended_at) on session',
  'insert (tenant_id, id, name, payload) on event',
];

/**
 * What the purge and its proof may do, out of the same declaration that they work by. Repeated after every migration: a table that is
 * added later is read by the proof, and its rows can be removed where the declaration says so. The log is nobody's to remove.
 */
export async function grantErasure(ownerUrl: string): Promise<void> {
  const database = connectDatabase({ url: ownerUrl, poolSize: 1, name: 'va-migrate' });
  try {
    await database.transaction((trx) => grant(trx));
  } finally {
    await database.destroy();
  }
}

async function grant(trx: Knex.Transaction): Promise<void> {
  const catalogue = await readCatalogue(trx);
  const removable = new Set([...removalOrder(catalogue), ...mentioningColumns().map(([table]) => table), 'app_user']);
  const written = [...clearedColumns(), ...UNDONE_FIRST.map((name) => name.split('.'))];
  const grants = [
    ...catalogue.tables.map((table) => `grant select on ${table} to va_verifier`),
    ...catalogue.tables.filter((table) => !table.startsWith('audit_')).map((table) => `grant select on ${table} to va_eraser`),
    ...[...removable].map((table) => `grant delete on ${table} to va_eraser`),
    ...written.map(([table = '', column = '']) => `grant update (${column}) on ${table} to va_eraser`),
    `grant update (${EMPTIED_COLUMNS.join(', ')}) on app_user to va_eraser`,
    'grant update (removed, probes) on erasure to va_eraser',
    ...BY_TRIGGERS.map((what) => `grant ${what} to va_eraser`),
    `grant usage on schema ${QUEUE_SCHEMA} to va_eraser, va_verifier`,
    `grant select, delete on ${QUEUE_SCHEMA}.job to va_eraser`,
    `grant select on all tables in schema ${QUEUE_SCHEMA} to va_verifier`,
  ];
  await trx.raw(grants.join(';\n'));
}
