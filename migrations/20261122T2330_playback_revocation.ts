import type { Knex } from 'knex';

/**
 * Whatever narrows somebody's access ends what they watch, in the same transaction and whoever writes it: the triggers stand behind
 * every writer there is and will be. Other processes are told by NOTIFY when that transaction commits.
 */
export const up = (knex: Knex) =>
  knex.raw(`
  -- the role the decision was made for
  alter table playback_lease add column role text;
  alter table playback_lease no force row level security;
  alter table app_user no force row level security;
  update playback_lease l set role = u.role from app_user u where u.tenant_id = l.tenant_id and u.id = l.user_id;
  alter table playback_lease force row level security;
  alter table app_user force row level security;
  alter table playback_lease alter column role set not null;
  create index playback_lease_by_user on playback_lease (tenant_id, user_id) where revoked_at is null;
  create index playback_lease_by_key on playback_lease (tenant_id, api_key_id) where revoked_at is null;
  -- Also where a job changes a video: the trigger runs with the rights of the role that made the change.
  grant select (tenant_id, video_id, revoked_at), update (revoked_at) on playback_lease to va_worker;

  create function tell_playback_access(tenant uuid) returns void language sql as $$ select pg_notify('playback_access', tenant::text) $$;

  create function lease_has_ended() returns trigger language plpgsql as $$
  begin
    perform tell_playback_access(new.tenant_id);
    return null;
  end $$;
  create trigger lease_has_ended after update of revoked_at, expires_at on playback_lease for each row
    when (new.revoked_at is distinct from old.revoked_at or new.expires_at < old.expires_at) execute function lease_has_ended();

  -- The epoch ends a lease that is being opened at this moment and cannot be seen yet.
  create function video_access_begins_anew() returns trigger language plpgsql as $$
  begin
    new.access_epoch := old.access_epoch + 1;
    return new;
  end $$;
  create trigger video_access_begins_anew before update of visibility, player_id, uploaded_by_id, deleted_at on video for each row
    when ((new.visibility, new.player_id, new.uploaded_by_id, new.deleted_at) is distinct from (old.visibility, old.player_id, old.uploaded_by_id, old.deleted_at))
    execute function video_access_begins_anew();

  create function video_access_ends_leases() returns trigger language plpgsql as $$
  begin
    update playback_lease set revoked_at = now() where tenant_id = new.tenant_id and video_id = new.id and revoked_at is null;
    perform tell_playback_access(new.tenant_id);
    return null;
  end $$;
  create trigger video_access_ends_leases after update on video for each row
    when (new.access_epoch is distinct from old.access_epoch) execute function video_access_ends_leases();

  -- A consent, or somebody's tie to an athlete. What was added ends nothing.
  create function athlete_access_ends_leases() returns trigger language plpgsql as $$
  begin
    update video set access_epoch = access_epoch + 1 where tenant_id = old.tenant_id and player_id = old.player_id and deleted_at is null;
    return null;
  end $$;
  create trigger consent_ends_leases after update or delete on consent for each row execute function athlete_access_ends_leases();
  create trigger coach_player_ends_leases after update or delete on coach_player for each row execute function athlete_access_ends_leases();
  create trigger guardian_player_ends_leases after update or delete on guardian_player for each row execute function athlete_access_ends_leases();

  create function role_ends_leases() returns trigger language plpgsql as $$
  begin
    update playback_lease set revoked_at = now() where tenant_id = new.tenant_id and user_id = new.id and revoked_at is null;
    perform tell_playback_access(new.tenant_id);
    return null;
  end $$;
  create trigger role_ends_leases after update of role on app_user for each row
    when (new.role is distinct from old.role) execute function role_ends_leases();

  create function session_ends_leases() returns trigger language plpgsql as $$
  begin
    update playback_lease set revoked_at = now() where tenant_id = new.tenant_id and session_id = new.id and revoked_at is null;
    perform tell_playback_access(new.tenant_id);
    return null;
  end $$;
  create trigger session_ends_leases after update on session for each row when (new is distinct from old) execute function session_ends_leases();

  create function key_ends_leases() returns trigger language plpgsql as $$
  begin
    update playback_lease l set revoked_at = now() where l.tenant_id = new.tenant_id and l.revoked_at is null
      and (l.api_key_id = new.id
        or l.session_id in (select s.id from session s where s.tenant_id = new.tenant_id and s.api_key_id = new.id));
    perform tell_playback_access(new.tenant_id);
    return null;
  end $$;
  -- Not on every update: each session that is minted notes when its key was last used.
  create trigger key_ends_leases after update of revoked_at, expires_at, scopes on api_key for each row
    when ((new.revoked_at, new.expires_at, new.scopes) is distinct from (old.revoked_at, old.expires_at, old.scopes)) execute function key_ends_leases();

  grant select (user_id, role) on playback_lease to va_lookup;

  -- How long a lease still lives, in milliseconds; null when it is dead. One answer for everything that ends a lease.
  create function find_lease(sha256 bytea)
    returns table (tenant_id uuid, lease_id uuid, left_ms integer)
    language sql stable security definer set search_path = pg_catalog, public as $$
      select l.tenant_id, l.id,
        case when l.revoked_at is null and l.expires_at > now() and v.deleted_at is null and v.access_epoch = l.access_epoch and u.role = l.role
          and s.ended_at is null and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
        then (extract(epoch from l.expires_at - now()) * 1000)::integer end
      from playback_lease l
      join video v on v.tenant_id = l.tenant_id and v.id = l.video_id
      join app_user u on u.tenant_id = l.tenant_id and u.id = l.user_id
      left join session s on s.tenant_id = l.tenant_id and s.id = l.session_id
      left join api_key k on k.tenant_id = l.tenant_id and k.id = coalesce(l.api_key_id, s.api_key_id)
      where l.lease_sha256 = sha256
    $$;
  grant create on schema public to va_lookup;
  alter function find_lease(bytea) owner to va_lookup;
  revoke create on schema public from va_lookup;
  revoke all on function find_lease(bytea) from public;
  grant execute on function find_lease(bytea) to va_app;
`);
