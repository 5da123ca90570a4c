import type { Knex } from 'knex';

/** What the sweeper needs: what a client said when it asked to complete, whether the store was cleaned, and which tenants there are. */
export const up = (knex: Knex) =>
  knex.raw(`
  -- { parts, checksumSha256 } as the client told them, while the upload is completing: it can be finished without the client
  alter table upload add column completion jsonb;
  -- when the store was last asked to forget an upload that was given up
  alter table upload add column swept_at timestamptz;
  create index upload_unfinished on upload (tenant_id, state_since)
    where state in ('initiating', 'open', 'completing') or (state = 'aborted' and swept_at is null);

  create policy lookup_only on tenant for select to va_lookup using (true);
  grant select (id) on tenant to va_lookup;

  -- The sweeper walks the tenants one by one and works under each as under any other. Ids and nothing more, for the worker alone.
  create function tenant_ids() returns setof uuid
    language sql stable security definer set search_path = pg_catalog, public as $$ select id from tenant order by id $$;
  grant create on schema public to va_lookup;
  alter function tenant_ids() owner to va_lookup;
  revoke create on schema public from va_lookup;
  revoke all on function tenant_ids() from public;
  grant execute on function tenant_ids() to va_worker;
`);
