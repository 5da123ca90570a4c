import { createHash } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { DomainError } from '../../domain/errors.ts';
import type { KillPointCheck } from '../platform/kill-points.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { ConsentModel } from '../platform/models/consent.ts';
import { ErasureModel, type Counts, type Probes } from '../platform/models/erasure.ts';
import { LeaseModel } from '../platform/models/lease.ts';
import { TakeoutModel } from '../platform/models/takeout.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { TenantScope } from '../platform/tenant.ts';
import type { Erasures } from './contracts.ts';
import { mustDealWith, personNamed } from './person-record.ts';
import { removeWithin } from './videos.ts';

/** So many of a person's leases and uploads are kept as hashes and keys, to be tried when nothing of them may work any more. */
const MOST_PROBES = 20;

export const erasures = (killPoint: KillPointCheck): Erasures => ({
  request: async (tenant, externalId) => {
    const erasure = await tenant.within(async (scope) => {
      const person = await personNamed(scope, externalId).forUpdate();
      await mustDealWith(scope, 'person.erase', person?.id);
      const known = person ? await erasureOf(scope, person.id) : await erasureAskedFor(scope, externalId);
      if (known) return known;
      if (!person) throw new DomainError('user.not_found', { field: 'externalId' });
      const begun = await block(scope, { person, id: uuidv7() });
      killPoint('before_block_commit');
      return begun;
    });
    killPoint('after_block');
    return erasure;
  },

  get: (tenant, erasureId) =>
    tenant.within(async (scope) => {
      await mustDealWith(scope, 'person.erase');
      const erasure = await ErasureModel.within(scope).where('id', erasureId).first();
      if (!erasure) throw new DomainError('erasure.not_found');
      return erasure;
    }),
});

export const erasureOf = (scope: TenantScope, personId: string): Promise<ErasureModel | undefined> =>
  ErasureModel.within(scope).where({ personId }).first().execute();

const saltedHash = (erasureId: string, externalId: string): Buffer => createHash('sha256').update(`${erasureId} ${externalId}`).digest();

/** The erasure of somebody whose row is gone, by what the partner called them. */
async function erasureAskedFor(scope: TenantScope, externalId: string): Promise<ErasureModel | undefined> {
  return ErasureModel.within(scope)
    .whereRaw(`external_id_sha256 = sha256(convert_to(id::text || ' ' || ?, 'UTF8'))`, [externalId])
    .orderBy('requestedAt', 'desc')
    .first();
}

/** Whom an erasure is about, where the person's row may be gone already. */
export interface Erased {
  readonly id: string;
  readonly person: Pick<AppUserModel, 'id' | 'externalId'>;
  /** Videos that are known to have been the person's, though no row says so any more. */
  readonly videoIds?: readonly string[];
}

/**
 * Everything that has to be so at once: the person is shut out, nothing of theirs can be seen, asked for, sent or agreed to, and the
 * job that removes it exists. One transaction.
 */
export async function block(scope: TenantScope, { id, person, videoIds = [] }: Erased): Promise<ErasureModel> {
  const { tenantId } = scope;
  const personId = person.id;
  await AppUserModel.within(scope).where('id', personId).whereNull('deactivatedAt').patch({ deactivatedAt: new Date() });
  const probes = await probesOf(scope, personId);
  const uploads = await removeVideos(scope, personId);
  await endTies(scope, personId);
  await ConsentModel.within(scope).where({ playerId: personId }).whereNull('withdrawnAt').patch({ withdrawnAt: new Date() });
  const [shares, links, guestIds] = await endSharing(scope, personId);
  await TakeoutModel.within(scope).where({ personId }).patch({ state: 'expired' });

  const own = await VideoModel.within(scope).where({ playerId: personId }).select('id');
  const takeouts = await TakeoutModel.within(scope).where({ personId }).select('id');
  const videos = [...new Set([...own.map((video) => video.id), ...videoIds])];
  const counts: Counts = { videos: videos.length, openUploads: uploads, takeouts: takeouts.length, shares, links };
  await ErasureModel.query(scope.trx).insert({
    ...{ tenantId, id, personId, videoIds: videos, takeoutIds: takeouts.map((takeout) => takeout.id), guestIds, counts, probes },
    externalIdSha256: saltedHash(id, person.externalId),
  });
  await scope.audit('PERSON_ERASURE_REQUESTED', {
    ...{ resourceType: 'person', resourceId: personId, subjectId: personId },
    metadata: { erasureId: id, videos: videos.length },
  });
  await scope.emit('person.erasure_requested', { erasureId: id });
  await scope.enqueue('person.erase', { erasureId: id });
  return ErasureModel.within(scope).where({ id }).first().throwIfNotFound();
}

/** Moves every video through the one state machine. @returns how many uploads were still open; the job aborts them at the store */
export async function removeVideos(scope: TenantScope, playerId: string): Promise<number> {
  const videos = await VideoModel.within(scope).where({ playerId }).whereNull('deletedAt').orderBy('id');
  let open = 0;
  for (const video of videos) if (await removeWithin(scope, video)) open += 1;
  return open;
}

/** Without them nobody answers for the person, and nobody can upload in their name. */
async function endTies({ trx, tenantId }: TenantScope, personId: string): Promise<void> {
  await trx('coachPlayer').where({ tenantId, playerId: personId }).orWhere({ tenantId, coachId: personId }).delete();
  await trx('guardianPlayer').where({ tenantId, playerId: personId }).orWhere({ tenantId, guardianId: personId }).delete();
}

/** Ends what the person shows to others, and what shows the person. Triggers end what is open under it. */
async function endSharing({ trx, tenantId }: TenantScope, personId: string): Promise<[shares: number, links: number, guestIds: string[]]> {
  const ofPerson = trx('video').where({ tenantId, playerId: personId }).select('id');
  const now = { revokedAt: new Date() };
  const shares = await trx('share')
    .where({ tenantId, revokedAt: null })
    .where((any) => void any.where('createdById', personId).orWhereIn('videoId', ofPerson.clone()))
    .update(now);
  const links = await trx('accessLink')
    .where({ tenantId, revokedAt: null })
    .where((any) => void any.where('createdById', personId).orWhere('playerId', personId).orWhereIn('videoId', ofPerson.clone()))
    .update(now);
  const guests = await trx('accessLink')
    .where({ tenantId })
    .where((any) => void any.where('playerId', personId).orWhereIn('videoId', ofPerson.clone()))
    .select<{ guestId: string }[]>('guestId');
  return [shares, links, guests.map(({ guestId }) => guestId)];
}

/** What works now, so that it can be tried when it must not. */
async function probesOf(scope: TenantScope, personId: string): Promise<Probes> {
  const videos = VideoModel.within(scope).where({ playerId: personId }).select('id');
  const leases = await LeaseModel.within(scope)
    .where((any) => void any.where('userId', personId).orWhereIn('videoId', videos.clone()))
    .orderBy('expiresAt', 'desc')
    .limit(MOST_PROBES);
  const uploads = await UploadModel.within(scope)
    .whereIn('videoId', videos.clone())
    .whereNotNull('storeUploadId')
    .orderBy('createdAt', 'desc')
    .limit(MOST_PROBES);
  return {
    leases: leases.map(({ leaseSha256 }) => leaseSha256.toString('hex')),
    uploads: uploads.map(({ objectKey, storeUploadId }) => ({ key: objectKey, uploadId: storeUploadId ?? '' })),
  };
}

/** Whether somebody is on the way out: such a person is not let in again. */
export const isBeingErased = async (scope: TenantScope, personId: string): Promise<boolean> =>
  (await erasureOf(scope, personId)) !== undefined;
