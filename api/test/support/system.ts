import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { createApp } from '../../http/app.ts';
import { startServer } from '../../http/server.ts';
import { connectDatabase } from '../../platform/database.ts';
import { watchMissingIds, type MissingIds, type MissingIdsOptions } from '../../platform/foreign-ids.ts';
import { openHotPath } from '../../platform/hot-path.ts';
import { killPoints } from '../../platform/kill-points.ts';
import { diskStore } from '../../platform/object-store.disk.ts';
import type { ObjectStore } from '../../platform/object-store.ts';
import { rateLimits, type RateLimitSettings } from '../../platform/rate-limits.ts';
import { startSender } from '../../platform/queue.ts';
import { administration, type Administration } from '../../services/administration.ts';
import type { Services } from '../../services/contracts.ts';
import { openGateway, type Delivery, type Gateway } from '../../services/gateway.ts';
import { createServices } from '../../services/index.ts';
import { watchedLog } from './log-watch.ts';
import { freePort, startTestDatabase, type TestDatabase } from './database.ts';

export const PORTAL_ORIGIN = 'http://portal.test';

/** An API with everything behind it that is not ffmpeg: PostgreSQL, disk store, queue. */
export interface TestSystem {
  readonly database: TestDatabase;
  readonly url: string;
  readonly store: ObjectStore;
  readonly gateway: Gateway;
  readonly missing: MissingIds;
  readonly storeRoot: string;
  readonly signingSecret: string;
  /** As the API's own role: under row-level security. */
  readonly app: Knex;
  readonly operator: Administration;
  /** What the API has logged so far, line by line, as its process would have. */
  readonly logLines: readonly string[];
  stop(): Promise<void>;
}

/** What is other than usual: objects in a bucket, files that do not come through the API. */
export interface Setup {
  readonly place?: (disk: ObjectStore) => ObjectStore;
  readonly delivery?: Delivery;
  /** Connections of the API's pool. */
  readonly poolSize?: number;
  readonly anomalies?: Pick<MissingIdsOptions, 'everyMs'>;
  readonly limits?: Partial<RateLimitSettings>;
  /** Proxies of ours in front. */
  readonly trustProxyHops?: number;
}

const UNLIMITED: RateLimitSettings = { perKey: 1e9, perSession: 1e9, perTenant: 1e9, refusalsPerAddress: 1e9, processes: 1 };

/** @param alter lets a test put a fault into the services, to see that another test would notice. */
export async function startTestSystem(
  alter: (services: Services, database: TestDatabase) => Services = (services) => services,
  { place = (disk) => disk, delivery = { kind: 'proxy' }, limits = {}, trustProxyHops = 0, poolSize = 8, anomalies = {} }: Setup = {},
): Promise<TestSystem> {
  const database = await startTestDatabase();
  const storeRoot = await mkdtemp(join(tmpdir(), 'va-store-'));
  const signingSecret = randomBytes(32).toString('hex');
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const disk = diskStore({ root: storeRoot, publicUrl: url, signingSecret });
  const store = place(disk);
  const app = connectDatabase({ url: database.appUrl, poolSize, name: 'va-test-api' });
  const logged = watchedLog();
  const hotPath = openHotPath({ url: database.appUrl, poolSize: 4, name: 'va-test-api' });
  const faults: Error[] = [];
  const sender = await startSender(database.appUrl, (error) => faults.push(error));
  const gateway = openGateway({ database: app, databaseUrl: database.appUrl, delivery, onError: (error) => faults.push(error as Error) });
  const missing = watchMissingIds({ database: app, sender }, { onError: (error) => faults.push(error as Error), ...anomalies });
  const services = alter(
    createServices({ database: app, hotPath, sender, store, gateway, missing, killPoint: killPoints(undefined) }),
    database,
  );
  const handler = createApp({
    services,
    log: logged.log,
    limits: rateLimits({ ...UNLIMITED, ...limits }),
    settings: { publicUrl: url, docsUrl: 'https://docs.test/errors', trustProxyHops, checkResponses: true },
    receivePart: (request, body) => disk.receivePart(request, body),
  });
  const server = await startServer(handler, { host: '127.0.0.1', port });
  return {
    ...{ database, url, store, gateway, missing, storeRoot, signingSecret, app, logLines: logged.lines },
    operator: administration(app),
    stop: async () => {
      await server.close(2000);
      await gateway.stop();
      await missing.stop();
      await sender.stop();
      await hotPath.stop();
      await app.destroy();
      await database.stop();
      await rm(storeRoot, { recursive: true, force: true });
      logged.mustBeClean();
    },
  };
}
