import type { Knex } from 'knex';

/** Attempts to reach another tenant: found among a million entries, and told of jobs too. */
export const up = (knex: Knex) =>
  knex.raw(`
  create index audit_event_anomalies on audit_event (tenant_id, sequence) where action in ('CROSS_TENANT_ATTEMPT', 'CROSS_TENANT_JOB');

  -- A payload that names another tenant's video is an anomaly, one whose video has been purged is not.
  grant execute on function is_foreign_id(text, uuid) to va_worker;
`);
