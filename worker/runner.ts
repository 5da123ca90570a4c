import type { Knex } from 'knex';
import { fromKnex, type Job, type JobWithMetadata, type PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { senderOn } from '../api/platform/queue.ts';
import { bindTenant, type TenantPlatform } from '../api/platform/tenant-scope.ts';
import type { Tenant, TenantScope } from '../api/platform/tenant.ts';
import { pointsElsewhere } from '../api/services/job-payload.ts';
import { PoisonedSource, StaleAttempt } from '../api/services/processing.ts';
import { DomainError } from '../domain/errors.ts';
import { deadLetterQueue, JOB_NAMES, type JobName, type JobPayloads } from '../domain/jobs/catalogue.ts';
import type { ProcessingErrorCode } from '../domain/video/limits.ts';

export interface JobRun {
  /** Aborts when the queue has taken the job away or the worker is asked to stop. */
  readonly signal: AbortSignal;
  /** Completes the job in a transaction of its own work; false when it is no longer this worker's. */
  readonly settle: (scope: TenantScope) => Promise<boolean>;
}

export interface JobHandler<Name extends JobName> {
  /** Does the work. May be called twice for one job. Throws on failure and hides none. */
  run(tenant: Tenant, payload: JobPayloads[Name], run: JobRun): Promise<void>;
  /** What an error means for the person waiting; `isFinal` when another try would end the same way. Null: not the handler's to say. */
  refusalOf(error: unknown): { readonly code: ProcessingErrorCode; readonly isFinal: boolean } | null;
  /** Called when nobody will try again. May be called twice. */
  gaveUp(tenant: Tenant, payload: JobPayloads[Name], code: ProcessingErrorCode): Promise<void>;
}

export type JobHandlers = { readonly [Name in JobName]: JobHandler<Name> };

export interface RunnerParts {
  readonly boss: PgBoss;
  readonly database: Knex;
  readonly handlers: JobHandlers;
  readonly log: Logger;
  readonly concurrency: number;
  readonly stopping: AbortSignal;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Starts working every queue of the catalogue. The one place that logs a job's failure and decides what follows from it. */
export async function startRunner(parts: RunnerParts): Promise<void> {
  for (const name of JOB_NAMES) {
    const options = {
      localConcurrency: parts.concurrency,
      includeMetadata: true as const,
      pollingIntervalSeconds: 1,
      // NOTIFY tells of new jobs only: what waits behind others, or for its next try, is found by asking. Left out, that is every 30 s.
      notifyPollingIntervalSeconds: 2,
      burstWhenBatchFull: true,
    };
    await parts.boss.work<JobPayloads[typeof name], void, typeof options>(name, options, async (jobs) => {
      for (const job of jobs) await runJob(parts, name, job);
    });
    // A worker that was killed tells nobody. What the queue gives up on arrives here.
    await parts.boss.work<JobPayloads[typeof name]>(deadLetterQueue(name), { pollingIntervalSeconds: 2 }, async (jobs) => {
      for (const job of jobs) await endJob(parts, name, job);
    });
  }
}

async function endJob<Name extends JobName>(parts: RunnerParts, name: Name, job: Job<JobPayloads[Name]>): Promise<void> {
  const handler: JobHandler<Name> = parts.handlers[name];
  await handler.gaveUp(tenantOf(parts, job), job.data, 'INTERNAL');
}

const tenantOf = ({ database, boss }: RunnerParts, job: Job<{ readonly tenantId: string }>): Tenant =>
  jobTenant({ database, sender: senderOn(boss) }, job.data.tenantId, job.id);

/** A tenant as work without a person sees it: nobody's rights, and nobody in the audit. */
export const jobTenant = (platform: TenantPlatform, tenantId: string, requestId: string): Tenant =>
  bindTenant(platform, {
    ...{ tenantId, requestId },
    actor: { id: NOBODY, role: 'admin', scopes: new Set(), onlyPlayerIds: null, onlyVideoIds: null },
    credential: { kind: 'job' },
  });

async function runJob<Name extends JobName>(parts: RunnerParts, name: Name, job: JobWithMetadata<JobPayloads[Name]>): Promise<void> {
  const handler: JobHandler<Name> = parts.handlers[name];
  const tenant = tenantOf(parts, job);
  const log = parts.log.child({ job: name, jobId: job.id, tenantId: tenant.id, attempt: job.retryCount + 1 });
  const startedAt = Date.now();
  try {
    if (await pointsElsewhere(tenant, job.data)) {
      log.error({ alert: 'cross_tenant_job' }, 'job refused: it names what is not its tenant’s');
      return;
    }
    await handler.run(tenant, job.data, {
      signal: AbortSignal.any([job.signal, parts.stopping]),
      settle: async (scope) => {
        // The job object, never its bare id: with the id an older worker would settle the newer attempt's job.
        return hasAffectedOne(await parts.boss.complete(name, job, null, { db: fromKnex(scope.trx) }));
      },
    });
    log.info({ ms: Date.now() - startedAt }, 'job done');
  } catch (error) {
    await decide(parts, handler, tenant, job, error, log);
  }
}

/** The queue says how many jobs a command touched, though its types do not. Zero: another worker holds the job by now. */
const hasAffectedOne = (answer: object): boolean => 'affected' in answer && answer.affected === 1;

/** Over for good, or once more? Returning completes the job; throwing hands it back to the queue. */
async function decide<Name extends JobName>(
  parts: RunnerParts,
  handler: JobHandler<Name>,
  tenant: Tenant,
  job: JobWithMetadata<JobPayloads[Name]>,
  error: unknown,
  log: Logger,
): Promise<void> {
  if (error instanceof StaleAttempt || (error instanceof DomainError && error.code === 'video.illegal_transition')) {
    log.info('job superseded');
    return;
  }
  if (error instanceof PoisonedSource) {
    log.error({ err: error, alert: 'job_poisoned' }, 'job given up: it kills workers');
    await handler.gaveUp(tenant, job.data, 'INTERNAL');
    return;
  }
  if (job.signal.aborted) {
    // What is said of it now, the queue no longer hears: it has given the job to another worker, or up.
    log.warn('job lost: this worker was silent or slow for too long');
    throw new Error('the job was taken away');
  }
  if (parts.stopping.aborted) {
    log.info('job handed back: the worker stops');
    throw new Error('the worker was stopped');
  }
  const refusal = handler.refusalOf(error);
  const isLast = job.retryCount >= job.retryLimit;
  if (refusal?.isFinal) {
    log.info({ code: refusal.code }, 'job refused');
    await handler.gaveUp(tenant, job.data, refusal.code);
    return;
  }
  log.error({ err: error, code: refusal?.code, isLast, ...(isLast && { alert: 'job_exhausted' }) }, 'job failed');
  if (isLast) await handler.gaveUp(tenant, job.data, refusal?.code ?? 'INTERNAL');
  // Only the code is kept with the job: messages may quote file names of a workspace.
  throw new Error(refusal?.code ?? 'INTERNAL');
}
