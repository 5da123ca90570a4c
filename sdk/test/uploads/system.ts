import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectDatabase } from '../../../api/platform/database.ts';
import { diskStore } from '../../../api/platform/object-store.disk.ts';
import { s3Store } from '../../../api/platform/object-store.s3.ts';
import type { ToldChecksums } from '../../../domain/upload/checksum.ts';
import type { ObjectStore } from '../../../api/platform/object-store.ts';
import { administration } from '../../../api/services/administration.ts';
import { apiFor } from '../../../api/test/support/club.ts';
import { freePort, startTestDatabase } from '../../../api/test/support/database.ts';
import { startProcess, type TestProcess } from '../../../api/test/support/worker.ts';
import { startLine, type Line } from './line.ts';

/** What the database knows of a video that has arrived. */
export interface Arrived {
  readonly videoId: string;
  readonly status: string;
  /** As the browser told it. */
  readonly checksumSha256OfPieces: string | null;
  /** Of what the store holds, read back from it. */
  readonly storedSha256: string;
}

/** API, PostgreSQL and store as they really run, reached over lines that can be cut. */
export interface UploadSystem {
  readonly engine: 'disk' | 'S3';
  /** Where browsers find the API. */
  readonly url: string;
  /** What parts travel over; on a disk the API's own line. */
  readonly partLine: Line;
  readonly lines: readonly Line[];
  session(origin: string): Promise<object>;
  /** Ends the API as a crash does. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  arrived(): Promise<readonly Arrived[]>;
  stop(): Promise<void>;
}

interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly store: ObjectStore;
  readonly partLine: Line | null;
  stop(): Promise<void>;
}

async function onDisk(publicUrl: string): Promise<Place> {
  const root = await mkdtemp(path.join(tmpdir(), 'va-uploads-'));
  const signingSecret = randomBytes(32).toString('hex');
  return {
    env: { STORE: 'disk', STORE_ROOT: root, STORE_SIGNING_SECRET: signingSecret },
    store: diskStore({ root, publicUrl, signingSecret }),
    partLine: null,
    stop: () => rm(root, { recursive: true, force: true }),
  };
}

async function onS3(endpoint: string, bytesPerSecond: number): Promise<Place> {
  const partLine = await startLine(new URL(endpoint), bytesPerSecond);
  const env = process.env;
  const bucket = env['S3_TEST_BUCKET'] ?? 'media';
  const [accessKeyId, secretAccessKey] = [env['S3_TEST_ACCESS_KEY'] ?? '', env['S3_TEST_SECRET_KEY'] ?? ''];
  return {
    env: {
      ...{ STORE: 's3', S3_ENDPOINT: endpoint, S3_PUBLIC_ENDPOINT: partLine.url, S3_BUCKET: bucket },
      ...{ S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey },
    },
    store: s3Store({ endpoint, region: 'us-east-1', bucket, accessKeyId, secretAccessKey, forcePathStyle: true }),
    partLine,
    stop: () => partLine.close(),
  };
}

/** @param bytesPerSecond How fast the lines are. */
export async function startUploadSystem(bytesPerSecond: number): Promise<UploadSystem> {
  const [database, port] = [await startTestDatabase(), await freePort()];
  const apiUrl = `http://127.0.0.1:${String(port)}`;
  const apiLine = await startLine(new URL(apiUrl), bytesPerSecond);
  const endpoint = process.env['S3_TEST_ENDPOINT'];
  const place = endpoint === undefined ? await onDisk(apiLine.url) : await onS3(endpoint, bytesPerSecond);
  const start = async (): Promise<TestProcess> => {
    const env = { API_PORT: String(port), API_PUBLIC_URL: apiLine.url, DATABASE_URL: database.appUrl, ...place.env };
    const api = startProcess('api/main.ts', env);
    await api.until('api ready');
    return api;
  };
  let api = await start();
  const app = connectDatabase({ url: database.appUrl, poolSize: 2, name: 'va-test-operator' });
  const operator = administration(app);
  const tenantId = await operator.createTenant({ name: 'Fairway', maxUploadBytes: 2 * 1024 ** 3, maxDurationMs: 300_000 });
  const server = apiFor(apiUrl, await operator.createKey(tenantId, 'server'));
  return {
    ...{ engine: endpoint === undefined ? 'disk' : 'S3', url: apiLine.url, partLine: place.partLine ?? apiLine },
    lines: place.partLine ? [apiLine, place.partLine] : [apiLine],
    session: async (origin) => {
      const actor = { externalId: 'player-1', role: 'player', displayName: 'Emma' } as const;
      const { data } = await server.POST('/api/v1/sessions', { body: { actor, origins: [origin] } });
      return data ?? {};
    },
    kill: async () => {
      api.child.kill('SIGKILL');
      await api.ended;
    },
    restart: async () => {
      api = await start();
    },
    arrived: async () => {
      const rows = await database
        .admin<Row>('upload')
        .join('video', 'video.id', 'upload.videoId')
        .where('upload.state', 'done')
        .orderBy('video.createdAt')
        .select<Row[]>('video.id', 'video.status', 'upload.completion', 'upload.objectKey');
      return Promise.all(rows.map((row) => arrivedOf(row, place.store)));
    },
    stop: async () => {
      await api.stop();
      await app.destroy();
      await database.stop();
      await apiLine.close();
      await place.stop();
    },
  };
}

interface Row {
  readonly id: string;
  readonly status: string;
  readonly completion: ToldChecksums | null;
  readonly objectKey: string;
}

async function arrivedOf({ id, status, completion, objectKey }: Row, store: ObjectStore): Promise<Arrived> {
  const hash = createHash('sha256');
  for await (const chunk of await store.read(objectKey)) hash.update(chunk as Buffer);
  return { videoId: id, status, checksumSha256OfPieces: completion?.checksumSha256OfPieces ?? null, storedSha256: hash.digest('hex') };
}
