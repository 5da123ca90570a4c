import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DomainError } from '../../domain/errors.ts';
import { diskStore } from '../platform/object-store.disk.ts';
import type { DiskStore } from '../platform/object-store.disk.ts';
import { s3Store } from '../platform/object-store.s3.ts';
import type { ObjectStore } from '../platform/object-store.ts';

/** A store as the contract test sees it: `store` may be opened anew at any time, as another process would. */
export interface Engine {
  readonly name: string;
  /** The time by which addresses are signed, and read where the store is our own. */
  readonly clock: { now: () => Date };
  readonly open: () => ObjectStore;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const MiB = 1024 * 1024;
const SECRET = 'a secret of the tests, long enough';
export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** S3's rule for the ETag of an object made of parts. */
export const etagOfParts = (parts: readonly Uint8Array[]): string =>
  `${md5(Buffer.concat(parts.map((part) => createHash('md5').update(part).digest())))}-${String(parts.length)}`;

export const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof DomainError && error.code === code;

/** A prefix of a tenant and a video that nobody else uses. */
export const freshPrefix = (): string => `t/${randomUUID()}/v/${randomUUID()}/`;

/** An upload that nobody else knows. */
export async function beginUpload(engine: Engine): Promise<{ store: ObjectStore; prefix: string; key: string; uploadId: string }> {
  const store = engine.open();
  const prefix = freshPrefix();
  const key = `${prefix}o/1/source`;
  return {
    store,
    prefix,
    key,
    uploadId: await store.createMultipart(key, { contentType: 'video/mp4', metadata: { 'write-token': 'token-1' } }),
  };
}

export const bytesOf = async (store: ObjectStore, key: string, range?: { first: number; last: number }): Promise<Buffer> =>
  buffer(await store.read(key, range));

export async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

interface Answer {
  readonly status: number;
  readonly etag: string;
  readonly body: string;
}

/** One PUT as a browser would send it, its length announced. */
export async function put(
  address: string,
  body: Uint8Array | Readable,
  sizeBytes = body instanceof Uint8Array ? body.byteLength : 0,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(address, { method: 'PUT', headers: { 'content-length': sizeBytes } }, (response) => {
      text(response).then((answered) => {
        resolve({ status: response.statusCode ?? 0, etag: response.headers.etag ?? '', body: answered });
      }, reject);
    });
    pipeline(body instanceof Readable ? body : Readable.from([body]), outgoing).catch(reject);
  });
}

/** Signs and sends one part, and returns what a client would name at completion: the ETag as the header had it. */
export async function sendPart(
  store: ObjectStore,
  key: string,
  uploadId: string,
  partNumber: number,
  bytes: Uint8Array,
): Promise<{ partNumber: number; etag: string }> {
  const address = await store.signPart(key, { uploadId, partNumber, sizeBytes: bytes.byteLength, expiresInSeconds: 60 });
  const answer = await put(address, bytes);
  if (answer.status !== 200) throw new Error(`the part was refused: ${String(answer.status)} ${answer.body}`);
  return { partNumber, etag: answer.etag };
}

/** `sizeBytes` bytes that exist 64 KiB at a time. */
export function stretch(sizeBytes: number, onProgress: (sentBytes: number) => void): Readable {
  const chunk = Buffer.alloc(64 * 1024, 7);
  return Readable.from(
    (function* () {
      for (let sent = 0; sent < sizeBytes; sent += chunk.length) {
        onProgress(sent);
        yield chunk;
      }
    })(),
  );
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are really held, not merely waiting to be collected. */
export function heldBytes(): number {
  // Twice: buffers found dead by one collection are given back beside it, and certainly before the next.
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

export async function fileHolding(bytes: Uint8Array): Promise<{ file: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'va-file-'));
  const file = join(directory, 'bytes');
  await writeFile(file, bytes);
  return { file, remove: () => rm(directory, { recursive: true }) };
}

/** The disk store behind the smallest server that can receive its parts. */
export function diskEngine(): Engine {
  const clock = { now: () => new Date() };
  let root = '';
  let server: Server | undefined;
  let publicUrl = '';
  const openDisk = (): DiskStore => diskStore({ root, publicUrl, signingSecret: SECRET, clock: () => clock.now() });
  return {
    name: 'disk',
    clock,
    open: openDisk,
    start: async () => {
      root = await mkdtemp(join(tmpdir(), 'va-store-'));
      server = createServer((incoming, response) => void receive(openDisk(), incoming, response));
      publicUrl = await listening(server);
    },
    stop: async () => {
      server?.closeAllConnections();
      server?.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function receive(store: DiskStore, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://store');
  try {
    const key = decodeURIComponent(pathname.slice('/store/'.length));
    const { etag } = await store.receivePart({ key, query: searchParams, headers: incoming.headers }, incoming);
    response.writeHead(200, { etag: `"${etag}"` }).end();
  } catch (error) {
    const [status, code] = error instanceof DomainError ? [error.status, error.code] : [500, String(error)];
    response.writeHead(status, { connection: 'close' }).end(code);
  }
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address && typeof address === 'object') resolve(`http://127.0.0.1:${String(address.port)}`);
    });
  });
}

/** The bucket that the environment names, or null. */
export function s3Engine(env: NodeJS.ProcessEnv): Engine | null {
  const { S3_TEST_ENDPOINT: endpoint, S3_TEST_ACCESS_KEY, S3_TEST_SECRET_KEY, S3_TEST_BUCKET } = env;
  if (!endpoint) return null;
  const clock = { now: () => new Date() };
  const options = {
    endpoint,
    region: 'us-east-1',
    bucket: S3_TEST_BUCKET ?? 'media',
    accessKeyId: S3_TEST_ACCESS_KEY ?? '',
    secretAccessKey: S3_TEST_SECRET_KEY ?? '',
    forcePathStyle: true,
  };
  const nothing = (): Promise<void> => Promise.resolve();
  return { name: 'S3', clock, open: () => s3Store({ ...options, clock: () => clock.now() }), start: nothing, stop: nothing };
}
