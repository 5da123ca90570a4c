import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase } from '../../platform/database.ts';
import { killPoints } from '../../platform/kill-points.ts';
import { videoPrefix } from '../../platform/object-keys.ts';
import { startSender } from '../../platform/queue.ts';
import type { Tenant } from '../../platform/tenant.ts';
import { purge, type Purge } from '../../services/erasure-purge.ts';
import { conclude, prove, type Proof } from '../../services/erasure-verify.ts';
import { declaration, sendParts, uploadClip } from './clips.ts';
import { startClub, type Club, type Person } from './club.ts';
import { lineOn } from './drawings.ts';
import { workerTenant } from './job-rig.ts';
import { publishRendition } from './published.ts';
import { startTestSystem, type Setup, type TestSystem } from './system.ts';

const BYTES = Buffer.alloc(64 * 1024, 5);

/** An athlete with everything that can be had, and what of it worked before the erasure. */
export interface Leaver {
  readonly person: Person;
  readonly displayName: string;
  readonly birthDate: string;
  readonly guardian: Person;
  /** Two that can be played and are drawn on, one that waits, two whose uploads are open. */
  readonly videoIds: readonly string[];
  /** Files of leases that play now. */
  readonly leasedFiles: readonly string[];
  /** Signed addresses of parts that the store would take now. */
  readonly partAddresses: readonly string[];
}

export interface ErasureRig {
  readonly system: TestSystem;
  readonly club: Club;
  readonly coach: Person;
  /** Somebody else's athlete, who has nothing to do with any of it. */
  readonly bystander: Person;
  /** As a worker's role. */
  readonly tenant: Tenant;
  readonly purge: Purge;
  readonly prove: (tenant: Tenant, erasureId: string) => Promise<Proof>;
  /** @param isSmall one video that is played and one open upload, where the rest would only take time */
  leaver(externalId: string, isSmall?: boolean): Promise<Leaver>;
  /** @returns the erasure's id */
  ask(externalId: string): Promise<string>;
  /** What the worker's job does, here. */
  work(erasureId: string): Promise<'verified' | 'refused'>;
  conclude(erasureId: string, proof: Proof): Promise<'verified' | 'refused'>;
  put(key: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startErasureRig(setup: Setup = {}): Promise<ErasureRig> {
  const system = await startTestSystem(undefined, setup);
  const club = await startClub(system, 'Fairway');
  const coach = await club.person('coach', 'the-coach');
  const bystander = await club.person('player', 'bystander');
  await club.coaches(coach, bystander);
  await club.consents(bystander, 'coach_review');
  await playedVideo({ system, club, coach }, bystander);
  const connections = [system.database.workerUrl, system.database.eraserUrl, system.database.verifierUrl].map((url) =>
    connectDatabase({ url, poolSize: 2, name: 'va-test-erasure' }),
  );
  const [worker, eraser, verifier] = connections;
  if (!worker || !eraser || !verifier) throw new Error('a connection is missing');
  const sender = await startSender(system.database.workerUrl, () => undefined);
  const as = (database: typeof worker) => (tenant: Tenant) => workerTenant(database, sender, tenant.id);
  const tenant = as(worker)({ id: club.tenantId } as Tenant);
  const parts = {
    purge: purge({ store: system.store, asEraser: as(eraser), killPoint: killPoints(undefined) }),
    prove: prove(system.store, as(verifier)),
    conclude: (erasureId: string, proof: Proof) => tenant.within((scope) => conclude(scope, erasureId, proof)),
  };
  return {
    ...{ system, club, coach, bystander, tenant, ...parts },
    leaver: (externalId, isSmall = false) => leaverOf({ system, club, coach }, externalId, isSmall),
    ask: async (externalId) => {
      const { data, error } = await club.server.POST('/api/v1/people/{externalId}/erasure', { params: { path: { externalId } } });
      if (!data) throw new Error(`erasure: ${JSON.stringify(error)}`);
      return data.id;
    },
    work: async (erasureId) => {
      await parts.purge.run(tenant, erasureId, new AbortController().signal);
      return parts.conclude(erasureId, await parts.prove(tenant, erasureId));
    },
    put: (key) => putObject(system, key),
    stop: async () => {
      await sender.stop();
      await Promise.all(connections.map((connection) => connection.destroy()));
      await system.stop();
    },
  };
}

async function putObject({ store }: TestSystem, key: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'va-leftover-'));
  const file = join(directory, 'bytes');
  await writeFile(file, 'left over');
  await store.putFile(key, file, { contentType: 'application/octet-stream' });
  await rm(directory, { recursive: true });
}

type Around = Pick<ErasureRig, 'system' | 'club' | 'coach'>;

async function leaverOf(around: Around, externalId: string, isSmall: boolean): Promise<Leaver> {
  const { system, club, coach } = around;
  const displayName = `Name of ${externalId}`;
  const birthDate = '2012-03-04';
  const person = await club.person('player', externalId);
  await club.server.PUT('/api/v1/people/{externalId}', {
    params: { path: { externalId } },
    body: { displayName, role: 'player', birthDate },
  });
  const guardian = await club.person('guardian', `guardian of ${externalId}`);
  await club.coaches(coach, person);
  await club.guards(guardian, person);
  await club.consents(person, 'coach_review');
  const played = [await playedVideo(around, person), ...(isSmall ? [] : [await playedVideo(around, person)])];
  const waiting = await uploadClip(coach.api, BYTES, { playerId: person.id, title: 'Waits' });
  const open = [await openUpload(person, person), ...(isSmall ? [] : [await openUpload(coach, person)])];
  const videoIds = [...played.map(({ videoId }) => videoId), waiting.id, ...open.map(({ videoId }) => videoId)];
  await leaveTraces(system, club.tenantId, waiting.id);
  return {
    ...{ person, displayName, birthDate, guardian, videoIds },
    leasedFiles: played.map(({ leasedFile }) => leasedFile),
    partAddresses: open.map(({ partAddress }) => partAddress),
  };
}

/** Published, drawn on by the coach, and being watched. */
async function playedVideo({ system, club, coach }: Around, person: Person): Promise<{ videoId: string; leasedFile: string }> {
  const { id: videoId } = await uploadClip(person.api, BYTES, { playerId: person.id, title: 'Driver', visibility: 'coach_only' });
  await publishRendition(system, club.tenantId, videoId, BYTES);
  const drawn = await coach.api.POST('/api/v1/videos/{videoId}/annotations', {
    params: { path: { videoId } },
    body: { id: randomUUID(), document: lineOn(10) },
  });
  if (!drawn.data) throw new Error(`drawing: ${JSON.stringify(drawn.error)}`);
  const { data, error } = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
  if (!data) throw new Error(`playback: ${JSON.stringify(error)}`);
  return { videoId, leasedFile: data.sources.analysis.url };
}

async function openUpload(by: Person, player: Person): Promise<{ videoId: string; partAddress: string }> {
  const { data: upload, error } = await by.api.POST('/api/v1/media/upload/init', { body: declaration(BYTES, { playerId: player.id }) });
  if (!upload) throw new Error(`init: ${JSON.stringify(error)}`);
  await sendParts(upload, BYTES);
  return { videoId: upload.videoId, partAddress: upload.missingParts[0]?.url ?? '' };
}

/** What only crashes leave: a job nobody tries any more, and files of an attempt nobody knows. */
async function leaveTraces(system: TestSystem, tenantId: string, videoId: string): Promise<void> {
  await system.database.admin.raw(`insert into queue.job (name, data) values ('video.process.dead', ?)`, [
    JSON.stringify({ tenantId, videoId, processingVersion: 1 }),
  ]);
  await putObject(system, `${videoPrefix(tenantId, videoId)}r/9/${randomUUID()}/orphan.mp4`);
}

/** What there is of somebody, found by a look at every row of every table and at the store: by place, empty when there is nothing. */
export async function tracesOf({ system, club }: ErasureRig, { person, videoIds }: Leaver): Promise<Readonly<Record<string, number>>> {
  const { admin } = system.database;
  const { rows: tables } = await admin.raw<{ rows: { name: string }[] }>(
    `select table_schema || '.' || table_name as name from information_schema.tables
     where table_schema in ('public', 'queue') and table_name !~ '^(audit_|erasure$)'`,
  );
  const ids = [person.id, ...videoIds].map((id) => `%${id}%`);
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await admin.raw<{ rows: { n: number }[] }>(`select count(*)::int as n from ${name} t where t::text like any (?)`, [
      ids,
    ]);
    if ((rows[0]?.n ?? -1) !== 0) found[name] = rows[0]?.n ?? -1;
  }
  for (const videoId of videoIds)
    for await (const { kind } of system.store.holdings(videoPrefix(club.tenantId, videoId))) found[kind] = (found[kind] ?? 0) + 1;
  return found;
}

export async function stateOf({ club }: Pick<ErasureRig, 'club'>, erasureId: string) {
  const { data, error } = await club.server.GET('/api/v1/erasures/{erasureId}', { params: { path: { erasureId } } });
  if (!data) throw new Error(`erasure: ${JSON.stringify(error)}`);
  return data;
}
