import type { Knex } from 'knex';

/** What is watched over a poor line: playlists and segments of a published rendition, made after it and found under the same lease. */
export const up = (knex: Knex) =>
  knex.raw(`
  create table video_ladder (
    tenant_id uuid not null,
    video_id uuid not null,
    attempt_id uuid not null,
    processing_version integer not null,
    -- as in video_rendition: file name under the lease -> { key, sizeBytes, contentType }
    files jsonb not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, video_id, attempt_id),
    foreign key (tenant_id, video_id, attempt_id) references video_rendition (tenant_id, video_id, attempt_id)
  );
  call protect_tenant_table('video_ladder');
  grant select on video_ladder to va_app;
  grant select, insert on video_ladder to va_worker;

  create policy lookup_only on video_ladder for select to va_lookup using (true);
  grant select (tenant_id, video_id, attempt_id, files) on video_ladder to va_lookup;

  grant create on schema public to va_lookup;
  create or replace function find_leased_file(sha256 bytea, file_name text)
    returns table (tenant_id uuid, lease_id uuid, is_alive boolean, file jsonb)
    language sql stable security definer set search_path = pg_catalog, public as $$
      select l.tenant_id, l.id,
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
  revoke create on schema public from va_lookup;
`);
