import type { Knex } from 'knex';

/** A lease's file is told with its video, so that no address is made for a key of another one. */
export const up = (knex: Knex) =>
  knex.raw(`
  drop function find_leased_file(bytea, text);
  grant create on schema public to va_lookup;
  create function find_leased_file(sha256 bytea, file_name text)
    returns table (tenant_id uuid, lease_id uuid, video_id uuid, is_alive boolean, file jsonb)
    language sql stable security definer set search_path = pg_catalog, public as $$
      select l.tenant_id, l.id, l.video_id,
        l.revoked_at is null and l.expires_at > now() and v.deleted_at is null and v.access_epoch = l.access_epoch
          and not exists (select from session s where s.tenant_id = l.tenant_id and s.id = l.session_id and s.ended_at is not null)
          and not exists (select from api_key k where k.tenant_id = l.tenant_id and k.revoked_at is not null
                          and k.id = coalesce(l.api_key_id, (select s.api_key_id from session s where s.tenant_id = l.tenant_id and s.id = l.session_id))),
        coalesce(r.files -> file_name,
          (select h.files -> file_name from video_ladder h where h.tenant_id = l.tenant_id and h.video_id = l.video_id and h.attempt_id = l.attempt_id))
      from playback_lease l
      join video v on v.tenant_id = l.tenant_id and v.id = l.video_id
      join video_rendition r on r.tenant_id = l.tenant_id and r.video_id = l.video_id and r.attempt_id = l.attempt_id
      where l.lease_sha256 = sha256
    $$;
  alter function find_leased_file(bytea, text) owner to va_lookup;
  revoke create on schema public from va_lookup;
  revoke all on function find_leased_file(bytea, text) from public;
  grant execute on function find_leased_file(bytea, text) to va_app;
`);
