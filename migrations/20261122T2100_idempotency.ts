import type { Knex } from 'knex';

/** What a key of a POST stood for, and how that was answered. Kept for a day. */
export const up = (knex: Knex) =>
  knex.raw(`
  create table idempotency_key (
    tenant_id uuid not null,
    -- the person, not the token: tokens change between a request and its repetition
    principal_id uuid not null,
    key text not null check (key ~ '^[!-~]{8,255}$'),
    fingerprint bytea not null,
    state text not null default 'in_flight' check (state in ('in_flight', 'done')),
    -- who works on it: a request that was overtaken must not write over the one that overtook it
    claim_id uuid not null,
    lease_until timestamptz not null,
    status integer,
    -- json, not jsonb: an answer is told again with its members in the order in which it was told first
    body json,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (tenant_id, principal_id, key),
    foreign key (tenant_id, principal_id) references app_user (tenant_id, id),
    check ((state = 'done') = (status is not null))
  );
  call protect_tenant_table('idempotency_key');
  create index idempotency_key_by_expiry on idempotency_key (tenant_id, expires_at);
  grant select, insert, update, delete on idempotency_key to va_app;
`);
