import type { Knex } from 'knex';

/** A key keeps its id, its scopes and its name while its secrets change: each is a row of its own, with its end and its last use. */
export const up = (knex: Knex) =>
  knex.raw(`
  create table api_key_secret (
    tenant_id uuid not null references tenant (id),
    id uuid not null,
    api_key_id uuid not null,
    secret_sha256 bytea not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, api_key_id) references api_key (tenant_id, id)
  );
  create index api_key_secret_by_key on api_key_secret (tenant_id, api_key_id);

  -- Keys that were made before go on working. Their secrets name the key's id, which is therefore the secret's too.
  alter table api_key no force row level security;
  insert into api_key_secret (tenant_id, id, api_key_id, secret_sha256, created_at, last_used_at)
    select tenant_id, id, id, secret_sha256, created_at, last_used_at from api_key;
  alter table api_key force row level security;
  call protect_tenant_table('api_key_secret');
  grant select, insert on api_key_secret to va_app;
  grant update (expires_at, last_used_at) on api_key_secret to va_app;

  create policy lookup_only on api_key_secret for select to va_lookup using (true);
  grant select (tenant_id, id, api_key_id, secret_sha256, expires_at) on api_key_secret to va_lookup;

  drop function find_api_key(bytea);
  alter table api_key drop column secret_sha256, drop column last_used_at,
    add column mode text not null default 'live' check (mode in ('live', 'test'));
  create index api_key_by_id on api_key (id);

  create function find_api_key(sha256 bytea)
    returns table (tenant_id uuid, key_id uuid, secret_id uuid, user_id uuid, role text, scopes text[])
    language sql stable security definer set search_path = pg_catalog, public as $$
      select k.tenant_id, k.id, c.id, k.user_id, u.role, k.scopes
      from api_key_secret c
      join api_key k on k.tenant_id = c.tenant_id and k.id = c.api_key_id
      join app_user u on u.tenant_id = k.tenant_id and u.id = k.user_id
      where c.secret_sha256 = sha256 and (c.expires_at is null or c.expires_at > now())
        and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    $$;

  grant create on schema public to va_lookup;
  create or replace function is_foreign_id(kind text, wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
      select case kind
        when 'video' then exists (select from video x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'annotation' then exists (select from video_annotation x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'upload' then exists (select from upload x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'person' then exists (select from app_user x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'share' then exists (select from share x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'link' then exists (select from access_link x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'key' then exists (select from api_key x where x.id = wanted and x.tenant_id <> app_tenant())
        else false end
    $$;
  alter function find_api_key(bytea) owner to va_lookup;
  revoke create on schema public from va_lookup;
  revoke all on function find_api_key(bytea) from public;
  grant execute on function find_api_key(bytea) to va_app;
`);
