import { DEFAULT_UPLOAD_LIMITS } from '../../domain/video/limits.ts';
import type { RateLimitSettings } from './rate-limits.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where objects are kept. */
export type StoreConfig =
  | { readonly kind: 'disk'; readonly root: string; readonly signingSecret: string }
  | {
      readonly kind: 's3';
      readonly endpoint: string | undefined;
      readonly publicEndpoint: string | undefined;
      readonly region: string;
      readonly bucket: string;
      readonly ingestBucket: string | undefined;
      readonly mediaBucket: string | undefined;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly forcePathStyle: boolean;
      readonly serverSideEncryption: 'AES256' | 'aws:kms' | undefined;
    };

export const DELIVERY_MODES = ['proxy', 'redirect', 'accel'] as const;
/** How files reach players: through the API, segments from the store, or by nginx in front of the API. */
export type DeliveryMode = (typeof DELIVERY_MODES)[number];

export interface ApiConfig {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string;
  readonly docsUrl: string;
  readonly trustProxyHops: number;
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  readonly store: StoreConfig;
  readonly delivery: DeliveryMode;
  readonly rateLimits: RateLimitSettings;
  readonly logLevel: string;
  readonly checkResponses: boolean;
  /** Test builds only: the named step at which the process kills itself. */
  readonly killPoint: string | undefined;
}

export interface WorkerConfig {
  readonly databaseUrl: string;
  /** As the role that removes what is left of somebody who was erased. */
  readonly eraserDatabaseUrl: string;
  /** As the role that reads everything and writes nothing: it proves erasures and gathers take-outs. */
  readonly verifierDatabaseUrl: string;
  readonly databasePoolSize: number;
  readonly store: StoreConfig;
  readonly workspaceRoot: string;
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  readonly concurrency: number;
  /** Of the analysis rendition, in pixels. What was processed before keeps its size until it is processed again. */
  readonly longestSide: number;
  /** How often abandoned jobs are looked for. */
  readonly monitorSeconds: number;
  /** How long the sweeper rests between two rounds. */
  readonly sweepSeconds: number;
  readonly scan: ScanConfig;
  /** What the media tools run in; null: `bwrap` where it works. */
  readonly sandbox: 'bwrap' | 'off' | null;
  readonly logLevel: string;
  readonly killPoint: string | undefined;
}

/** Whether a malware scanner looks at every file, and where clamd listens: a socket's path or a port. */
export type ScanConfig =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'required';
      readonly address: { readonly path: string } | { readonly host: string; readonly port: number };
      readonly timeoutMs: number;
    };

export interface TenantDefaults {
  readonly maxUploadBytes: number;
  readonly maxDurationMs: number;
}

/** Everything wrong with the environment, in one sentence each: the process does not start. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Collects faults instead of stopping at the first, so that one start tells all of them. */
class Reader {
  readonly #env: Env;
  readonly #faults: string[] = [];

  constructor(env: Env) {
    this.#env = env;
  }

  text(name: string, fallback?: string): string {
    const value = this.#env[name]?.trim();
    if (value) return value;
    if (fallback === undefined) this.#faults.push(`${name} is not set`);
    return fallback ?? '';
  }

  optional(name: string): string | undefined {
    return this.#env[name]?.trim() || undefined;
  }

  integer(name: string, fallback: number, { min, max }: { min: number; max: number }): number {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < min || value > max)
      this.#faults.push(`${name} must be a whole number from ${String(min)} to ${String(max)}, not "${text}"`);
    return value;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[], fallback: Value): Value {
    const text = this.optional(name) ?? fallback;
    const found = values.find((value) => value === text);
    if (found === undefined) this.#faults.push(`${name} must be one of ${values.join(', ')}, not "${text}"`);
    return found ?? fallback;
  }

  url(name: string, fallback?: string): string {
    const text = this.text(name, fallback);
    if (text !== '' && !URL.canParse(text)) this.#faults.push(`${name} is not a URL`);
    return text.replace(/\/+$/, '');
  }

  fault(sentence: string): void {
    this.#faults.push(sentence);
  }

  finish<Config>(config: Config): Config {
    if (this.#faults.length > 0) throw new ConfigError(`The configuration is not usable: ${this.#faults.join('; ')}. See .env.example.`);
    return config;
  }
}

function readStore(read: Reader): StoreConfig {
  if (read.oneOf('STORE', ['disk', 's3'], 'disk') === 'disk') {
    const signingSecret = read.text('STORE_SIGNING_SECRET');
    if (signingSecret !== '' && signingSecret.length < 32) read.fault('STORE_SIGNING_SECRET needs at least 32 characters');
    return { kind: 'disk', root: read.text('STORE_ROOT'), signingSecret };
  }
  const encryption = read.oneOf('S3_ENCRYPTION', ['none', 'AES256', 'aws:kms'], 'AES256');
  return {
    kind: 's3',
    endpoint: read.optional('S3_ENDPOINT'),
    publicEndpoint: read.optional('S3_PUBLIC_ENDPOINT'),
    region: read.text('S3_REGION', 'us-east-1'),
    bucket: read.text('S3_BUCKET'),
    ingestBucket: read.optional('S3_INGEST_BUCKET'),
    mediaBucket: read.optional('S3_MEDIA_BUCKET'),
    accessKeyId: read.text('S3_ACCESS_KEY_ID'),
    secretAccessKey: read.text('S3_SECRET_ACCESS_KEY'),
    forcePathStyle: read.oneOf('S3_FORCE_PATH_STYLE', ['true', 'false'], 'true') === 'true',
    serverSideEncryption: encryption === 'none' ? undefined : encryption,
  };
}

/** Only an S3 has addresses for others to fetch from, and only a proxy of ours may be told one. */
function readDelivery(read: Reader, { store, trustProxyHops }: Pick<ApiConfig, 'store' | 'trustProxyHops'>): DeliveryMode {
  const mode = read.oneOf('DELIVERY_MODE', DELIVERY_MODES, 'proxy');
  if (mode !== 'proxy' && store.kind !== 's3') read.fault(`DELIVERY_MODE=${mode} needs STORE=s3`);
  if (mode === 'accel' && trustProxyHops === 0)
    read.fault('DELIVERY_MODE=accel needs nginx in front, and so TRUST_PROXY_HOPS of at least 1');
  return mode;
}

/** Off only when somebody said so: a scanner must not be missing because a line was. */
function readScan(read: Reader): ScanConfig {
  const address = read.optional('CLAMD_ADDRESS');
  const isSaid = read.optional('SCAN') !== undefined;
  if (isSaid && read.oneOf('SCAN', ['required', 'off'], 'required') === 'off') return { kind: 'off' };
  if (address === undefined) {
    read.fault(isSaid ? 'SCAN=required needs CLAMD_ADDRESS' : 'SCAN is not set: say "required" with a CLAMD_ADDRESS, or "off"');
    return { kind: 'off' };
  }
  const timeoutSeconds = read.integer('SCAN_TIMEOUT_SECONDS', 120, { min: 1, max: 3600 });
  return { kind: 'required', address: readClamdAddress(read, address), timeoutMs: timeoutSeconds * 1000 };
}

function readClamdAddress(read: Reader, address: string): { readonly path: string } | { readonly host: string; readonly port: number } {
  if (address.startsWith('/')) return { path: address };
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(address) ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535)
    read.fault(`CLAMD_ADDRESS must be host:port or the path of a socket, not "${address}"`);
  return { host, port: Number(port) };
}

/** Far above what people do, and what a server does for them; low enough that a loop is noticed. */
function readRateLimits(read: Reader): RateLimitSettings {
  const perMinute = (name: string, fallback: number): number => read.integer(name, fallback, { min: 1, max: 1_000_000_000 });
  return {
    perKey: perMinute('RATE_LIMIT_PER_KEY', 12_000),
    perSession: perMinute('RATE_LIMIT_PER_SESSION', 1_800),
    perTenant: perMinute('RATE_LIMIT_PER_TENANT', 60_000),
    refusalsPerAddress: perMinute('RATE_LIMIT_REFUSALS_PER_ADDRESS', 300),
    processes: read.integer('API_PROCESSES', 1, { min: 1, max: 1000 }),
  };
}

/** A process that can be made to kill itself has no place in production. */
function readKillPoint(read: Reader): string | undefined {
  const killPoint = read.optional('KILL_POINT');
  if (killPoint !== undefined && read.optional('NODE_ENV') !== 'test') read.fault('KILL_POINT is for tests (NODE_ENV=test)');
  return killPoint;
}

/** @throws ConfigError naming every fault of the environment. */
export function readApiConfig(env: Env): ApiConfig {
  const read = new Reader(env);
  const port = read.integer('API_PORT', 4000, { min: 0, max: 65535 });
  const store = readStore(read);
  const trustProxyHops = read.integer('TRUST_PROXY_HOPS', 0, { min: 0, max: 10 });
  return read.finish({
    port,
    host: read.text('API_HOST', '127.0.0.1'),
    publicUrl: read.url('API_PUBLIC_URL', `http://127.0.0.1:${String(port)}`),
    docsUrl: read.url('DOCS_URL', 'https://docs.invalid/errors'),
    trustProxyHops,
    databaseUrl: read.url('DATABASE_URL'),
    databasePoolSize: read.integer('DATABASE_POOL_SIZE', 10, { min: 2, max: 200 }),
    store,
    delivery: readDelivery(read, { store, trustProxyHops }),
    rateLimits: readRateLimits(read),
    logLevel: read.oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
    checkResponses: read.optional('NODE_ENV') !== 'production',
    killPoint: readKillPoint(read),
  });
}

/** @throws ConfigError naming every fault of the environment. */
export function readWorkerConfig(env: Env): WorkerConfig {
  const read = new Reader(env);
  return read.finish({
    databaseUrl: read.url('WORKER_DATABASE_URL'),
    eraserDatabaseUrl: read.url('ERASER_DATABASE_URL'),
    verifierDatabaseUrl: read.url('VERIFIER_DATABASE_URL'),
    databasePoolSize: read.integer('DATABASE_POOL_SIZE', 6, { min: 2, max: 200 }),
    store: readStore(read),
    workspaceRoot: read.text('WORKSPACE_ROOT'),
    ffmpegPath: read.text('FFMPEG_PATH', 'ffmpeg'),
    ffprobePath: read.text('FFPROBE_PATH', 'ffprobe'),
    longestSide: read.integer('ANALYSIS_LONGEST_SIDE', 1920, { min: 160, max: 3840 }),
    concurrency: read.integer('WORKER_CONCURRENCY', 1, { min: 1, max: 64 }),
    monitorSeconds: read.integer('WORKER_MONITOR_SECONDS', 15, { min: 1, max: 600 }),
    sweepSeconds: read.integer('WORKER_SWEEP_SECONDS', 60, { min: 1, max: 3600 }),
    scan: readScan(read),
    sandbox: read.optional('SANDBOX') === undefined ? null : read.oneOf<'bwrap' | 'off'>('SANDBOX', ['bwrap', 'off'], 'bwrap'),
    logLevel: read.oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
    killPoint: readKillPoint(read),
  });
}

/** The store alone, for tools. @throws ConfigError naming every fault of the environment. */
export function readStoreConfig(env: Env): StoreConfig {
  const read = new Reader(env);
  return read.finish(readStore(read));
}

/** What the operator's command line needs. @throws ConfigError */
export function readOperatorConfig(env: Env): { readonly databaseUrl: string } {
  const read = new Reader(env);
  return read.finish({ databaseUrl: read.url('DATABASE_URL') });
}

/** What a new tenant is granted unless told otherwise. @throws ConfigError */
export function readTenantDefaults(env: Env): TenantDefaults {
  const read = new Reader(env);
  return read.finish({
    maxUploadBytes: read.integer('MAX_UPLOAD_BYTES', DEFAULT_UPLOAD_LIMITS.maxSizeBytes, { min: 1, max: 5 * 1024 ** 4 }),
    maxDurationMs: read.integer('MAX_DURATION_MS', DEFAULT_UPLOAD_LIMITS.maxDurationMs, { min: 1000, max: 4 * 60 * 60 * 1000 }),
  });
}
