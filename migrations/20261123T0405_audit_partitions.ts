import type { Knex } from 'knex';

/** A partition of the audit log per month of UTC, made ahead by the worker's sweep; the default partition takes what has none. */
export const up = (knex: Knex) =>
  knex.raw(`
  -- Makes the partitions of this month and the next three that are not there yet, and nothing else. Returns how many.
  create function make_audit_partitions() returns integer language plpgsql security definer
    set search_path = pg_catalog, public set timezone = 'UTC' set lock_timeout = '2s' as $$
  declare
    first_day timestamp := date_trunc('month', now() at time zone 'UTC');
    next_day timestamp;
    partition_name text;
    made integer := 0;
  begin
    -- Several workers sweep at once: one makes them, the others come again.
    if not pg_try_advisory_xact_lock(hashtext('make_audit_partitions')) then
      return 0;
    end if;
    for ahead in 0..3 loop
      next_day := first_day + interval '1 month';
      partition_name := 'audit_event_' || to_char(first_day, 'YYYY_MM');
      if to_regclass('public.' || partition_name) is null then
        begin
          -- Made beside the log and then attached: whoever reads or writes the log does not wait meanwhile.
          execute format('create table public.%I (like public.audit_event including defaults including constraints)', partition_name);
          execute format('call protect_tenant_table(%L)', 'public.' || partition_name);
          execute format('create trigger audit_is_not_emptied before truncate on public.%I for each statement execute function refuse_change()',
            partition_name);
          execute format('alter table public.audit_event attach partition public.%I for values from (%L) to (%L)', partition_name,
            first_day at time zone 'UTC', next_day at time zone 'UTC');
          made := made + 1;
        exception
          -- The default partition holds rows of this month already, and keeps it.
          when check_violation then null;
        end;
      end if;
      first_day := next_day;
    end loop;
    return made;
  end $$;
  revoke all on function make_audit_partitions() from public;
  grant execute on function make_audit_partitions() to va_worker;
  create trigger audit_is_not_emptied before truncate on audit_event_default for each statement execute function refuse_change();

  select make_audit_partitions();
`);
