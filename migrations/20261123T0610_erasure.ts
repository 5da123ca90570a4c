import type { Knex } from 'knex';

/**
 * The erasure of a person and the take-out of what is kept about one. An erasure knows its person and their videos by id alone and
 * refers to none of their rows: it is there when they are gone, and is what a restored backup is held against.
 */
export const up = (knex: Knex) =>
  knex.raw(`
  create table erasure (
    tenant_id uuid not null references tenant (id),
    id uuid not null,
    person_id uuid not null,
    -- whose media are removed; kept as ids, because the rows are gone before it is proven that the media are
    video_ids uuid[] not null,
    takeout_ids uuid[] not null,
    -- guests of links to these videos or to this athlete
    guest_ids uuid[] not null,
    -- salted with the erasure's own id: the partner's second request finds the first when the person's row is gone. Forgotten later.
    external_id_sha256 bytea,
    state text not null default 'blocked' check (state in ('blocked', 'purging', 'verified', 'refused')),
    -- what was found when it was asked for, what has been removed since, and what the last proof found left: numbers by kind
    counts jsonb not null,
    removed jsonb not null default '{}',
    left_over jsonb not null default '{}',
    -- what worked before and must be refused after: hashes of leases, keys and ids of uploads; emptied with the proof. And until when a
    -- worker that lost its job to the purge may still be writing.
    probes jsonb not null default '{}',
    receipt text,
    receipt_sha256 text check (receipt_sha256 ~ '^[0-9a-f]{64}$'),
    requested_at timestamptz not null default now(),
    verified_at timestamptz,
    -- when the sweep sends for it again, should it not be verified by then
    due_at timestamptz not null default now() + interval '10 minutes',
    primary key (tenant_id, id),
    unique (tenant_id, person_id),
    check ((state = 'verified') = (receipt is not null and receipt_sha256 is not null and verified_at is not null))
  );
  call protect_tenant_table('erasure');
  create index erasure_unfinished on erasure (tenant_id, due_at) where state <> 'verified';
  grant select, insert, update on erasure to va_app;
  grant select, update on erasure to va_worker;

  -- What is verified is evidence: it may forget whom it was asked for, and be taken up again after a restore; nothing else changes.
  create function erasure_evidence_stands() returns trigger language plpgsql as $$
  begin
    if new.state = 'verified' and (to_jsonb(new) - '{external_id_sha256}'::text[]) is distinct from (to_jsonb(old) - '{external_id_sha256}'::text[]) then
      raise exception 'the receipt of an erasure is not changed' using errcode = 'VA002';
    end if;
    return new;
  end $$;
  create trigger erasure_evidence_stands before update on erasure for each row when (old.state = 'verified') execute function erasure_evidence_stands();

  create table takeout (
    tenant_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    state text not null default 'preparing' check (state in ('preparing', 'ready', 'failed', 'expired')),
    object_key text not null,
    size_bytes bigint,
    sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
    requested_at timestamptz not null default now(),
    ready_at timestamptz,
    expires_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, person_id) references app_user (tenant_id, id),
    check (state <> 'ready' or (size_bytes is not null and sha256 is not null and ready_at is not null))
  );
  call protect_tenant_table('takeout');
  create index takeout_by_person on takeout (tenant_id, person_id, requested_at desc);
  create index takeout_to_sweep on takeout (tenant_id, expires_at) where state <> 'expired';
  grant select, insert, update (state) on takeout to va_app;
  grant select, update on takeout to va_worker;

  -- Set when a person was erased whom other people's rows still name: the row then holds nothing but its id and role.
  alter table app_user add column erased_at timestamptz;
  grant select (erased_at) on app_user to va_lookup;
  alter table app_user add constraint erased_is_empty
    check (erased_at is null or (display_name = '' and birth_date is null and birth_date_key_id is null and deactivated_at is not null));

  -- Keys that could do everything there was go on doing so. The owner too is under row-level security: lifted for this statement.
  alter table api_key no force row level security;
  update api_key set scopes = scopes || '{people:erase}'::text[]
    where scopes @> '{videos:read,videos:write,uploads:write,annotations:read,annotations:write,people:write}'::text[] and not 'people:erase' = any (scopes);
  alter table api_key force row level security;

  -- Whether a lease of old still plays is asked by who proves the erasure.
  grant execute on function find_lease(bytea) to va_verifier;
  grant usage on schema public to va_eraser, va_verifier;
`);
