import type { Knex } from 'knex';

/** What every tenant table stands on: the tenant of the transaction, and one way to lock a table to it. */
export const up = (knex: Knex) =>
  knex.raw(`
  -- A pooled connection answers '' after the transaction that set it, and ''::uuid is an error: hence nullif.
  create function app_tenant() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;

  create procedure protect_tenant_table(tenant_table regclass, tenant_column text default 'tenant_id') language plpgsql as $$
  begin
    execute format('alter table %s enable row level security', tenant_table);
    execute format('alter table %s force row level security', tenant_table);
    execute format('create policy tenant_only on %s using (%I = (select app_tenant())) with check (%I = (select app_tenant()))',
      tenant_table, tenant_column, tenant_column);
  end $$;

  grant usage on schema public to va_app, va_worker, va_lookup;
`);
