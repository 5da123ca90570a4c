import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Knex } from 'knex';
import { lineOn } from '../../api/test/support/drawings.ts';
import { freePort } from '../../api/test/support/database.ts';
import { startProcess } from '../../api/test/support/worker.ts';
import { connectDatabase } from '../../api/platform/database.ts';
import { startLocalPostgres } from '../../api/platform/local-postgres.ts';
import { migrate, prepareRoles } from '../../api/platform/migrate.ts';
import { randomSecret, SESSION_TOKEN_PREFIX, sha256 } from '../../api/platform/secrets.ts';
import { administration } from '../../api/services/administration.ts';

/** A club with a coach's session that does not end while it is measured. */
export interface BenchClub {
  readonly tenantId: string;
  readonly coachId: string;
  readonly token: string;
}

export interface Server {
  readonly url: string;
  readonly pid: number;
}

export interface BenchRig {
  readonly admin: Knex;
  /** The first process of PostgreSQL. */
  readonly postgresPid: number;
  readonly api: Server;
  readonly floor: Server;
  readonly peer: Server;
  /** Every video has fifty drawings. */
  readonly club: BenchClub & { readonly videoIds: readonly string[] };
  /** With a library of so many videos, all of which the coach may see. */
  readonly large: BenchClub;
  stop(): Promise<void>;
}

const VIDEOS = 200;
const DRAWINGS = 50;

/** @param rows videos in the large library */
export async function startBenchRig(rows: number): Promise<BenchRig> {
  const directory = await mkdtemp(path.join(tmpdir(), 'va-bench-api-'));
  await chmod(directory, 0o755);
  const secret = (): string => randomBytes(12).toString('hex');
  const passwords = { owner: secret(), app: secret(), worker: secret(), eraser: secret(), verifier: secret() };
  const data = path.join(directory, 'data');
  // As in production: what is committed is on the disk.
  const postgres = await startLocalPostgres({ directory: data, port: await freePort(), password: secret(), database: 'va_bench' });
  const [pid = ''] = (await readFile(path.join(data, 'postmaster.pid'), 'utf8')).split('\n');
  await prepareRoles(postgres.adminUrl, passwords);
  await migrate(postgres.urlFor('va_owner', passwords.owner));
  const appUrl = postgres.urlFor('va_app', passwords.app);
  const admin = connectDatabase({ url: postgres.adminUrl, poolSize: 1, name: 'va-bench' });
  // What it does, it does when it likes: nothing of it may fall into one side of a comparison.
  await admin.raw('alter system set autovacuum = off');
  await admin.raw(`alter system set max_wal_size = '4GB'`);
  await admin.raw('select pg_reload_conf()');
  const [club, large] = [await fillClub(admin, appUrl, VIDEOS, 1), await fillClub(admin, appUrl, rows, 200)];
  const videoIds = await drawOn(admin, club);
  await admin.raw('vacuum analyze');
  await admin.raw('checkpoint');

  const port = await freePort();
  const env = { API_PORT: String(port), API_PUBLIC_URL: `http://127.0.0.1:${String(port)}`, DATABASE_URL: appUrl };
  // What is counted is counted; nobody is stopped.
  const limits = { RATE_LIMIT_PER_SESSION: '1000000000', RATE_LIMIT_PER_TENANT: '1000000000' };
  const store = { STORE: 'disk', STORE_ROOT: path.join(directory, 'store'), STORE_SIGNING_SECRET: secret() + secret() + secret() };
  const api = startProcess('api/main.ts', { ...env, ...store, ...limits, NODE_ENV: 'production', LOG_LEVEL: 'info' });
  await api.until('api ready');
  const [floor, peer] = [await startPeer('floor.ts', postgres.adminUrl), await startPeer('peer.ts', appUrl)];
  return {
    ...{ admin, postgresPid: Number(pid), club: { ...club, videoIds }, large },
    api: { url: env.API_PUBLIC_URL, pid: api.child.pid ?? 0 },
    floor: { url: floor.url, pid: floor.child.pid ?? 0 },
    peer: { url: peer.url, pid: peer.child.pid ?? 0 },
    stop: async () => {
      floor.child.kill();
      peer.child.kill();
      await api.stop();
      await admin.destroy();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function startPeer(file: string, databaseUrl: string): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, file)], {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const found = /peer ready (\S+)/.exec(chunk.toString())?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`${file} ended`)));
  });
  return { url, child };
}

/** A club with so many athletes, all of whom one coach works with and may see, and so many videos of them. */
async function fillClub(admin: Knex, appUrl: string, videos: number, athletes: number): Promise<BenchClub> {
  const app = connectDatabase({ url: appUrl, poolSize: 1, name: 'va-bench' });
  const operator = administration(app);
  const tenantId = await operator.createTenant({ name: 'Bench', maxUploadBytes: 500e6, maxDurationMs: 300_000 });
  await operator.createKey(tenantId, 'bench');
  const coachId = await operator.upsertPerson(tenantId, { externalId: 'coach', role: 'coach', displayName: 'Coach' });
  for (let at = 0; at < athletes; at += 1) {
    const externalId = `athlete-${String(at)}`;
    const playerId = await operator.upsertPerson(tenantId, { externalId, role: 'player', displayName: externalId });
    await operator.linkCoach(tenantId, coachId, playerId);
    const consent = { playerId, givenById: playerId, evidence: 'bench' };
    await operator.grantConsent(tenantId, { ...consent, purpose: 'coach_review' });
  }
  await app.destroy();
  const token = `${SESSION_TOKEN_PREFIX}${randomSecret()}`;
  await admin.raw(
    `insert into session (tenant_id, id, user_id, api_key_id, token_sha256, scopes, origins, expires_at)
     select :tenantId, gen_random_uuid(), :coachId, id, :hash, '{videos:read,videos:write,annotations:read,annotations:write}', '{}', now() + interval '1 day'
     from api_key where tenant_id = :tenantId`,
    { tenantId, coachId, hash: sha256(token) },
  );
  await fillLibrary(admin, tenantId, coachId, videos);
  return { tenantId, coachId, token };
}

/** Videos that are ready, a minute apart, each with its rendition. Without triggers and foreign keys: what is put in is right. */
const fillLibrary = (admin: Knex, tenantId: string, coachId: string, videos: number): Promise<void> =>
  admin.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    await trx.raw(
      `with athlete as (select array_agg(id order by external_id) as ids from app_user where tenant_id = :tenantId and role = 'player'),
       made as (
         insert into video (tenant_id, id, status, published_attempt_id, published_version, title, category, club_type, player_id, uploaded_by_id, visibility,
           width, height, duration_ms, frame_count, fps, capture_fps, rotation, timing, bitrate_kbps, size_bytes, checksum_sha256, created_at, updated_at)
         select :tenantId, gen_random_uuid(), 'ready', gen_random_uuid(), 1, 'Swing ' || n, 'swing', 'driver',
           athlete.ids[1 + n % cardinality(athlete.ids)], :coachId, 'coach_only', 1920, 1080, 3000, 90, '{"num":30,"den":1}', 30, 0, 'constant', 4000,
           1500000, repeat('0', 64), now() - make_interval(mins => n), now() - make_interval(mins => n)
         from generate_series(1, :videos) n, athlete
         returning tenant_id, id, published_attempt_id)
       insert into video_rendition (tenant_id, video_id, attempt_id, processing_version, files, frame_index, picture_hashes)
       select tenant_id, id, published_attempt_id, 1, '{}', '{"version":1,"timebase":{"num":90000,"den":1},"startTicks":0,"runs":[[90,3000]]}',
         decode(repeat('07', 720), 'hex') from made where :withRenditions`,
      { tenantId, coachId, videos, withRenditions: videos <= VIDEOS },
    );
  });

/** What a coach draws: a line, an arrow and a circle. */
export const drawing = () => {
  const style = { color: '#ffcc00', width: 0.005 };
  const [from, to] = [
    { x: 0.1, y: 0.2 },
    { x: 0.5, y: 0.75 },
  ];
  return lineOn(12, {
    shapes: [
      { id: randomUUID(), type: 'line', style, from, to },
      { id: randomUUID(), type: 'arrow', style, from: to, to: from },
      { id: randomUUID(), type: 'circle', style, center: from, radius: 0.1 },
    ],
  });
};

async function drawOn(admin: Knex, { tenantId, coachId }: BenchClub): Promise<readonly string[]> {
  await admin.raw(
    `insert into video_annotation (tenant_id, id, video_id, version, document, pts_ms, created_by_id, change_seq)
     select tenant_id, gen_random_uuid(), id, 1, ?::jsonb, 400, ?, nextval('annotation_change_seq')
     from video, generate_series(1, ?) where tenant_id = ?`,
    [JSON.stringify(drawing()), coachId, DRAWINGS, tenantId],
  );
  await admin.raw('update video set annotation_count = ? where tenant_id = ?', [DRAWINGS, tenantId]);
  const { rows } = await admin.raw<{ rows: { id: string }[] }>('select id from video where tenant_id = ?', [tenantId]);
  return rows.map(({ id }) => id);
}
