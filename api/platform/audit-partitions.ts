import type { Knex } from 'knex';

/** Sees to it that the audit log has its partitions for the months to come. For the worker. @returns how many it made */
export async function makeAuditPartitions(database: Knex): Promise<number> {
  const { rows } = await database.raw<{ rows: { made: number }[] }>('select make_audit_partitions() as made');
  return rows[0]?.made ?? 0;
}
