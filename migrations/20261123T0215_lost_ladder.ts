import type { Knex } from 'knex';

/** A ladder whose job got lost is noticed, sent for again so many times, and then left. */
export const up = (knex: Knex) =>
  knex.raw(`
  alter table video_attempt
    -- how often the sweep has sent for the attempt's ladder
    add column ladder_tries smallint not null default 0,
    -- when the sweep looks after it again; null: not looked after yet
    add column ladder_due_at timestamptz,
    -- when the ladder was published, or was given up and the store was clean of it
    add column ladder_ended_at timestamptz;

  -- forced row-level security hides every row from the owner too, and this concerns all tenants
  alter table video_attempt no force row level security;
  alter table video_ladder no force row level security;
  update video_attempt a set ladder_ended_at = l.created_at from video_ladder l
    where l.tenant_id = a.tenant_id and l.video_id = a.video_id and l.attempt_id = a.id;
  alter table video_attempt force row level security;
  alter table video_ladder force row level security;

  create index video_attempt_without_ladder on video_attempt (tenant_id, ended_at) where ladder_ended_at is null;
`);
