import type { Knex } from 'knex';
import { fromKnex, PgBoss } from 'pg-boss';
import { deadLetterQueue, JOB_NAMES, jobKey, JOBS, type JobName, type JobPayloads } from '../../domain/jobs/catalogue.ts';

export const QUEUE_SCHEMA = 'queue';

/** The side of the queue that sends. It can neither read payloads nor take jobs. */
export interface JobSender {
  send<Name extends JobName>(trx: Knex.Transaction, job: Name, payload: JobPayloads[Name]): Promise<void>;
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
  async send(trx, job, payload) {
    // A duplicate waits for the transaction that sent it first, and then adds nothing: one job per video and version.
    await boss.send(job, payload, { singletonKey: jobKey(payload), group: { id: payload.tenantId }, db: fromKnex(trx) });
  },
  stop: () => boss.stop({ graceful: false }),
});

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
