import type { Knex } from 'knex';

/** The worker removes the expired keys of tenants that ask for nothing. It sees when a key expires, and never what it stood for. */
export const up = (knex: Knex) =>
  knex.raw(`
  grant select (tenant_id, principal_id, key, expires_at), delete on idempotency_key to va_worker;
`);
