import type { Knex } from 'knex';

/** Processing a video again while what it was played from stays: attempts that can be counted and swept, and drawings that are checked. */
export const up = (knex: Knex) =>
  knex.raw(`
  -- every try at processing a video, with the prefix it wrote under in its ids
  create table video_attempt (
    tenant_id uuid not null,
    video_id uuid not null,
    id uuid not null,
    processing_version integer not null,
    begun_at timestamptz not null default now(),
    -- when the worker said that it was through; null for ever when it was killed
    ended_at timestamptz,
    -- when the store was cleaned of what the attempt had written
    swept_at timestamptz,
    primary key (tenant_id, video_id, id),
    foreign key (tenant_id, video_id) references video (tenant_id, id)
  );
  call protect_tenant_table('video_attempt');
  create index video_attempt_unswept on video_attempt (tenant_id, begun_at) where swept_at is null;
  grant select on video_attempt to va_app;
  grant select, insert, update on video_attempt to va_worker;

  -- the version that is played; processing_version is the one that is wanted
  alter table video add column published_version integer;
  -- forced row-level security hides every row from the owner too, and this concerns all tenants
  alter table video no force row level security;
  alter table video_rendition no force row level security;
  alter table video_attempt no force row level security;
  update video v set published_version = r.processing_version from video_rendition r
    where r.tenant_id = v.tenant_id and r.video_id = v.id and r.attempt_id = v.published_attempt_id;
  insert into video_attempt (tenant_id, video_id, id, processing_version, begun_at, ended_at)
    select tenant_id, video_id, attempt_id, processing_version, created_at, created_at from video_rendition;
  alter table video force row level security;
  alter table video_rendition force row level security;
  alter table video_attempt force row level security;

  insert into video_status_move (from_status, to_status, made_by) values ('ready', 'ready', '{api,worker}');

  create or replace function guard_video_status() returns trigger language plpgsql as $$
  declare maker text := case current_user when 'va_worker' then 'worker' else 'api' end;
  begin
    if new.attempt_id is not null and new.attempt_id is distinct from old.attempt_id and maker <> 'worker' then
      raise exception 'an attempt is begun by the worker alone' using errcode = 'VA001';
    end if;
    if new.status = old.status and new.attempt_id is not distinct from old.attempt_id then return new; end if;
    if new.status = old.status and new.status not in ('processing', 'ready') then return new; end if;
    if not exists (select from video_status_move m where m.from_status = old.status and m.to_status = new.status and maker = any (m.made_by)) then
      raise exception 'video status may not move from % to % by %', old.status, new.status, maker using errcode = 'VA001';
    end if;
    return new;
  end $$;

  -- the worker looks for leases that still read what an older attempt has published, and tells each drawing how it fits the new one
  grant select on playback_lease to va_worker;
  grant usage on sequence annotation_change_seq to va_worker;
  alter table video_annotation
    add column anchor_state text not null default 'exact' check (anchor_state in ('exact', 'shifted', 'lost')),
    add column anchor_shift integer not null default 0;
`);
