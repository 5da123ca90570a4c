import type { Knex } from 'knex';

/** What a video is played from while its analysis rendition is being made: a rendition of another kind, under an id of its own. */
export const up = (knex: Knex) =>
  knex.raw(`
  alter table video_rendition
    add column kind text not null default 'analysis' check (kind in ('analysis', 'preview')),
    -- a copy is never decoded, so nobody has seen its pictures
    alter column picture_hashes drop not null,
    add check (kind = 'preview' or picture_hashes is not null);

  alter table video
    add column preview_attempt_id uuid,
    add foreign key (tenant_id, id, preview_attempt_id) references video_rendition (tenant_id, video_id, attempt_id),
    -- nothing else may be shown: not before it was scanned, not once processing has ended
    add check (preview_attempt_id is null or status = 'processing');
`);
