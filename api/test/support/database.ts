import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { connectDatabase } from '../../platform/database.ts';
import { startLocalPostgres } from '../../platform/local-postgres.ts';
import { migrate, prepareRoles } from '../../platform/migrate.ts';

export interface TestDatabase {
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly workerUrl: string;
  readonly eraserUrl: string;
  readonly verifierUrl: string;
  /** Sees everything: for looking at what a test did, never for doing it. */
  readonly admin: Knex;
  stop(): Promise<void>;
}

/** A fresh, migrated database on a PostgreSQL of its own. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'va-postgres-'));
  await chmod(directory, 0o755);
  const secret = (): string => randomBytes(12).toString('hex');
  const passwords = { owner: secret(), app: secret(), worker: secret(), eraser: secret(), verifier: secret() };
  const server = await startLocalPostgres({
    directory: join(directory, 'data'),
    port: await freePort(),
    password: secret(),
    database: 'va_test',
    isThrowaway: true,
  });
  await prepareRoles(server.adminUrl, passwords);
  const ownerUrl = server.urlFor('va_owner', passwords.owner);
  await migrate(ownerUrl);
  const admin = connectDatabase({ url: server.adminUrl, poolSize: 3, name: 'va-test-admin' });
  return {
    adminUrl: server.adminUrl,
    ownerUrl,
    appUrl: server.urlFor('va_app', passwords.app),
    workerUrl: server.urlFor('va_worker', passwords.worker),
    eraserUrl: server.urlFor('va_eraser', passwords.eraser),
    verifierUrl: server.urlFor('va_verifier', passwords.verifier),
    admin,
    stop: async () => {
      await admin.destroy();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
