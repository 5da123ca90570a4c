import type { Knex } from 'knex';

/** What a person said about the capture rate holds, whatever a worker detects then or later. */
export const up = (knex: Knex) =>
  knex.raw(`
  alter table video
    -- a person corrected capture_fps
    add column is_capture_fps_corrected boolean not null default false;

  -- Preview, publication and every processing after it write what they detected: kept apart here, in one place for all of them.
  create function keep_corrected_capture_fps() returns trigger language plpgsql as $$
  begin
    if current_user = 'va_app' then
      new.is_capture_fps_corrected := true;
    elsif current_user = 'va_worker' and old.is_capture_fps_corrected then
      new.capture_fps := old.capture_fps;
    end if;
    return new;
  end $$;
  create trigger keep_corrected_capture_fps before update of capture_fps on video
    for each row execute function keep_corrected_capture_fps();
`);
