import type { Knex } from 'knex';

/**
 * What a tenant may keep and send, and how much of it is taken. Limits and counters share a row: one conditional statement decides
 * and counts, however many ask at once. What an upload holds is on the upload, so that it is given back exactly once.
 */
export const up = (knex: Knex) =>
  knex.raw(`
  create table usage (
    tenant_id uuid primary key references tenant (id),
    max_bytes bigint check (max_bytes >= 0),
    max_videos integer check (max_videos >= 0),
    max_monthly_bytes bigint check (max_monthly_bytes >= 0),
    used_bytes bigint not null default 0 check (used_bytes >= 0),
    reserved_bytes bigint not null default 0 check (reserved_bytes >= 0),
    used_videos integer not null default 0 check (used_videos >= 0),
    reserved_videos integer not null default 0 check (reserved_videos >= 0),
    -- the first day of a month of UTC, and what was uploaded or reserved in it
    month date not null,
    month_bytes bigint not null default 0 check (month_bytes >= 0)
  );
  call protect_tenant_table('usage');
  grant select, insert, update on usage to va_app, va_worker;

  alter table upload add column holds text not null default 'reserved' check (holds in ('reserved', 'used', 'nothing'));
  -- the month the bytes were counted in: what is given back later must not lighten another one
  alter table upload add column counted_in date not null default date_trunc('month', now() at time zone 'utc')::date;
  alter table upload alter column counted_in drop default;

  -- What is there already. The owner, too, sees rows only through a tenant while security is forced.
  alter table upload no force row level security;
  alter table video no force row level security;
  alter table usage no force row level security;
  update upload set counted_in = date_trunc('month', created_at at time zone 'utc')::date;
  update upload u set holds = case when v.deleted_at is not null or u.state = 'aborted' then 'nothing' when u.state = 'done' then 'used' else 'reserved' end
    from video v where v.tenant_id = u.tenant_id and v.id = u.video_id;
  insert into usage (tenant_id, used_bytes, reserved_bytes, used_videos, reserved_videos, month, month_bytes)
    select tenant_id,
      coalesce(sum(size_bytes) filter (where holds = 'used'), 0), coalesce(sum(size_bytes) filter (where holds = 'reserved'), 0),
      count(*) filter (where holds = 'used'), count(*) filter (where holds = 'reserved'),
      date_trunc('month', now() at time zone 'utc')::date,
      coalesce(sum(size_bytes) filter (where state <> 'aborted' and counted_in = date_trunc('month', now() at time zone 'utc')::date), 0)
    from upload group by tenant_id;
  alter table upload force row level security;
  alter table video force row level security;
  alter table usage force row level security;
`);
