import type { Knex } from 'knex';

/** What was sent to players, by tenant and day of UTC, and how much of it a month may hold. */
export const up = (knex: Knex) =>
  knex.raw(`
  create table egress (
    tenant_id uuid not null references tenant (id),
    day date not null,
    -- bytes that left through the API, or through nginx by its log
    sent_bytes bigint not null default 0 check (sent_bytes >= 0),
    -- bytes of segments that players were sent to the store for: at most so many left there
    granted_bytes bigint not null default 0 check (granted_bytes >= 0),
    primary key (tenant_id, day)
  );
  call protect_tenant_table('egress');
  grant select, insert, update on egress to va_app;

  alter table usage add column max_monthly_egress_bytes bigint check (max_monthly_egress_bytes >= 0);
`);
