import type { Knex } from 'knex';

/**
 * A chain per tenant: every audit row carries its number and a hash over the row before it and itself, so that a row that is changed,
 * removed or put in afterwards no longer fits. `npm run admin -- audit verify` works it out again, by code of its own.
 */
export const up = (knex: Knex) =>
  knex.raw(`
  -- Where each tenant's chain ends. Nobody but the trigger writes here; its row is what makes writers of one tenant take turns.
  create table audit_chain (
    tenant_id uuid primary key references tenant (id),
    sequence bigint not null default 0,
    chain_hash bytea not null default decode(repeat('00', 32), 'hex')
  ) with (fillfactor = 50);
  call protect_tenant_table('audit_chain');
  grant select on audit_chain to va_app, va_worker;

  -- Every value with its length in bytes, so that no two different rows read the same; null is a dash.
  create function audit_field(value text) returns text language sql immutable parallel safe
    as $$ select case when value is null then '-,' else octet_length(convert_to(value, 'UTF8')) || ':' || value || ',' end $$;

  create function audit_record(tenant_id uuid, sequence bigint, id uuid, occurred_at timestamptz, actor_id uuid, action text,
    resource_type text, resource_id text, subject_id uuid, request_id text, metadata jsonb) returns text language sql stable parallel safe
    as $$ select audit_field('audit-1') || audit_field(tenant_id::text) || audit_field(sequence::text) || audit_field(id::text)
      || audit_field(to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) || audit_field(actor_id::text)
      || audit_field(action) || audit_field(resource_type) || audit_field(resource_id) || audit_field(subject_id::text)
      || audit_field(request_id) || audit_field(metadata::text) $$;

  alter table audit_event add column sequence bigint, add column chain_hash bytea;

  -- What is there already is chained by its time. The owner is under the tenants' policies too, and under the append-only trigger.
  alter table audit_event no force row level security;
  alter table audit_chain no force row level security;
  alter table audit_event disable trigger audit_is_append_only;
  do $$
  declare
    e record;
    head audit_chain;
  begin
    for e in select * from audit_event order by tenant_id, occurred_at, id loop
      if head.tenant_id is distinct from e.tenant_id then
        head := row(e.tenant_id, 0, decode(repeat('00', 32), 'hex'));
      end if;
      head.sequence := head.sequence + 1;
      head.chain_hash := sha256(head.chain_hash || convert_to(audit_record(e.tenant_id, head.sequence, e.id, e.occurred_at, e.actor_id,
        e.action, e.resource_type, e.resource_id, e.subject_id, e.request_id, e.metadata), 'UTF8'));
      update audit_event a set sequence = head.sequence, chain_hash = head.chain_hash
        where a.tenant_id = e.tenant_id and a.id = e.id and a.occurred_at = e.occurred_at;
    end loop;
    insert into audit_chain (tenant_id, sequence, chain_hash)
      select distinct on (tenant_id) tenant_id, sequence, chain_hash from audit_event order by tenant_id, sequence desc;
  end $$;
  alter table audit_event enable trigger audit_is_append_only;
  alter table audit_chain force row level security;
  alter table audit_event force row level security;

  alter table audit_event alter column sequence set not null, alter column chain_hash set not null;
  create index audit_event_by_sequence on audit_event (tenant_id, sequence);

  -- The row of the chain is held until the transaction ends: whoever writes next sees what was committed before. It should be the last
  -- row a transaction locks, or two transactions can wait for each other: the application writes its audit just before it commits.
  create function chain_audit_event() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
  declare
    head audit_chain;
  begin
    select * into head from audit_chain where tenant_id = new.tenant_id for update;
    if not found then
      insert into audit_chain (tenant_id) values (new.tenant_id) on conflict do nothing;
      select * into strict head from audit_chain where tenant_id = new.tenant_id for update;
    end if;
    new.sequence := head.sequence + 1;
    new.chain_hash := sha256(head.chain_hash || convert_to(audit_record(new.tenant_id, new.sequence, new.id, new.occurred_at, new.actor_id,
      new.action, new.resource_type, new.resource_id, new.subject_id, new.request_id, new.metadata), 'UTF8'));
    update audit_chain set sequence = new.sequence, chain_hash = new.chain_hash where tenant_id = new.tenant_id;
    return new;
  end $$;
  revoke all on function chain_audit_event() from public;
  create trigger audit_is_chained before insert on audit_event for each row execute function chain_audit_event();

  -- The application says what happened, and neither when nor where in the chain.
  revoke insert on audit_event from va_app, va_worker;
  grant insert (tenant_id, id, actor_id, action, resource_type, resource_id, subject_id, request_id, metadata) on audit_event to va_app, va_worker;
`);
