import type { Knex } from 'knex';

/**
 * The few questions that must be asked before a tenant is known. The functions run as va_lookup, which cannot log in and may
 * read just these columns; everything else it sees under row-level security like everybody.
 */
export const up = (knex: Knex) =>
  knex.raw(`
  create policy lookup_only on api_key for select to va_lookup using (true);
  create policy lookup_only on session for select to va_lookup using (true);
  create policy lookup_only on app_user for select to va_lookup using (true);
  create policy lookup_only on playback_lease for select to va_lookup using (true);
  create policy lookup_only on video for select to va_lookup using (true);
  create policy lookup_only on video_rendition for select to va_lookup using (true);
  create policy lookup_only on video_annotation for select to va_lookup using (true);
  create policy lookup_only on upload for select to va_lookup using (true);
  grant select (tenant_id, id, user_id, secret_sha256, scopes, expires_at, revoked_at) on api_key to va_lookup;
  grant select (tenant_id, id, user_id, api_key_id, token_sha256, scopes, origins, only_player_ids, only_video_ids, expires_at, ended_at) on session to va_lookup;
  grant select (tenant_id, id, role) on app_user to va_lookup;
  grant select (tenant_id, id, lease_sha256, video_id, attempt_id, session_id, api_key_id, access_epoch, expires_at, revoked_at) on playback_lease to va_lookup;
  grant select (tenant_id, id, access_epoch, deleted_at) on video to va_lookup;
  grant select (tenant_id, video_id, attempt_id, files) on video_rendition to va_lookup;
  grant select (tenant_id, id) on video_annotation, upload to va_lookup;

  create function find_api_key(sha256 bytea)
    returns table (tenant_id uuid, key_id uuid, user_id uuid, role text, scopes text[])
    language sql stable security definer set search_path = pg_catalog, public as $$
      select k.tenant_id, k.id, k.user_id, u.role, k.scopes
      from api_key k join app_user u on u.tenant_id = k.tenant_id and u.id = k.user_id
      where k.secret_sha256 = sha256 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    $$;

  -- A session lives no longer than the key that minted it.
  create function find_session(sha256 bytea)
    returns table (tenant_id uuid, session_id uuid, user_id uuid, role text, scopes text[], origins text[], only_player_ids uuid[], only_video_ids uuid[], expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public as $$
      select s.tenant_id, s.id, s.user_id, u.role, s.scopes, s.origins, s.only_player_ids, s.only_video_ids, s.expires_at
      from session s
      join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id
      join api_key k on k.tenant_id = s.tenant_id and k.id = s.api_key_id
      where s.token_sha256 = sha256 and s.ended_at is null and s.expires_at > now()
        and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    $$;

  -- One question for one file of one lease: is the lease alive, and where are the bytes.
  create function find_leased_file(sha256 bytea, file_name text)
    returns table (tenant_id uuid, lease_id uuid, is_alive boolean, file jsonb)
    language sql stable security definer set search_path = pg_catalog, public as $$
      select l.tenant_id, l.id,
        l.revoked_at is null and l.expires_at > now() and v.deleted_at is null and v.access_epoch = l.access_epoch
          and not exists (select from session s where s.tenant_id = l.tenant_id and s.id = l.session_id and s.ended_at is not null)
          and not exists (select from api_key k where k.tenant_id = l.tenant_id and k.revoked_at is not null
                          and k.id = coalesce(l.api_key_id, (select s.api_key_id from session s where s.tenant_id = l.tenant_id and s.id = l.session_id))),
        r.files -> file_name
      from playback_lease l
      join video v on v.tenant_id = l.tenant_id and v.id = l.video_id
      join video_rendition r on r.tenant_id = l.tenant_id and r.video_id = l.video_id and r.attempt_id = l.attempt_id
      where l.lease_sha256 = sha256
    $$;

  -- Whether an id that was not found belongs to somebody else: for the audit log only, never for an answer.
  create function is_foreign_id(kind text, wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
      select case kind
        when 'video' then exists (select from video x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'annotation' then exists (select from video_annotation x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'upload' then exists (select from upload x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'person' then exists (select from app_user x where x.id = wanted and x.tenant_id <> app_tenant())
        else false end
    $$;
  create index video_by_id on video (id);
  create index video_annotation_by_id on video_annotation (id);
  create index upload_by_id on upload (id);
  create index app_user_by_id on app_user (id);

  grant create on schema public to va_lookup;
  alter function find_api_key(bytea) owner to va_lookup;
  alter function find_session(bytea) owner to va_lookup;
  alter function find_leased_file(bytea, text) owner to va_lookup;
  alter function is_foreign_id(text, uuid) owner to va_lookup;
  revoke create on schema public from va_lookup;
  revoke all on function find_api_key(bytea), find_session(bytea), find_leased_file(bytea, text), is_foreign_id(text, uuid) from public;
  grant execute on function find_api_key(bytea), find_session(bytea), find_leased_file(bytea, text), is_foreign_id(text, uuid) to va_app;
`);
