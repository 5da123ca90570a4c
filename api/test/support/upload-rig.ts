import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { components } from '../../../domain/generated/openapi.ts';
import { connectDatabase } from '../../platform/database.ts';
import { diskStore } from '../../platform/object-store.disk.ts';
import { s3Store } from '../../platform/object-store.s3.ts';
import type { ObjectStore } from '../../platform/object-store.ts';
import type { KillPoint } from '../../platform/kill-points.ts';
import { administration } from '../../services/administration.ts';
import { apiFor, startClub, type Api, type Club, type Person } from './club.ts';
import { declaration, sendParts } from './clips.ts';
import { freePort, startTestDatabase, type TestDatabase } from './database.ts';
import { startFaultProxy, type FaultProxy } from './s3-fault-proxy.ts';
import { PORTAL_ORIGIN } from './system.ts';
import { startProcess, type TestProcess } from './worker.ts';

export type Upload = components['schemas']['Upload'];

/** Where the objects of a rig are, and how a test looks at them behind the API's back. */
interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly proxy: FaultProxy | null;
  readonly store: (clock?: () => Date) => ObjectStore;
  stop(): Promise<void>;
}

/** On S3 the API's own calls always pass the fault proxy. */
export interface RigOptions {
  readonly partsPassTheProxy: boolean;
  /** Where browsers find the engine, when that is neither the proxy nor the engine itself. */
  readonly publicEndpoint?: string;
}

export interface Counts {
  readonly uploads: number;
  readonly videos: number;
  readonly state: string | null;
  readonly status: string | null;
  readonly jobs: number;
  readonly completions: number;
  readonly openAtStore: number;
}

export interface UploadRig {
  readonly engine: string;
  readonly url: string;
  readonly database: TestDatabase;
  readonly club: Club;
  readonly player: Person;
  /** Null on a disk. */
  readonly proxy: FaultProxy | null;
  readonly api: TestProcess;
  readonly store: (clock?: () => Date) => ObjectStore;
  /** An API process that dies at the point, and requests to it in the player's name. */
  doomed(killPoint: KillPoint): Promise<{ readonly client: Api; died(): Promise<void> }>;
  counts(clientUploadId: string): Promise<Counts>;
  /** What of the tenant's room is promised and taken, in bytes. */
  usage(): Promise<{ readonly reserved: number; readonly used: number }>;
  stop(): Promise<void>;
}

async function onDisk(publicUrl: string): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'va-rig-'));
  const signingSecret = randomBytes(32).toString('hex');
  return {
    env: { STORE: 'disk', STORE_ROOT: root, STORE_SIGNING_SECRET: signingSecret },
    proxy: null,
    store: (clock = () => new Date()) => diskStore({ root, publicUrl, signingSecret, clock }),
    stop: () => rm(root, { recursive: true, force: true }),
  };
}

async function onS3(
  env: NodeJS.ProcessEnv,
  { partsPassTheProxy, publicEndpoint = env['S3_TEST_ENDPOINT'] ?? '' }: RigOptions,
): Promise<Place> {
  const proxy = await startFaultProxy(env['S3_TEST_ENDPOINT'] ?? '');
  const bucket = env['S3_TEST_BUCKET'] ?? 'media';
  const [accessKeyId, secretAccessKey] = [env['S3_TEST_ACCESS_KEY'] ?? '', env['S3_TEST_SECRET_KEY'] ?? ''];
  const options = { region: 'us-east-1', bucket, accessKeyId, secretAccessKey, forcePathStyle: true };
  return {
    env: {
      ...{ STORE: 's3', S3_ENDPOINT: proxy.url, S3_BUCKET: bucket },
      ...(!partsPassTheProxy && { S3_PUBLIC_ENDPOINT: publicEndpoint }),
      ...{ S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey },
    },
    proxy,
    store: (clock = () => new Date()) => s3Store({ ...options, endpoint: env['S3_TEST_ENDPOINT'], clock }),
    stop: () => proxy.stop(),
  };
}

/** Everything an upload needs, in processes as they really run. */
export async function startUploadRig(engine: 'disk' | 'S3', options: RigOptions = { partsPassTheProxy: true }): Promise<UploadRig> {
  const [database, port] = [await startTestDatabase(), await freePort()];
  const url = `http://127.0.0.1:${String(port)}`;
  const place = engine === 'disk' ? await onDisk(url) : await onS3(process.env, options);
  const start = async (onPort: number, env: Readonly<Record<string, string>>): Promise<TestProcess> => {
    const api = startProcess('api/main.ts', {
      ...{ API_PORT: String(onPort), API_PUBLIC_URL: url, DATABASE_URL: database.appUrl },
      ...{ ...place.env, ...env },
    });
    await api.until('api ready');
    return api;
  };
  const api = await start(port, {});
  const app = connectDatabase({ url: database.appUrl, poolSize: 2, name: 'va-test-operator' });
  const club = await startClub({ operator: administration(app), url }, 'Fairway');
  const player = await club.person('player', 'player-1');
  return {
    ...{ engine, url, database, club, player, api, proxy: place.proxy, store: place.store },
    doomed: async (killPoint) => {
      const doomedPort = await freePort();
      const doomed = await start(doomedPort, { KILL_POINT: killPoint });
      return {
        client: apiFor(`http://127.0.0.1:${String(doomedPort)}`, player.token, PORTAL_ORIGIN),
        died: async () => {
          const { signal } = await doomed.ended;
          if (signal !== 'SIGKILL') throw new Error(`the process ended otherwise: ${doomed.output().slice(-1000)}`);
        },
      };
    },
    counts: (clientUploadId) => countsOf(database, place.store(), club.tenantId, clientUploadId),
    usage: async () => {
      const row = await database
        .admin<{ tenantId: string; reservedBytes: string; usedBytes: string }>('usage')
        .where({ tenantId: club.tenantId })
        .first();
      return { reserved: Number(row?.reservedBytes ?? 0), used: Number(row?.usedBytes ?? 0) };
    },
    stop: async () => {
      await api.stop();
      await app.destroy();
      await database.stop();
      await place.stop();
    },
  };
}

async function countsOf({ admin }: TestDatabase, store: ObjectStore, tenantId: string, clientUploadId: string): Promise<Counts> {
  const uploads = await admin<{ tenantId: string; clientUploadId: string; videoId: string; state: string }>('upload').where({
    tenantId,
    clientUploadId,
  });
  const videoIds = uploads.map(({ videoId }) => videoId);
  const videos = await admin<{ id: string; status: string }>('video').whereIn('id', videoIds);
  const { rows: jobs } = await admin.raw<{ rows: unknown[] }>(
    `select 1 from queue.job where name = 'video.process' and data->>'videoId' = any(?)`,
    [videoIds],
  );
  const completions = await admin('auditEvent').where({ tenantId, action: 'VIDEO_UPLOADED' }).whereIn('resourceId', videoIds);
  let openAtStore = 0;
  for (const videoId of videoIds)
    for await (const { key } of store.listUploads(`t/${tenantId}/v/${videoId}/`)) openAtStore += key === '' ? 0 : 1;
  return {
    ...{ uploads: uploads.length, videos: videos.length, jobs: jobs.length, completions: completions.length, openAtStore },
    state: uploads[0]?.state ?? null,
    status: videos[0]?.status ?? null,
  };
}

/** Begins an upload and sends what is given of it. */
export async function begun(
  { player }: UploadRig,
  bytes: Buffer,
): Promise<{ upload: Upload; clientUploadId: string; parts: { partNumber: number; etag: string }[] }> {
  const body = declaration(bytes);
  const { data: upload, error } = await player.api.POST('/api/v1/media/upload/init', { body });
  if (!upload) throw new Error(`init: ${JSON.stringify(error)}`);
  return { upload, clientUploadId: body.clientUploadId, parts: await sendParts(upload, bytes) };
}

export const refOf = ({ videoId, uploadId }: Upload): { videoId: string; uploadId: string } => ({ videoId, uploadId });
