import type { Knex } from 'knex';

/** Which request made it: one that is repeated after a crash finds what it made, and makes nothing more. */
export const up = (knex: Knex) =>
  knex.raw(`
  alter table share add column request_sha256 bytea;
  alter table access_link add column request_sha256 bytea;
  create index share_by_author on share (tenant_id, created_by_id, created_at desc);
  create index access_link_by_author on access_link (tenant_id, created_by_id, created_at desc);
`);
