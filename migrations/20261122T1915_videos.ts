import type { Knex } from 'knex';

/** Videos, every move of their status, and the guard that refuses an illegal one whoever writes it. */
export const up = (knex: Knex) =>
  knex.raw(`
  create table video_status_move (
    from_status text not null,
    to_status text not null,
    made_by text[] not null,
    primary key (from_status, to_status)
  );
  insert into video_status_move (from_status, to_status, made_by) values
    ('created', 'uploading', '{api}'), ('created', 'failed', '{api,worker}'), ('created', 'deleted', '{api}'),
    ('uploading', 'uploaded', '{api,worker}'), ('uploading', 'failed', '{api,worker}'), ('uploading', 'deleted', '{api}'),
    ('uploaded', 'processing', '{worker}'), ('uploaded', 'failed', '{worker}'), ('uploaded', 'deleted', '{api}'),
    ('processing', 'processing', '{worker}'), ('processing', 'ready', '{worker}'), ('processing', 'failed', '{worker}'),
    ('processing', 'quarantined', '{worker}'), ('processing', 'deleted', '{api}'),
    ('ready', 'deleted', '{api}'),
    ('failed', 'uploaded', '{api}'), ('failed', 'deleted', '{api}'),
    ('quarantined', 'deleted', '{api}');
  grant select on video_status_move to va_app, va_worker;

  create table video (
    tenant_id uuid not null references tenant (id),
    id uuid not null,
    status text not null default 'created' check (status in ('created', 'uploading', 'uploaded', 'processing', 'ready', 'failed', 'quarantined', 'deleted')),
    error_code text,
    error_message text,
    progress real check (progress between 0 and 1),
    processing_version integer not null default 1,
    attempt_id uuid,
    published_attempt_id uuid,
    title text not null,
    category text,
    club_type text,
    view_angle text,
    captured_at timestamptz,
    player_id uuid,
    uploaded_by_id uuid not null,
    visibility text not null check (visibility in ('private', 'coach_only', 'tenant', 'link')),
    width integer,
    height integer,
    duration_ms integer,
    frame_count integer,
    fps jsonb,
    capture_fps double precision,
    rotation integer,
    timing text check (timing in ('constant', 'variable', 'repaired')),
    bitrate_kbps integer,
    size_bytes bigint not null,
    checksum_sha256 text,
    metadata jsonb not null default '{}',
    annotation_count integer not null default 0 check (annotation_count >= 0),
    access_epoch integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, player_id) references app_user (tenant_id, id),
    foreign key (tenant_id, uploaded_by_id) references app_user (tenant_id, id),
    check ((status = 'deleted') = (deleted_at is not null))
  );
  call protect_tenant_table('video');
  create index video_newest on video (tenant_id, created_at desc, id desc) where deleted_at is null;
  create index video_by_player on video (tenant_id, player_id, created_at desc, id desc) where deleted_at is null;
  create index video_by_status on video (tenant_id, status, created_at desc);
  create index video_by_uploader on video (tenant_id, uploaded_by_id, created_at desc);
  create index video_by_category on video (tenant_id, category, created_at desc) where deleted_at is null;
  grant select, insert, update on video to va_app;
  grant select, update on video to va_worker;

  create function guard_video_status() returns trigger language plpgsql as $$
  declare maker text := case current_user when 'va_worker' then 'worker' else 'api' end;
  begin
    if new.status = old.status and new.status <> 'processing' then return new; end if;
    if new.status = old.status and new.attempt_id is not distinct from old.attempt_id then return new; end if;
    if not exists (select from video_status_move m where m.from_status = old.status and m.to_status = new.status and maker = any (m.made_by)) then
      raise exception 'video status may not move from % to % by %', old.status, new.status, maker using errcode = 'VA001';
    end if;
    return new;
  end $$;
  create trigger guard_video_status before update of status, attempt_id on video for each row execute function guard_video_status();

  create table video_transition (
    tenant_id uuid not null,
    id uuid not null,
    video_id uuid not null,
    from_status text not null,
    to_status text not null,
    event text not null,
    made_by text not null check (made_by in ('api', 'worker')),
    actor_id uuid,
    reason text,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, video_id) references video (tenant_id, id),
    foreign key (tenant_id, actor_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('video_transition');
  create index video_transition_by_video on video_transition (tenant_id, video_id, created_at);
  grant select, insert on video_transition to va_app, va_worker;
`);
