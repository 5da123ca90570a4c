import type { Knex } from 'knex';

/** A consent as evidence: which text was read, in which language, how it was said, who took it back. Written once, closed once. */
export const up = (knex: Knex) =>
  knex.raw(`
  -- What stands was recorded by an operator from a form; "evidence" is where that form is.
  alter table consent alter column evidence drop not null;
  alter table consent add column evidence_method text not null default 'paper' check (evidence_method in ('in_app', 'paper'));
  alter table consent add column text_version text;
  alter table consent add column locale text;
  -- "expires_at" is then the athlete's coming of age, from which the birth date follows: it is kept and not told.
  alter table consent add column ends_at_majority boolean not null default false;
  alter table consent add column withdrawn_by_id uuid;
  alter table consent add column withdrawal_method text check (withdrawal_method in ('in_app', 'paper'));
  alter table consent add column withdrawal_evidence text;
  alter table consent add foreign key (tenant_id, withdrawn_by_id) references app_user (tenant_id, id);
  alter table consent add constraint paper_has_a_reference check (evidence_method <> 'paper' or evidence is not null);
  create index consent_history on consent (tenant_id, player_id, granted_at desc, id desc);

  -- A record may end, or end sooner. It is never said again, lengthened, moved or taken up once it is closed.
  create function consent_is_closed_once() returns trigger language plpgsql as $$
  begin
    if old.withdrawn_at is not null
      or (to_jsonb(new) - '{withdrawn_at,withdrawn_by_id,withdrawal_method,withdrawal_evidence,expires_at}'::text[])
        is distinct from (to_jsonb(old) - '{withdrawn_at,withdrawn_by_id,withdrawal_method,withdrawal_evidence,expires_at}'::text[])
      or coalesce(new.expires_at, 'infinity') > coalesce(old.expires_at, 'infinity')
    then
      raise exception 'a consent can only be ended, once' using errcode = 'VA002';
    end if;
    return new;
  end $$;
  create trigger consent_is_closed_once before update on consent for each row execute function consent_is_closed_once();

  -- Keys that could do everything there was go on doing so. The owner too is under row-level security: lifted for this statement.
  alter table api_key no force row level security;
  update api_key set scopes = scopes || '{consents:read,consents:write}'::text[]
    where scopes @> '{videos:read,videos:write,uploads:write,annotations:read,annotations:write}'::text[] and not scopes && '{consents:read,consents:write}'::text[];
  alter table api_key force row level security;
`);
