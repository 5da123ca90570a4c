import type { Knex } from 'knex';
import { PgBoss } from 'pg-boss';
import { makeAuditPartitions } from '../api/platform/audit-partitions.ts';
import type { Tenant } from '../api/platform/tenant.ts';
import { ConfigError, readWorkerConfig, type ScanConfig, type WorkerConfig } from '../api/platform/config.ts';
import { connectDatabase, refusePowerfulRole } from '../api/platform/database.ts';
import { killPoints } from '../api/platform/kill-points.ts';
import { openLog } from '../api/platform/log.ts';
import { openStore } from '../api/platform/open-store.ts';
import { QUEUE_SCHEMA, senderOn } from '../api/platform/queue.ts';
import { onStopSignal, sayAndExit, sayReady } from '../api/platform/process-life.ts';
import { findTenantIds } from '../api/platform/lookups.ts';
import { sweepKeys } from '../api/services/key-expiry.ts';
import { purge } from '../api/services/erasure-purge.ts';
import { sweepPeople } from '../api/services/erasure-sweep.ts';
import { prove } from '../api/services/erasure-verify.ts';
import { ladders } from '../api/services/ladders.ts';
import { lostLadders } from '../api/services/lost-ladders.ts';
import { previews } from '../api/services/previews.ts';
import { processing } from '../api/services/processing.ts';
import { renditionSweep } from '../api/services/rendition-sweep.ts';
import { takeoutWork } from '../api/services/takeout-work.ts';
import { uploadExpiry } from '../api/services/upload-expiry.ts';
import { personErase } from './jobs/person-erase.ts';
import { personTakeout } from './jobs/person-takeout.ts';
import { uploadExpire } from './jobs/upload-expire.ts';
import { videoLadder, type VideoLadderDependencies } from './jobs/video-ladder.ts';
import { videoProcess } from './jobs/video-process.ts';
import { openSandbox } from './media/sandbox.ts';
import { scanFile } from './media/scan.ts';
import { checkTools } from './media/tools.ts';
import { sweepWorkspaces } from './media/workspace.ts';
import { jobTenant, startRunner, type JobHandlers } from './runner.ts';

const STOP_TIMEOUT_MS = 15_000;

async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  const programs = { ffmpegPath: config.ffmpegPath, ffprobePath: config.ffprobePath };
  const versions = await checkTools(programs);
  const { sandbox, warning: noSandbox } = await openSandbox(config.sandbox, programs);
  const tools = { ...programs, sandbox };
  const log = openLog('worker', config.logLevel);
  const database = connectDatabase({ url: config.databaseUrl, poolSize: config.databasePoolSize, name: 'va-worker' });
  await refusePowerfulRole(database);
  const [eraser, verifier] = await openErasureRoles(config);
  await sweepWorkspaces(config.workspaceRoot);
  // The worker hands out no addresses, so the disk's public one is never used.
  const { store } = openStore(config.store, 'http://127.0.0.1');

  const boss = await openQueue(config, (error) => log.error({ err: error }, 'queue'));
  const stopping = new AbortController();
  const killPoint = killPoints(config.killPoint);
  const handlers = handlersOf({ config, store, tools, killPoint, eraser, verifier });
  await startRunner({ boss, database, handlers, log, concurrency: config.concurrency, stopping: stopping.signal });
  const sweeping = uploadExpire({
    expiry: uploadExpiry({ store, killPoint, clock: () => new Date() }),
    sweepKeys,
    renditions: renditionSweep({ store, clock: () => new Date() }),
    ladders: lostLadders({ store, clock: () => new Date() }),
    sweepPeople: sweepPeople({ store, clock: () => new Date() }),
    makePartitions: () => makeAuditPartitions(database),
    tenantIds: () => findTenantIds(database),
    tenantOf: (tenantId) => jobTenant({ database, sender: senderOn(boss) }, tenantId, 'sweep'),
    ...{ log, everyMs: config.sweepSeconds * 1000, stopping: stopping.signal },
  });
  if (noSandbox !== null) log.warn(noSandbox);
  if (config.scan.kind === 'off') log.warn('SCAN=off: files are not scanned for malware');
  log.info({ ffmpeg: versions.ffmpeg, concurrency: config.concurrency, scan: config.scan.kind, sandbox }, 'worker ready');
  sayReady();

  onStopSignal(async () => {
    stopping.abort(new Error('the worker stops'));
    await sweeping;
    await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
    await Promise.all([database, eraser, verifier].map((connection) => connection.destroy()));
  });
}

type HandlerParts = Pick<VideoLadderDependencies, 'store' | 'tools' | 'killPoint'> & {
  readonly config: WorkerConfig;
  readonly eraser: Knex;
  readonly verifier: Knex;
};

/** One for each job of the catalogue. */
const handlersOf = ({ config, store, tools, killPoint, eraser, verifier }: HandlerParts): JobHandlers => ({
  'video.process': videoProcess({
    processing: processing(),
    previews: previews(),
    store,
    tools,
    scan: scanWith(config.scan),
    workspaceRoot: config.workspaceRoot,
    longestSide: config.longestSide,
    killPoint,
  }),
  'video.ladder': videoLadder({ ladders: ladders(), store, tools, workspaceRoot: config.workspaceRoot, killPoint }),
  'person.erase': personErase({
    purge: purge({ store, asEraser: actingAs(eraser), killPoint }),
    prove: prove(store, actingAs(verifier)),
    killPoint,
  }),
  'person.takeout': personTakeout({
    work: takeoutWork(actingAs(verifier)),
    store,
    workspaceRoot: config.workspaceRoot,
    killPoint,
  }),
});

/** The same tenant through another role's connection. */
const actingAs =
  (database: Knex) =>
  (tenant: Tenant): Tenant =>
    jobTenant({ database, sender: null }, tenant.id, tenant.requestId);

/** Connections of their own: who removes people may do nothing else, and who proves it may only read. */
async function openErasureRoles({ eraserDatabaseUrl, verifierDatabaseUrl }: WorkerConfig): Promise<[eraser: Knex, verifier: Knex]> {
  const eraser = connectDatabase({ url: eraserDatabaseUrl, poolSize: 2, name: 'va-eraser' });
  const verifier = connectDatabase({ url: verifierDatabaseUrl, poolSize: 2, name: 'va-verifier' });
  await Promise.all([refusePowerfulRole(eraser), refusePowerfulRole(verifier)]);
  return [eraser, verifier];
}

async function openQueue({ databaseUrl, monitorSeconds }: WorkerConfig, onError: (error: Error) => void): Promise<PgBoss> {
  const boss = new PgBoss({
    ...{ connectionString: databaseUrl, schema: QUEUE_SCHEMA, max: 4, application_name: 'va-worker-queue' },
    ...{ migrate: false, createSchema: false, schedule: false, supervise: true, useListenNotify: true },
    ...{ monitorIntervalSeconds: monitorSeconds, superviseIntervalSeconds: monitorSeconds },
  });
  boss.on('error', onError);
  return boss.start();
}

const scanWith =
  (scan: ScanConfig) =>
  async (file: string, signal: AbortSignal): Promise<void> => {
    if (scan.kind === 'required') await scanFile(file, { ...scan, signal });
  };

main().catch((error: unknown) => sayAndExit('worker', error, error instanceof ConfigError));
