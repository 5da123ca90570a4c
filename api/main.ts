import { ConfigError, readApiConfig, type ApiConfig } from './platform/config.ts';
import { connectDatabase, refusePowerfulRole } from './platform/database.ts';
import { watchMissingIds } from './platform/foreign-ids.ts';
import { openHotPath } from './platform/hot-path.ts';
import { killPoints } from './platform/kill-points.ts';
import { openLog } from './platform/log.ts';
import { openReadSigner, openStore } from './platform/open-store.ts';
import { onStopSignal, sayAndExit, sayReady } from './platform/process-life.ts';
import { rateLimits } from './platform/rate-limits.ts';
import { startSender } from './platform/queue.ts';
import { createApp } from './http/app.ts';
import { startServer } from './http/server.ts';
import { openGateway, type Delivery } from './services/gateway.ts';
import { createServices } from './services/index.ts';

async function main(): Promise<void> {
  const config = readApiConfig(process.env);
  const log = openLog('api', config.logLevel);
  const database = connectDatabase({ url: config.databaseUrl, poolSize: config.databasePoolSize, name: 'va-api' });
  await refusePowerfulRole(database);
  const hotPath = openHotPath({ url: config.databaseUrl, poolSize: config.databasePoolSize, name: 'va-api' });
  const sender = await startSender(config.databaseUrl, (error) => log.error({ err: error }, 'queue'));
  const { store, disk } = openStore(config.store, config.publicUrl);
  await store.ping();
  const gateway = openGateway({
    ...{ database, databaseUrl: config.databaseUrl, delivery: deliveryOf(config) },
    onError: (error) => log.error({ err: error }, 'egress'),
  });
  const missing = watchMissingIds({ database, sender }, { onError: (error) => log.error({ err: error }, 'anomalies') });
  const services = createServices({ database, hotPath, sender, store, gateway, missing, killPoint: killPoints(config.killPoint) });

  const { publicUrl, docsUrl, trustProxyHops, checkResponses } = config;
  const app = createApp({
    ...{ services, log, limits: rateLimits(config.rateLimits) },
    settings: { publicUrl, docsUrl, trustProxyHops, checkResponses },
    ...(disk && { receivePart: (request, body) => disk.receivePart(request, body) }),
  });
  const server = await startServer(app, config);
  log.info({ port: server.port }, 'api ready');
  sayReady();

  onStopSignal(async () => {
    await server.close();
    await gateway.stop();
    await missing.stop();
    await sender.stop();
    await hotPath.stop();
    await database.destroy();
  });
}

const deliveryOf = ({ delivery, store }: ApiConfig): Delivery =>
  delivery === 'proxy' ? { kind: delivery } : { kind: delivery, signer: openReadSigner(store, delivery === 'redirect') };

main().catch((error: unknown) => sayAndExit('api', error, error instanceof ConfigError));
