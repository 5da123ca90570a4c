import { PgBoss } from 'pg-boss';
import { ConfigError, readWorkerConfig } from '../api/platform/config.ts';
import { connectDatabase, refusePowerfulRole } from '../api/platform/database.ts';
import { killPoints } from '../api/platform/kill-points.ts';
import { openLog } from '../api/platform/log.ts';
import { openStore } from '../api/platform/open-store.ts';
import { QUEUE_SCHEMA } from '../api/platform/queue.ts';
import { onStopSignal, sayAndExit, sayReady } from '../api/platform/process-life.ts';
import { processing } from '../api/services/processing.ts';
import { videoProcess } from './jobs/video-process.ts';
import { checkTools } from './media/tools.ts';
import { sweepWorkspaces } from './media/workspace.ts';
import { startRunner } from './runner.ts';

const STOP_TIMEOUT_MS = 15_000;

async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  const tools = { ffmpegPath: config.ffmpegPath, ffprobePath: config.ffprobePath };
  const versions = await checkTools(tools);
  const log = openLog('worker', config.logLevel);
  const database = connectDatabase({ url: config.databaseUrl, poolSize: config.databasePoolSize, name: 'va-worker' });
  await refusePowerfulRole(database);
  await sweepWorkspaces(config.workspaceRoot);
  // The worker hands out no addresses, so the disk's public one is never used.
  const { store } = openStore(config.store, 'http://127.0.0.1');

  const boss = new PgBoss({
    ...{ connectionString: config.databaseUrl, schema: QUEUE_SCHEMA, max: 4, application_name: 'va-worker-queue' },
    ...{ migrate: false, createSchema: false, schedule: false, supervise: true, useListenNotify: true },
    ...{ monitorIntervalSeconds: config.monitorSeconds, superviseIntervalSeconds: config.monitorSeconds },
  });
  boss.on('error', (error) => log.error({ err: error }, 'queue'));
  await boss.start();

  const stopping = new AbortController();
  const handlers = {
    'video.process': videoProcess({
      processing: processing(),
      store,
      tools,
      workspaceRoot: config.workspaceRoot,
      killPoint: killPoints(config.killPoint),
    }),
  };
  await startRunner({ boss, database, handlers, log, concurrency: config.concurrency, stopping: stopping.signal });
  log.info({ ffmpeg: versions.ffmpeg, concurrency: config.concurrency }, 'worker ready');
  sayReady();

  onStopSignal(async () => {
    stopping.abort(new Error('the worker stops'));
    await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
    await database.destroy();
  });
}

main().catch((error: unknown) => sayAndExit('worker', error, error instanceof ConfigError));
