import type { Knex } from 'knex';

/** Reading the audit log: by who did it, in the order of the chain, and for keys that were made before there was a scope for it. */
export const up = (knex: Knex) =>
  knex.raw(`
  create index audit_event_by_actor on audit_event (tenant_id, actor_id, sequence);

  -- Keys that were made with every scope go on having every one. Row-level security holds for the owner too.
  alter table api_key no force row level security;
  update api_key set scopes = scopes || '{audit:read}'::text[]
    where scopes @> '{videos:read,videos:write,uploads:write,annotations:read,annotations:write}'::text[] and not 'audit:read' = any (scopes);
  alter table api_key force row level security;
`);
