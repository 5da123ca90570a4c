import type { Knex } from 'knex';

/** What a file's content looks like, as told by the uploader: finds an open upload on another device, and a file that is here already. */
export const up = (knex: Knex) =>
  knex.raw(`
  alter table upload add column fingerprint text check (fingerprint ~ '^[0-9a-f]{64}$');
  create index upload_by_fingerprint on upload (tenant_id, created_by_id, fingerprint) where fingerprint is not null;
  create index upload_open on upload (tenant_id, created_by_id, created_at desc) where state in ('initiating', 'open', 'completing');
`);
