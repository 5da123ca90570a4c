import type { Knex } from 'knex';

/** Whoever watched is told why the picture ends: the event is written where the lease is revoked, whatever revoked it. */
export const up = (knex: Knex) =>
  knex.raw(`
  -- A UUID of version 7 (RFC 9562): readers of the outbox go by its order.
  create function time_ordered_id() returns uuid language sql volatile as $$
    select encode(set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid
  $$;

  create function tell_lease_revoked() returns trigger language plpgsql as $$
  begin
    insert into event (tenant_id, id, name, payload)
      values (new.tenant_id, time_ordered_id(), 'playback.revoked', jsonb_build_object('videoId', new.video_id, 'leaseRow', new.id));
    return null;
  end $$;
  -- Nobody watches under a lease that has lapsed: its end is no news.
  create trigger lease_revocation_is_told after update of revoked_at on playback_lease for each row
    when (old.revoked_at is null and new.revoked_at is not null and new.expires_at > now()) execute function tell_lease_revoked();
`);
