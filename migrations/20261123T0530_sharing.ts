import type { Knex } from 'knex';

/** Who else is in a picture, whom it is shown to by name, and links: to look at a video, or to send one. */
export const up = (knex: Knex) =>
  knex.raw(`
  -- Everybody besides the athlete the video is about. One missing consent closes it for all who need one.
  create table video_subject (
    tenant_id uuid not null,
    video_id uuid not null,
    player_id uuid not null,
    named_by_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, video_id, player_id),
    foreign key (tenant_id, video_id) references video (tenant_id, id),
    foreign key (tenant_id, player_id) references app_user (tenant_id, id),
    foreign key (tenant_id, named_by_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('video_subject');
  create index video_subject_by_player on video_subject (tenant_id, player_id);
  grant select, insert, delete on video_subject to va_app;
  grant select on video_subject to va_worker;

  create table share (
    tenant_id uuid not null,
    id uuid not null,
    video_id uuid not null,
    created_by_id uuid not null,
    can_comment boolean not null,
    message text,
    expires_at timestamptz,
    revoked_at timestamptz,
    revoked_by_id uuid,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, video_id) references video (tenant_id, id),
    foreign key (tenant_id, created_by_id) references app_user (tenant_id, id),
    foreign key (tenant_id, revoked_by_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('share');
  create index share_by_video on share (tenant_id, video_id, created_at desc);
  create index share_by_id on share (id);

  create table share_recipient (
    tenant_id uuid not null,
    share_id uuid not null,
    person_id uuid not null,
    reason text not null check (reason in ('named', 'second_adult')),
    primary key (tenant_id, share_id, person_id),
    foreign key (tenant_id, share_id) references share (tenant_id, id),
    foreign key (tenant_id, person_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('share_recipient');
  create index share_recipient_by_person on share_recipient (tenant_id, person_id);

  -- The bearer of a link acts as a guest of its own: what it opens and what it does hang on that row like a person's.
  alter table app_user drop constraint app_user_role_check;
  alter table app_user add constraint app_user_role_check check (role in ('admin', 'coach', 'player', 'guardian', 'guest'));

  create table access_link (
    tenant_id uuid not null,
    id uuid not null,
    kind text not null check (kind in ('view', 'upload')),
    token_sha256 bytea not null unique,
    guest_id uuid not null,
    created_by_id uuid not null,
    -- to look at: one video
    video_id uuid,
    can_comment boolean not null default false,
    -- to send to: one athlete
    player_id uuid,
    label text,
    password_hash text,
    max_uses integer check (max_uses > 0),
    use_count integer not null default 0,
    failed_passwords integer not null default 0,
    locked_until timestamptz,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by_id uuid,
    -- when a consent it needs was withdrawn: it does not come back with a new one
    suspended_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, guest_id),
    foreign key (tenant_id, guest_id) references app_user (tenant_id, id),
    foreign key (tenant_id, created_by_id) references app_user (tenant_id, id),
    foreign key (tenant_id, revoked_by_id) references app_user (tenant_id, id),
    foreign key (tenant_id, video_id) references video (tenant_id, id),
    foreign key (tenant_id, player_id) references app_user (tenant_id, id),
    check ((kind = 'view') = (video_id is not null) and (kind = 'upload') = (player_id is not null)),
    check (max_uses is null or use_count <= max_uses)
  );
  call protect_tenant_table('access_link');
  create index access_link_by_video on access_link (tenant_id, video_id);
  create index access_link_by_player on access_link (tenant_id, player_id);
  create index access_link_by_id on access_link (id);

  -- One opening that was counted; it may go on without being counted again.
  create table link_visit (
    tenant_id uuid not null,
    id uuid not null,
    link_id uuid not null,
    visit_sha256 bytea not null,
    ends_at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, visit_sha256),
    foreign key (tenant_id, link_id) references access_link (tenant_id, id)
  );
  call protect_tenant_table('link_visit');
  create index link_visit_by_link on link_visit (tenant_id, link_id);

  grant select, insert, update on share, access_link to va_app;
  grant select, insert on share_recipient, link_visit to va_app;
  grant select on share, share_recipient, access_link to va_worker;
  grant update (suspended_at) on access_link to va_worker;

  -- A guest's session hangs on its link as a person's hangs on the key that minted it.
  alter table session alter column api_key_id drop not null;
  alter table session add column link_id uuid;
  alter table session add foreign key (tenant_id, link_id) references access_link (tenant_id, id);
  alter table session add constraint session_has_one_root check ((api_key_id is null) <> (link_id is null));
  create index session_by_link on session (tenant_id, link_id);

  create policy lookup_only on access_link for select to va_lookup using (true);
  create policy lookup_only on share for select to va_lookup using (true);
  grant select (tenant_id, id, guest_id, token_sha256, expires_at, revoked_at, suspended_at) on access_link to va_lookup;
  grant select (tenant_id, id) on share to va_lookup;
  grant select (link_id) on session to va_lookup;

  create function link_has_ended() returns trigger language plpgsql as $$
  begin
    update session set ended_at = now() where tenant_id = new.tenant_id and link_id = new.id and ended_at is null;
    update playback_lease set revoked_at = now() where tenant_id = new.tenant_id and user_id = new.guest_id and revoked_at is null;
    perform tell_playback_access(new.tenant_id);
    return null;
  end $$;
  create trigger link_has_ended after update of revoked_at, suspended_at, expires_at on access_link for each row
    when (new.revoked_at is distinct from old.revoked_at or new.suspended_at is distinct from old.suspended_at or new.expires_at < old.expires_at)
    execute function link_has_ended();

  create function share_has_ended() returns trigger language plpgsql as $$
  begin
    update video set access_epoch = access_epoch + 1 where tenant_id = new.tenant_id and id = new.video_id and deleted_at is null;
    return null;
  end $$;
  create trigger share_has_ended after update of revoked_at, expires_at on share for each row
    when (new.revoked_at is distinct from old.revoked_at or new.expires_at < old.expires_at) execute function share_has_ended();

  -- Somebody more in the picture is somebody more whose consent is needed; somebody less is somebody less who may look at it.
  create function subjects_end_leases() returns trigger language plpgsql as $$
  begin
    update video set access_epoch = access_epoch + 1
      where tenant_id = coalesce(new.tenant_id, old.tenant_id) and id = coalesce(new.video_id, old.video_id) and deleted_at is null;
    return null;
  end $$;
  create trigger subjects_end_leases after insert or update or delete on video_subject for each row execute function subjects_end_leases();

  create or replace function athlete_access_ends_leases() returns trigger language plpgsql as $$
  begin
    update video v set access_epoch = access_epoch + 1 where v.tenant_id = old.tenant_id and v.deleted_at is null
      and (v.player_id = old.player_id
        or v.id in (select s.video_id from video_subject s where s.tenant_id = old.tenant_id and s.player_id = old.player_id));
    return null;
  end $$;

  grant create on schema public to va_lookup;
  create or replace function find_session(sha256 bytea)
    returns table (tenant_id uuid, session_id uuid, user_id uuid, role text, scopes text[], origins text[], only_player_ids uuid[], only_video_ids uuid[], expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public as $$
      select s.tenant_id, s.id, s.user_id, u.role, s.scopes, s.origins, s.only_player_ids, s.only_video_ids, s.expires_at
      from session s
      join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id
      left join api_key k on k.tenant_id = s.tenant_id and k.id = s.api_key_id
      left join access_link l on l.tenant_id = s.tenant_id and l.id = s.link_id
      where s.token_sha256 = sha256 and s.ended_at is null and s.expires_at > now() and u.deactivated_at is null
        and ((k.id is not null and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()))
          or (l.id is not null and l.revoked_at is null and l.suspended_at is null and l.expires_at > now()))
    $$;

  create or replace function find_lease(sha256 bytea)
    returns table (tenant_id uuid, lease_id uuid, left_ms integer)
    language sql stable security definer set search_path = pg_catalog, public as $$
      select l.tenant_id, l.id,
        case when l.revoked_at is null and l.expires_at > now() and v.deleted_at is null and v.access_epoch = l.access_epoch and u.role = l.role
          and u.deactivated_at is null
          and s.ended_at is null and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
          and a.revoked_at is null and a.suspended_at is null and (a.expires_at is null or a.expires_at > now())
        then (extract(epoch from l.expires_at - now()) * 1000)::integer end
      from playback_lease l
      join video v on v.tenant_id = l.tenant_id and v.id = l.video_id
      join app_user u on u.tenant_id = l.tenant_id and u.id = l.user_id
      left join session s on s.tenant_id = l.tenant_id and s.id = l.session_id
      left join api_key k on k.tenant_id = l.tenant_id and k.id = coalesce(l.api_key_id, s.api_key_id)
      left join access_link a on a.tenant_id = l.tenant_id and a.guest_id = l.user_id
      where l.lease_sha256 = sha256
    $$;

  -- The link that a token opens, in force or not: why it does not open is told to whoever holds the token.
  create function find_link(sha256 bytea) returns table (tenant_id uuid, link_id uuid, guest_id uuid)
    language sql stable security definer set search_path = pg_catalog, public as $$
      select l.tenant_id, l.id, l.guest_id from access_link l where l.token_sha256 = sha256
    $$;

  create or replace function is_foreign_id(kind text, wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
      select case kind
        when 'video' then exists (select from video x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'annotation' then exists (select from video_annotation x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'upload' then exists (select from upload x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'person' then exists (select from app_user x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'share' then exists (select from share x where x.id = wanted and x.tenant_id <> app_tenant())
        when 'link' then exists (select from access_link x where x.id = wanted and x.tenant_id <> app_tenant())
        else false end
    $$;
  alter function find_link(bytea) owner to va_lookup;
  revoke create on schema public from va_lookup;
  revoke all on function find_link(bytea) from public;
  grant execute on function find_link(bytea) to va_app;

  -- Whether what reaches a minor has to reach a second adult too.
  alter table tenant add column two_adults boolean not null default true;
  grant update (two_adults) on tenant to va_app;

  -- Keys that could do everything there was go on doing so.
  alter table api_key no force row level security;
  update api_key set scopes = scopes || '{comments:read,comments:write,shares:read,shares:write,videos:export}'::text[]
    where scopes @> '{videos:read,videos:write,uploads:write,annotations:read,annotations:write,consents:read,consents:write}'::text[]
      and not scopes && '{comments:read,comments:write,shares:read,shares:write,videos:export}'::text[];
  alter table api_key force row level security;
`);
