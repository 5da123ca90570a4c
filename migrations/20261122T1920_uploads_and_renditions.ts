import type { Knex } from 'knex';

/** The way in (uploads; their parts are the store's to know) and the way out (what an attempt has published). */
export const up = (knex: Knex) =>
  knex.raw(`
  create table upload (
    tenant_id uuid not null,
    id uuid not null,
    video_id uuid not null,
    created_by_id uuid not null,
    client_upload_id uuid not null,
    request_sha256 bytea not null,
    content_type text not null,
    size_bytes bigint not null,
    part_size_bytes bigint not null,
    object_key text not null,
    store_upload_id text,
    write_token text not null,
    state text not null default 'initiating' check (state in ('initiating', 'open', 'completing', 'done', 'aborted')),
    state_since timestamptz not null default now(),
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, created_by_id, client_upload_id),
    foreign key (tenant_id, video_id) references video (tenant_id, id),
    foreign key (tenant_id, created_by_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('upload');
  create index upload_by_video on upload (tenant_id, video_id);
  grant select, insert, update on upload to va_app;
  grant select, update on upload to va_worker;

  create table video_rendition (
    tenant_id uuid not null,
    video_id uuid not null,
    attempt_id uuid not null,
    processing_version integer not null,
    -- file name under the lease -> { key, sizeBytes, contentType }: names are looked up here, never joined into a path
    files jsonb not null,
    frame_index jsonb not null,
    -- eight bytes a frame, in frame order
    picture_hashes bytea not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, video_id, attempt_id),
    foreign key (tenant_id, video_id) references video (tenant_id, id)
  );
  call protect_tenant_table('video_rendition');
  grant select on video_rendition to va_app;
  grant select, insert on video_rendition to va_worker;

  alter table video add foreign key (tenant_id, id, published_attempt_id) references video_rendition (tenant_id, video_id, attempt_id);
`);
