import type { Knex } from 'knex';

/** What happened and who did it: the audit log, which nobody can change, and the outbox of events. */
export const up = (knex: Knex) =>
  knex.raw(`
  create table audit_event (
    tenant_id uuid not null references tenant (id),
    id uuid not null,
    occurred_at timestamptz not null default now(),
    actor_id uuid,
    action text not null,
    resource_type text not null,
    resource_id text not null,
    subject_id uuid,
    request_id text,
    metadata jsonb not null default '{}',
    primary key (tenant_id, id, occurred_at)
  ) partition by range (occurred_at);
  create table audit_event_default partition of audit_event default;
  call protect_tenant_table('audit_event');
  call protect_tenant_table('audit_event_default');
  create index audit_event_by_resource on audit_event (tenant_id, resource_type, resource_id, occurred_at);
  create index audit_event_by_subject on audit_event (tenant_id, subject_id, occurred_at);
  grant select, insert on audit_event to va_app, va_worker;

  -- Grants already keep the application from changing history; the trigger holds for the owner too.
  create function refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception '% is append-only', tg_table_name using errcode = 'VA002';
  end $$;
  create trigger audit_is_append_only before update or delete on audit_event for each row execute function refuse_change();
  create trigger audit_is_not_emptied before truncate on audit_event for each statement execute function refuse_change();

  create table event (
    tenant_id uuid not null references tenant (id),
    id uuid not null,
    name text not null,
    payload jsonb not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id)
  );
  call protect_tenant_table('event');
  grant select, insert on event to va_app, va_worker;
`);
