import path from 'node:path';
import { readApiConfig, readTenantDefaults, readWorkerConfig, type TenantDefaults } from '../../api/platform/config.ts';
import { Complaint } from './complaint.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What the operator decides from outside. */
export interface Settings {
  readonly dataDir: string;
  readonly apiHost: string;
  readonly apiPort: number;
  readonly apiUrl: string;
  readonly portalHost: string;
  readonly portalPort: number;
  readonly portalUrl: string;
  /** Set when the database is somebody else's: ours is then not started. */
  readonly database: ExternalDatabase | null;
  readonly isStoreExternal: boolean;
  readonly tenantDefaults: TenantDefaults;
}

export interface ExternalDatabase {
  readonly appUrl: string;
  readonly workerUrl: string;
  readonly eraserUrl: string;
  readonly verifierUrl: string;
  /** Without the owner's address the database must have been migrated before: npm run admin -- migrate. */
  readonly ownerUrl: string | undefined;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
const REMEDY = 'Every variable is explained in .env.example.';

/** @throws Complaint naming the variable that is wrong. */
export function readSettings(env: Env): Settings {
  const port = (name: string, fallback: number): number => {
    const value = Number(env[name]?.trim() || fallback);
    if (Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
    throw new Complaint(`${name} must be a port from 1 to 65535, not "${env[name] ?? ''}".`, REMEDY);
  };
  const apiHost = env['API_HOST']?.trim() || '127.0.0.1';
  const portalHost = env['PORTAL_HOST']?.trim() || '127.0.0.1';
  const [apiPort, portalPort] = [port('API_PORT', 4000), port('PORTAL_PORT', 4100)];
  if (apiPort === portalPort) throw new Complaint(`API_PORT and PORTAL_PORT are both ${String(apiPort)}.`, REMEDY);
  return {
    ...{ apiHost, portalHost, apiPort, portalPort },
    dataDir: path.resolve(ROOT, env['DATA_DIR']?.trim() || '.data'),
    apiUrl: url(env, 'API_PUBLIC_URL', `http://127.0.0.1:${String(apiPort)}`),
    portalUrl: url(env, 'PORTAL_PUBLIC_URL', `http://127.0.0.1:${String(portalPort)}`),
    database: readDatabase(env),
    isStoreExternal: env['STORE']?.trim() === 's3',
    tenantDefaults: complaining(() => readTenantDefaults(env)),
  };
}

function url(env: Env, name: string, fallback: string): string {
  const value = (env[name]?.trim() || fallback).replace(/\/+$/, '');
  if (!/^https?:/.test(value) || !URL.canParse(value)) throw new Complaint(`${name} is not a web address: "${value}".`, REMEDY);
  return value;
}

const DATABASE_URLS = ['DATABASE_URL', 'WORKER_DATABASE_URL', 'ERASER_DATABASE_URL', 'VERIFIER_DATABASE_URL'] as const;

function readDatabase(env: Env): ExternalDatabase | null {
  const [appUrl, workerUrl, eraserUrl, verifierUrl] = DATABASE_URLS.map((name) => env[name]?.trim() || undefined);
  if (appUrl === undefined && workerUrl === undefined) return null;
  if (appUrl !== undefined && workerUrl !== undefined && eraserUrl !== undefined && verifierUrl !== undefined)
    return { appUrl, workerUrl, eraserUrl, verifierUrl, ownerUrl: env['OWNER_DATABASE_URL']?.trim() || undefined };
  const missing = DATABASE_URLS.find((name) => !env[name]?.trim()) ?? '';
  throw new Complaint(`${missing} is not set: with a database of your own every role needs an address.`, REMEDY);
}

/** What each part would say about its environment, said before anything is started. @throws Complaint */
export function checkPartEnvironments(api: Env, worker: Env): void {
  complaining(() => [readApiConfig(api), readWorkerConfig(worker)]);
}

function complaining<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Complaint(error instanceof Error ? error.message : String(error), REMEDY, { cause: error });
  }
}
