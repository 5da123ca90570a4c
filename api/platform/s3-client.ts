import { S3Client } from '@aws-sdk/client-s3';
import { DomainError } from '../../domain/errors.ts';

export interface S3StoreOptions {
  /** Of an S3-compatible store; left out, AWS's own for the region. */
  readonly endpoint?: string | undefined;
  /** The address of the same store as browsers reach it, when that differs: it is part of every signature. */
  readonly publicEndpoint?: string | undefined;
  readonly region: string;
  /** Where objects are kept, unless one of the two below is given. */
  readonly bucket: string;
  /** For what people send: originals, and the parts of open uploads. */
  readonly ingestBucket?: string | undefined;
  /** For what was made of it and is played. */
  readonly mediaBucket?: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly forcePathStyle: boolean;
  readonly serverSideEncryption?: 'AES256' | 'aws:kms' | undefined;
  /** How long one attempt of a call may wait for its answer; there are up to three. */
  readonly callTimeoutMs?: number;
  /** Of signatures made for browsers. */
  readonly clock?: () => Date;
}

/** A connection on which nothing moves is dead, also in the middle of a body. */
const IDLE_TIMEOUT_MS = 60_000;
export const ATTEMPTS = 3;

/** What fails is thrown and logged at our edges; by itself the SDK would write to the console. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** A client that repeats what failed in passing, and gives up in time. */
export function clientFor(options: S3StoreOptions, endpoint: string | undefined): S3Client {
  const { region, accessKeyId, secretAccessKey, forcePathStyle, callTimeoutMs = 5_000 } = options;
  return new S3Client({
    region,
    forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: ATTEMPTS,
    logger: SILENT,
    // Otherwise every presigned address demands the checksum of an empty body, and stream bodies are sent in chunks that
    // other engines refuse with 411.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: callTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: IDLE_TIMEOUT_MS,
    },
  });
}

/** What the engine called its refusal. */
export const isNamed = (error: unknown, ...names: readonly string[]): boolean => error instanceof Error && names.includes(error.name);

/** No status means that the connection failed: the next one may not. */
export function isTransient(error: unknown): boolean {
  const metadata = error instanceof Error && '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }) : {};
  return metadata.httpStatusCode === undefined || metadata.httpStatusCode >= 500 || metadata.httpStatusCode === 429;
}

/** Our own words for whatever the store or the way to it did; the cause goes to the log only. */
export async function asked<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DomainError) throw cause;
    throw new DomainError('service.unavailable', { detail: `the object store could not ${what}`, cause });
  }
}
