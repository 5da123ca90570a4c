import type { Knex } from 'knex';

/** What is being watched, by whom, until when. The id that works as the capability is stored hashed. */
export const up = (knex: Knex) =>
  knex.raw(`
  create table playback_lease (
    tenant_id uuid not null,
    id uuid not null,
    lease_sha256 bytea not null unique,
    video_id uuid not null,
    attempt_id uuid not null,
    user_id uuid not null,
    session_id uuid,
    api_key_id uuid,
    access_epoch integer not null,
    expires_at timestamptz not null,
    absolute_expires_at timestamptz not null,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, video_id, attempt_id) references video_rendition (tenant_id, video_id, attempt_id),
    foreign key (tenant_id, user_id) references app_user (tenant_id, id),
    foreign key (tenant_id, session_id) references session (tenant_id, id),
    foreign key (tenant_id, api_key_id) references api_key (tenant_id, id),
    check (expires_at <= absolute_expires_at)
  );
  call protect_tenant_table('playback_lease');
  create index playback_lease_by_video on playback_lease (tenant_id, video_id) where revoked_at is null;
  create index playback_lease_by_session on playback_lease (tenant_id, session_id) where revoked_at is null;
  grant select, insert, update on playback_lease to va_app;
`);
