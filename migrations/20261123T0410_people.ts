import type { Knex } from 'knex';

/** People as partners keep them: deactivated, and grown up on a day of the tenant's own calendar. */
export const up = (knex: Knex) =>
  knex.raw(`
  -- From when on a person decides alone, and from when on about data; both in years, both a matter of the tenant's country.
  alter table tenant add column age_of_majority smallint not null default 18 check (age_of_majority between 1 and 30);
  alter table tenant add column age_of_digital_consent smallint not null default 16 check (age_of_digital_consent between 1 and 30);
  alter table tenant add column time_zone text not null default 'UTC';
  grant update (age_of_majority, age_of_digital_consent, time_zone) on tenant to va_app;

  -- The key that wrote the birth date is the only one it is told to.
  alter table app_user add column birth_date_key_id uuid;
  alter table app_user add foreign key (tenant_id, birth_date_key_id) references api_key (tenant_id, id);
  alter table app_user add column deactivated_at timestamptz;
  grant select (deactivated_at) on app_user to va_lookup;
  create index app_user_by_role on app_user (tenant_id, role, id);

  create function deactivation_ends_access() returns trigger language plpgsql as $$
  begin
    update session set ended_at = now() where tenant_id = new.tenant_id and user_id = new.id and ended_at is null;
    update playback_lease set revoked_at = now() where tenant_id = new.tenant_id and user_id = new.id and revoked_at is null;
    perform tell_playback_access(new.tenant_id);
    return null;
  end $$;
  create trigger deactivation_ends_access after update of deactivated_at on app_user for each row
    when (old.deactivated_at is null and new.deactivated_at is not null) execute function deactivation_ends_access();

  -- What is being opened at that very moment cannot be seen by the trigger: it is refused when it is first used.
  grant create on schema public to va_lookup;
  create or replace function find_session(sha256 bytea)
    returns table (tenant_id uuid, session_id uuid, user_id uuid, role text, scopes text[], origins text[], only_player_ids uuid[], only_video_ids uuid[], expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public as $$
      select s.tenant_id, s.id, s.user_id, u.role, s.scopes, s.origins, s.only_player_ids, s.only_video_ids, s.expires_at
      from session s
      join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id
      join api_key k on k.tenant_id = s.tenant_id and k.id = s.api_key_id
      where s.token_sha256 = sha256 and s.ended_at is null and s.expires_at > now() and u.deactivated_at is null
        and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    $$;

  create or replace function find_lease(sha256 bytea)
    returns table (tenant_id uuid, lease_id uuid, left_ms integer)
    language sql stable security definer set search_path = pg_catalog, public as $$
      select l.tenant_id, l.id,
        case when l.revoked_at is null and l.expires_at > now() and v.deleted_at is null and v.access_epoch = l.access_epoch and u.role = l.role
          and u.deactivated_at is null
          and s.ended_at is null and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
        then (extract(epoch from l.expires_at - now()) * 1000)::integer end
      from playback_lease l
      join video v on v.tenant_id = l.tenant_id and v.id = l.video_id
      join app_user u on u.tenant_id = l.tenant_id and u.id = l.user_id
      left join session s on s.tenant_id = l.tenant_id and s.id = l.session_id
      left join api_key k on k.tenant_id = l.tenant_id and k.id = coalesce(l.api_key_id, s.api_key_id)
      where l.lease_sha256 = sha256
    $$;
  revoke create on schema public from va_lookup;
`);
