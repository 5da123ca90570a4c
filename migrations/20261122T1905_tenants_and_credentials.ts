import type { Knex } from 'knex';

/** Tenants, people and the credentials they are known by. Secrets are stored as SHA-256 only. */
export const up = (knex: Knex) =>
  knex.raw(`
  create table tenant (
    id uuid primary key,
    name text not null,
    max_upload_bytes bigint not null,
    max_duration_ms integer not null,
    created_at timestamptz not null default now()
  );
  call protect_tenant_table('tenant', 'id');
  grant select on tenant to va_app, va_worker;
  grant insert on tenant to va_app;

  create table app_user (
    tenant_id uuid not null references tenant (id),
    id uuid not null,
    external_id text not null,
    role text not null check (role in ('admin', 'coach', 'player', 'guardian')),
    display_name text not null,
    birth_date date,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, external_id)
  );
  call protect_tenant_table('app_user');
  grant select, insert, update on app_user to va_app;
  grant select on app_user to va_worker;

  create table api_key (
    tenant_id uuid not null references tenant (id),
    id uuid not null,
    user_id uuid not null,
    secret_sha256 bytea not null unique,
    scopes text[] not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('api_key');
  grant select, insert, update on api_key to va_app;

  create table session (
    tenant_id uuid not null references tenant (id),
    id uuid not null,
    user_id uuid not null,
    api_key_id uuid not null,
    token_sha256 bytea not null unique,
    scopes text[] not null,
    origins text[] not null,
    only_player_ids uuid[],
    only_video_ids uuid[],
    expires_at timestamptz not null,
    ended_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references app_user (tenant_id, id),
    foreign key (tenant_id, api_key_id) references api_key (tenant_id, id)
  );
  call protect_tenant_table('session');
  create index session_by_key on session (tenant_id, api_key_id);
  grant select, insert, update on session to va_app;
`);
