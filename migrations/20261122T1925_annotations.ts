import type { Knex } from 'knex';

/** Drawings, and every version of each. */
export const up = (knex: Knex) =>
  knex.raw(`
  create sequence annotation_change_seq;
  grant usage on sequence annotation_change_seq to va_app;

  create table video_annotation (
    tenant_id uuid not null,
    id uuid not null,
    video_id uuid not null,
    version integer not null check (version >= 1),
    document jsonb not null,
    pts_ms double precision not null,
    picture_hash text check (picture_hash ~ '^[0-9a-f]{16}$'),
    created_by_id uuid not null,
    change_seq bigint not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, video_id) references video (tenant_id, id),
    foreign key (tenant_id, created_by_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('video_annotation');
  create index video_annotation_by_video on video_annotation (tenant_id, video_id, change_seq);
  grant select, insert, update on video_annotation to va_app;
  grant select, update on video_annotation to va_worker;

  create table video_annotation_revision (
    tenant_id uuid not null,
    annotation_id uuid not null,
    version integer not null,
    document jsonb,
    changed_by_id uuid not null,
    changed_at timestamptz not null default now(),
    primary key (tenant_id, annotation_id, version),
    foreign key (tenant_id, annotation_id) references video_annotation (tenant_id, id),
    foreign key (tenant_id, changed_by_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('video_annotation_revision');
  grant select, insert on video_annotation_revision to va_app;
`);
