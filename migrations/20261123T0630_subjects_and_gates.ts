import type { Knex } from 'knex';

/** Who is seen in a video stands with the video; what a consent carried ends with it, whoever ends it. */
export const up = (knex: Knex) =>
  knex.raw(`
  -- Written by the trigger alone: what "video_subject" says, where every reader of a video has it.
  alter table video add column subject_ids uuid[] not null default '{}';

  create or replace function subjects_end_leases() returns trigger language plpgsql as $$
  begin
    update video v set access_epoch = v.access_epoch + 1, subject_ids = array(
        select s.player_id from video_subject s where s.tenant_id = v.tenant_id and s.video_id = v.id order by s.created_at, s.player_id)
      where v.tenant_id = coalesce(new.tenant_id, old.tenant_id) and v.id = coalesce(new.video_id, old.video_id);
    return null;
  end $$;

  -- Two athletes of the same videos may take something back at once: the rows are locked in one order.
  create or replace function athlete_access_ends_leases() returns trigger language plpgsql as $$
  declare
    seen uuid[] := array(
      select v.id from video v where v.tenant_id = old.tenant_id and v.player_id = old.player_id and v.deleted_at is null
      union
      select s.video_id from video_subject s where s.tenant_id = old.tenant_id and s.player_id = old.player_id);
  begin
    perform from video v where v.tenant_id = old.tenant_id and v.id = any (seen) order by v.id for no key update;
    update video v set access_epoch = access_epoch + 1 where v.tenant_id = old.tenant_id and v.id = any (seen) and v.deleted_at is null;
    return null;
  end $$;

  -- Work on a video ends in the transaction that takes the consent away.
  update video_status_move set made_by = '{api,worker}' where (from_status, to_status) in (('uploaded', 'failed'), ('processing', 'failed'));

  -- Links that need a consent which nobody's record gives any more. What was suspended does not come back with a new yes.
  create function suspend_links_without(tenant uuid, athlete uuid, wanted text) returns void language plpgsql as $$
  declare
    suspended uuid;
  begin
    if exists (select from consent c where c.tenant_id = tenant and c.player_id = athlete and c.purpose = wanted
      and c.granted_at <= clock_timestamp() and c.withdrawn_at is null and (c.expires_at is null or c.expires_at > now()))
    then
      return;
    end if;
    for suspended in
      update access_link l set suspended_at = now()
        where l.tenant_id = tenant and l.suspended_at is null and l.revoked_at is null and l.expires_at > now() and case l.kind
          when 'upload' then wanted = 'coach_review' and l.player_id = athlete
          else wanted = 'link_share' and l.video_id in (
            select v.id from video v where v.tenant_id = tenant and v.player_id = athlete
            union all select s.video_id from video_subject s where s.tenant_id = tenant and s.player_id = athlete) end
        returning l.id
    loop
      insert into event (tenant_id, id, name, payload)
        values (tenant, time_ordered_id(), 'link.suspended', jsonb_build_object('linkId', suspended, 'purpose', wanted));
    end loop;
  end $$;

  create function consent_suspends_links() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      -- The yes before this one may have run out of itself, when nothing was written.
      perform suspend_links_without(new.tenant_id, new.player_id, new.purpose);
      return new;
    end if;
    perform suspend_links_without(old.tenant_id, old.player_id, old.purpose);
    return null;
  end $$;
  create trigger consent_after_a_gap before insert on consent for each row execute function consent_suspends_links();
  create trigger consent_suspends_links after update or delete on consent for each row execute function consent_suspends_links();

  -- A birth date that becomes known later ends a guardian's yes at majority, and the record says so.
  create or replace function consent_is_closed_once() returns trigger language plpgsql as $$
  declare
    closing text[] := '{withdrawn_at,withdrawn_by_id,withdrawal_method,withdrawal_evidence,expires_at,ends_at_majority}';
  begin
    if old.withdrawn_at is not null
      or (to_jsonb(new) - closing) is distinct from (to_jsonb(old) - closing)
      or coalesce(new.expires_at, 'infinity') > coalesce(old.expires_at, 'infinity')
      or (old.ends_at_majority and not new.ends_at_majority)
    then
      raise exception 'a consent can only be ended, once' using errcode = 'VA002';
    end if;
    return new;
  end $$;

  -- Until now the age decided nothing, so nobody has chosen it. Null: from majority on.
  alter table tenant alter column age_of_digital_consent drop not null, alter column age_of_digital_consent drop default;
  alter table tenant no force row level security;
  update tenant set age_of_digital_consent = null;
  alter table tenant force row level security;
`);
