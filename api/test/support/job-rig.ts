import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { connectDatabase } from '../../platform/database.ts';
import { startSender, type JobSender } from '../../platform/queue.ts';
import { bindTenant } from '../../platform/tenant-scope.ts';
import type { Tenant } from '../../platform/tenant.ts';
import { startClub, type Club, type Person } from './club.ts';
import { startTestSystem, type TestSystem } from './system.ts';
import { startTestWorker, type TestProcess } from './worker.ts';

/** What became of a video and its job. */
export interface Traces {
  readonly status: string;
  readonly errorCode: string | null;
  /** Attempts that have published, oldest first. */
  readonly renditions: readonly string[];
  readonly publishedAttemptId: string | null;
  readonly attempts: number;
  /** Attempts under whose prefix the store holds something. */
  readonly stored: readonly string[];
  readonly jobs: readonly { readonly state: string; readonly retries: number }[];
}

/** A system with a club and an athlete, on which workers are started and ended. */
export interface JobRig {
  readonly system: TestSystem;
  readonly club: Club;
  readonly player: Person;
  /** The tenant as a worker's own database role sees it. */
  readonly tenant: Tenant;
  worker(env?: Readonly<Record<string, string>>): Promise<TestProcess>;
  traces(videoId: string): Promise<Traces>;
  /** Asks until the answer is yes. @throws Error with what it waited for, after a time that only a hang needs. */
  until(what: string, isSo: () => Promise<boolean>): Promise<void>;
  stop(): Promise<void>;
}

const LIMIT_MS = 10 * 60_000;

export async function startJobRig(): Promise<JobRig> {
  const system = await startTestSystem();
  // The shortest sign of life the queue allows, so that a dead worker is missed soon.
  await system.database.admin.raw(`update queue.queue set heartbeat_seconds = 10, retry_delay = 1 where name = 'video.process'`);
  const club = await startClub(system, 'Fairway');
  const player = await club.person('player', 'player-1');
  const database = connectDatabase({ url: system.database.workerUrl, poolSize: 3, name: 'va-test-worker' });
  const sender = await startSender(system.database.workerUrl, () => undefined);
  const workers: TestProcess[] = [];
  return {
    ...{ system, club, player, tenant: workerTenant(database, sender, club.tenantId) },
    worker: async (env = {}) => {
      const worker = await startTestWorker(system, env);
      workers.push(worker);
      return worker;
    },
    traces: (videoId) => tracesOf(system, club.tenantId, videoId),
    until,
    stop: async () => {
      for (const { child, ended } of workers) {
        child.kill('SIGCONT');
        child.kill('SIGKILL');
        await ended;
      }
      await sender.stop();
      await database.destroy();
      await system.stop();
    },
  };
}

export const workerTenant = (database: Knex, sender: JobSender, tenantId: string): Tenant =>
  bindTenant(
    { database, sender },
    {
      tenantId,
      actor: { id: randomUUID(), role: 'admin', scopes: new Set(), onlyPlayerIds: null, onlyVideoIds: null },
      credential: { kind: 'job' },
      requestId: 'test',
    },
  );

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function tracesOf({ database: { admin }, store }: TestSystem, tenantId: string, videoId: string): Promise<Traces> {
  const where = { tenantId, videoId };
  const video = await admin('video')
    .where({ tenantId, id: videoId })
    .first<Pick<Traces, 'status' | 'errorCode' | 'publishedAttemptId'>>('status', 'errorCode', 'publishedAttemptId');
  const renditions = await admin('videoRendition').where(where).orderBy('createdAt').select<{ attemptId: string; kind: string }[]>('*');
  const idsOf = (kind: string): string[] => renditions.filter((rendition) => rendition.kind === kind).map(({ attemptId }) => attemptId);
  const { length: attempts } = await admin('videoTransition').where({ ...where, event: 'started' });
  const { rows: jobs } = await admin.raw<{ rows: { state: string; retries: number }[] }>(
    `select state::text, retry_count as retries from queue.job where name = 'video.process' and data->>'videoId' = ? order by created_on`,
    [videoId],
  );
  const stored = new Set<string>();
  for await (const key of store.list(`t/${tenantId}/v/${videoId}/r/`)) stored.add(key.split('/')[6] ?? '');
  // A preview is shown before anything is published, under an id of its own.
  for (const preview of idsOf('preview')) stored.delete(preview);
  if (!video) throw new Error('no such video');
  return { ...video, renditions: idsOf('analysis'), attempts, stored: [...stored], jobs };
}
