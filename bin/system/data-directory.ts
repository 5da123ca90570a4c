import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { Complaint } from './complaint.ts';
import { errorCode, hasStrings, isRecord, readJson, writeJson } from './files.ts';

/** Where everything of one system lies. */
export interface DataDirectory {
  readonly root: string;
  readonly postgres: string;
  readonly store: string;
  readonly workspaces: string;
  readonly logs: string;
  file(name: string): string;
}

/** Made once, kept for as long as the data. */
export interface Secrets {
  readonly postgres: string;
  readonly owner: string;
  readonly app: string;
  readonly worker: string;
  readonly storeSigning: string;
  readonly portalCookie: string;
  readonly eraser: string;
  readonly verifier: string;
}

const SECRET_NAMES = ['postgres', 'owner', 'app', 'worker', 'storeSigning', 'portalCookie'] as const;
/** Came later: a directory from before is given them. They are passwords that are set anew at each start. */
const LATER_SECRET_NAMES = ['eraser', 'verifier'] as const;

/** @throws Complaint when the directory cannot be used. */
export function openDataDirectory(root: string): DataDirectory {
  const file = (name: string): string => path.join(root, name);
  const directory: DataDirectory = {
    ...{ root, file },
    ...{ postgres: file('postgres'), store: file('store'), workspaces: file('work'), logs: file('logs') },
  };
  try {
    // PostgreSQL's own user passes through here; what is secret inside has narrower permissions of its own.
    mkdirSync(root, { recursive: true, mode: 0o755 });
    if (!statSync(root).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const inner of [directory.store, directory.workspaces, directory.logs]) mkdirSync(inner, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new Complaint(
      `The data directory ${root} cannot be written to (${errorCode(cause) ?? 'unknown reason'}).`,
      `Give it to yourself (sudo chown -R "$USER" ${root}), or keep the data elsewhere: DATA_DIR=/path bin/start`,
      { cause },
    );
  }
  return directory;
}

/** @throws Complaint when secrets that data depend on are damaged or gone. */
export function openSecrets(data: DataDirectory): Secrets {
  const file = data.file('secrets.json');
  const secret = (): string => randomBytes(24).toString('base64url');
  const known = readJson(file, (value): value is Record<(typeof SECRET_NAMES)[number], string> & Partial<Secrets> =>
    hasStrings(value, SECRET_NAMES),
  );
  if (known) {
    const whole: Secrets = { ...known, eraser: known.eraser ?? secret(), verifier: known.verifier ?? secret() };
    if (!hasStrings(known, LATER_SECRET_NAMES)) writeJson(file, whole);
    return whole;
  }
  if (existsSync(path.join(data.postgres, 'PG_VERSION')))
    throw new Complaint(
      `${file} is gone, and with it the passwords of the database in ${data.postgres}.`,
      `Put the file back from a backup, or start with empty data: mv ${data.root} ${data.root}.old`,
    );
  const names = [...SECRET_NAMES, ...LATER_SECRET_NAMES];
  const secrets = Object.fromEntries(names.map((name) => [name, secret()]));
  if (!hasStrings(secrets, names)) throw new Error('a secret is missing');
  writeJson(file, secrets);
  return secrets;
}

/** What is remembered about the database here: written once its cluster is whole. */
interface PostgresNote {
  readonly port: number;
}

const isPostgresNote = (value: unknown): value is PostgresNote => isRecord(value) && typeof value['port'] === 'number';

export const rememberedPort = (data: DataDirectory): number | null => readJson(data.file('postgres.json'), isPostgresNote)?.port ?? null;

export const rememberPort = (data: DataDirectory, port: number): void => writeJson(data.file('postgres.json'), { port });

/**
 * Makes sure that the database directory is one that our PostgreSQL can open. One whose creation was interrupted is moved aside,
 * never deleted.
 * @param major The major version of the PostgreSQL we bring.
 * @throws Complaint when it belongs to another version.
 */
export function checkCluster(data: DataDirectory, major: number): void {
  if (!existsSync(data.postgres) || readdirSync(data.postgres).length === 0) return;
  const version = path.join(data.postgres, 'PG_VERSION');
  if (rememberedPort(data) === null || !existsSync(version)) {
    renameSync(data.postgres, `${data.postgres}.incomplete-${String(Date.now())}`);
    return;
  }
  const found = readFileSync(version, 'utf8').trim();
  if (found === String(major)) return;
  throw new Complaint(
    `The database in ${data.postgres} was made by PostgreSQL ${found}; this is PostgreSQL ${String(major)}.`,
    `Move its data over with pg_dump of version ${found}, or start with empty data: mv ${data.root} ${data.root}.old`,
  );
}
