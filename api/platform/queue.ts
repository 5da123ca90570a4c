import type { Knex } from 'knex';
import { fromKnex, PgBoss } from 'pg-boss';
import { deadLetterQueue, JOB_NAMES, jobKey, JOBS, type JobName, type JobPayloads, type SendOptions } from '../../domain/jobs/catalogue.ts';

export const QUEUE_SCHEMA = 'queue';

/** The side of the queue that sends. It can neither read payloads nor take jobs. */
export interface JobSender {
  send<Name extends JobName>(trx: Knex.Transaction, job: Name, payload: JobPayloads[Name], options?: SendOptions): Promise<void>;
  stop(): Promise<void>;
}

export async function startSender(databaseUrl: string, onError: (error: Error) => void): Promise<JobSender> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: QUEUE_SCHEMA,
    max: 1,
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
  });
  boss.on('error', onError);
  await boss.start();
  return senderOn(boss);
}

/** Sends through a queue that is open already. */
export const senderOn = (boss: PgBoss): JobSender => ({
  async send(trx, job, payload, { isBackground = false } = {}) {
    const priority = await turnOf(trx, job, payload.tenantId, isBackground);
    // A duplicate waits for the transaction that sent it first, and then adds nothing: one job per video and version.
    await boss.send(job, payload, { singletonKey: jobKey(payload), group: { id: payload.tenantId }, priority, db: fromKnex(trx) });
  },
  stop: () => boss.stop({ graceful: false }),
});

async function turnOf(trx: Knex.Transaction, job: JobName, tenantId: string, isBackground: boolean): Promise<number> {
  const { rows } = await trx.raw<{ rows: { priority: number }[] }>(`select ${QUEUE_SCHEMA}.next_turn(?, ?, ?) as priority`, [
    job,
    tenantId,
    isBackground,
  ]);
  return rows[0]?.priority ?? 0;
}

/**
 * Tenants take turns. A job's turn is one more than the tenant's last that is still in the queue, and no less than the turn that is
 * being served, which is that of the first job that waits; a worker takes the lowest turn, and of equal ones the oldest. So a tenant
 * that sends a hundred jobs is served a hundred turns, and one that sends its first now is in the next; nobody's idle time is saved
 * up, and no worker stands idle while a job waits. A turn is a priority with its sign changed. Background jobs take turns among
 * themselves, behind all others. Runs as the owner, because who sends a job cannot read the queue.
 */
const BACKGROUND = 1_000_000_000;

export const TURNS = `
  create or replace function ${QUEUE_SCHEMA}.next_turn(queue_name text, tenant text, is_background boolean) returns integer
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
  declare
    class_start bigint := case when is_background then ${String(BACKGROUND)} else 0 end;
    class_end bigint := class_start + ${String(BACKGROUND - 1)};
    served bigint;
    own bigint;
  begin
    select min(-priority) into served from ${QUEUE_SCHEMA}.job
      where name = queue_name and state < 'active' and start_after <= now() and -priority between class_start and class_end;
    if served is null then
      select max(-priority) into served from ${QUEUE_SCHEMA}.job
        where name = queue_name and state = 'active' and -priority between class_start and class_end;
    end if;
    select max(-priority) + 1 into own from ${QUEUE_SCHEMA}.job
      where name = queue_name and state <= 'active' and group_id = tenant and -priority between class_start and class_end;
    return -least(class_end, greatest(coalesce(served, class_start), coalesce(own, class_start)));
  end $$;
  revoke all on function ${QUEUE_SCHEMA}.next_turn(text, text, boolean) from public;
  grant execute on function ${QUEUE_SCHEMA}.next_turn(text, text, boolean) to va_app, va_worker;
`;

/** The keys of one tenant's jobs that somebody will still work on, also those that only wait to be told of their end. Not for the API's role. */
export async function liveJobKeys(trx: Knex.Transaction, job: JobName, tenantId: string): Promise<ReadonlySet<string>> {
  const { rows } = await trx.raw<{ rows: { data: JobPayloads[JobName] }[] }>(
    `select data from ${QUEUE_SCHEMA}.job where name in (?, ?) and state < 'completed' and data->>'tenantId' = ?`,
    [job, deadLetterQueue(job), tenantId],
  );
  return new Set(rows.map(({ data }) => jobKey(data)));
}

/** Creates the queue's own tables and every queue of the catalogue. Runs as the owner, at deployment. */
export async function migrateQueue(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, schema: QUEUE_SCHEMA, max: 2, supervise: false, schedule: false });
  const errors: Error[] = [];
  boss.on('error', (error) => errors.push(error));
  await boss.start();
  for (const job of JOB_NAMES) await createJobQueue(boss, job);
  await boss.stop({ graceful: false });
  if (errors[0]) throw errors[0];
}

async function createJobQueue(boss: PgBoss, job: JobName): Promise<void> {
  const settings = JOBS[job];
  const dead = deadLetterQueue(job);
  if (!(await boss.getQueue(dead))) await boss.createQueue(dead, { retentionSeconds: 90 * 24 * 3600 });
  if (await boss.getQueue(job)) return;
  await boss.createQueue(job, {
    policy: 'exclusive',
    deadLetter: dead,
    notify: true,
    retryLimit: settings.retryLimit,
    retryDelay: settings.retryDelaySeconds,
    retryBackoff: true,
    heartbeatSeconds: settings.heartbeatSeconds,
    expireInSeconds: settings.expireInSeconds,
  });
}
