import { createServer } from 'node:http';
import { createPortal } from './app.ts';
import { bundleAssets } from './assets.ts';
import { readConfig } from './config.ts';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const server = createServer(createPortal(config, await bundleAssets()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  console.log(`The portal is at ${config.publicUrl}`);
  const stop = (): void => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Started by another program: it is told that we are ready, and when it is gone we go too.
  process.on('disconnect', stop);
  process.send?.('ready');
}

main().catch((error: unknown) => {
  console.error(`portal: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
