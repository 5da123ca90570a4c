import type { Knex } from 'knex';

/** A secret key in a page is an anomaly too, and is found with the others. */
export const up = (knex: Knex) =>
  knex.raw(`
  drop index audit_event_anomalies;
  create index audit_event_anomalies on audit_event (tenant_id, sequence)
    where action in ('CROSS_TENANT_ATTEMPT', 'CROSS_TENANT_JOB', 'SECRET_KEY_IN_BROWSER');
`);
