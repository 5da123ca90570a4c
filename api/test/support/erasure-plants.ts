import { createHash, randomUUID } from 'node:crypto';
import { grantErasure } from '../../platform/erasure-grants.ts';
import { videoPrefix } from '../../platform/object-keys.ts';
import type { Person } from './club.ts';
import type { ErasureRig, Leaver } from './erasure-rig.ts';

/** Something that a removal might leave behind: put there after it, before the proof. */
export interface Plant {
  readonly name: string;
  /** Where the proof finds it. */
  readonly place: string;
  /** @returns how it is taken away again */
  put(rig: ErasureRig, leaver: Leaver, erasureId: string): Promise<() => Promise<unknown>>;
}

const firstVideo = ({ videoIds }: Leaver): string => videoIds[0] ?? '';
const prefixOf = ({ club }: ErasureRig, leaver: Leaver): string => videoPrefix(club.tenantId, firstVideo(leaver));

export const PLANTS: readonly Plant[] = [
  {
    name: 'an object of an attempt nobody knows',
    place: 'store:object',
    put: async (rig, leaver) => {
      const prefix = prefixOf(rig, leaver);
      await rig.put(`${prefix}r/7/${randomUUID()}/left.mp4`);
      return () => rig.system.store.purgePrefix(prefix);
    },
  },
  {
    name: 'an upload that is open at the store',
    place: 'store:upload',
    put: async (rig, leaver) => {
      const key = `${prefixOf(rig, leaver)}o/${randomUUID()}/source`;
      const uploadId = await rig.system.store.createMultipart(key, { contentType: 'video/mp4', metadata: {} });
      return () => rig.system.store.abortMultipart(key, uploadId);
    },
  },
  {
    name: 'an event of the outbox',
    place: 'rows:event',
    put: async ({ system, club }, leaver) => {
      const [tenantId, id] = [club.tenantId, randomUUID()];
      const payload = JSON.stringify({ videoId: firstVideo(leaver) });
      await system.database.admin('event').insert({ tenantId, id, name: 'video.updated', payload });
      return () => system.database.admin('event').where({ id }).delete();
    },
  },
  {
    name: 'an answer kept under an Idempotency-Key',
    place: 'rows:idempotency_key',
    put: async ({ system, club, coach }, leaver) => {
      const key = randomUUID();
      await system.database.admin('idempotencyKey').insert({
        ...{ tenantId: club.tenantId, principalId: coach.id, key, fingerprint: Buffer.alloc(32), state: 'done', claimId: randomUUID() },
        ...{ leaseUntil: new Date(), expiresAt: new Date(Date.now() + 60_000), status: 200 },
        body: JSON.stringify({ nested: [{ playerId: leaver.person.id }] }),
      });
      return () => system.database.admin('idempotencyKey').where({ key }).delete();
    },
  },
  {
    name: "somebody else's session that is restricted to the person",
    place: 'rows:session',
    put: async ({ system, coach }, leaver) => {
      const own = system.database.admin('session').where({ userId: coach.id });
      await own.clone().update({ onlyPlayerIds: [leaver.person.id] });
      return () => own.clone().update({ onlyPlayerIds: null });
    },
  },
  {
    name: 'a job that nobody tries any more',
    place: 'queue:job',
    put: async ({ system, club }, leaver) => {
      const data = JSON.stringify({ tenantId: club.tenantId, videoId: firstVideo(leaver), processingVersion: 1 });
      const { rows } = await system.database.admin.raw<{ rows: { id: string }[] }>(
        `insert into queue.job (name, data) values ('video.process.dead', ?) returning id`,
        [data],
      );
      return () => system.database.admin.raw('delete from queue.job where id = ?', [rows[0]?.id ?? '']);
    },
  },
  {
    name: "the person's own row, with the name in it",
    place: 'people:not_empty',
    put: async ({ system, club }, { person, displayName }) => {
      const row = { tenantId: club.tenantId, id: person.id, externalId: person.externalId, role: 'player', displayName };
      await system.database.admin('appUser').insert(row);
      return () => system.database.admin('appUser').where({ id: person.id }).delete();
    },
  },
  {
    name: 'a row of a table that came later and was not thought of',
    place: 'rows:swing_goal',
    put: async ({ system: { database }, club }, leaver) => {
      await database.admin.raw(`create table swing_goal (tenant_id uuid not null, id uuid, athlete uuid, primary key (tenant_id, id));
        call protect_tenant_table('swing_goal'); alter table swing_goal owner to va_owner`);
      await grantErasure(database.ownerUrl);
      await database.admin('swingGoal').insert({ tenantId: club.tenantId, id: randomUUID(), athlete: leaver.person.id });
      return () => database.admin.raw('drop table swing_goal');
    },
  },
  {
    name: 'a lease that still plays',
    place: 'leases:alive',
    put: async ({ system: { database }, bystander, coach }, _, erasureId) => {
      const leaseId = await leaseOn(coach, bystander);
      const leases = [createHash('sha256').update(leaseId).digest('hex')];
      const erasure = database.admin('erasure').where({ id: erasureId });
      const before = await erasure.clone().first<{ probes: unknown }>('probes');
      await erasure.clone().update({ probes: JSON.stringify({ ...(before?.probes as object), leases }) });
      return () => erasure.clone().update({ probes: JSON.stringify(before?.probes) });
    },
  },
];

/** Somebody else's, which plays because nobody has ended it. @returns the capability */
async function leaseOn(coach: Person, bystander: Person): Promise<string> {
  const { data: videos } = await coach.api.GET('/api/v1/videos', { params: { query: { playerId: bystander.id } } });
  const videoId = videos?.items.find(({ status }) => status === 'ready')?.id ?? '';
  const { data } = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
  return data?.renewUrl.split('/').at(-2) ?? '';
}
