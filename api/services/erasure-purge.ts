import { setTimeout as pause } from 'node:timers/promises';
import { countRemoved, noteQuiet, removalSteps, removeJobs, removePeople, type ErasedIds } from '../platform/erasure-rows.ts';
import type { KillPointCheck } from '../platform/kill-points.ts';
import { ErasureModel } from '../platform/models/erasure.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { VideoModel } from '../platform/models/video.ts';
import { takeoutPrefix, videoPrefix } from '../platform/object-keys.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { readCatalogue, type Catalogue } from '../platform/person-catalogue.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { Tenant } from '../platform/tenant.ts';
import { release } from './quota.ts';

/** How long a worker may take to notice that its job was taken away, and to put down what it had in hand. Milliseconds. */
const QUIET_MS = 45_000;

export interface PurgeDependencies {
  readonly store: ObjectStore;
  /** The same tenant, as the role that may remove. */
  readonly asEraser: (tenant: Tenant) => Tenant;
  readonly killPoint: KillPointCheck;
}

export interface Purge {
  /** Removes what is stored, piece by piece; each may be done again, so it may be stopped anywhere and begun anew. Null: there is nothing to do. */
  run(tenant: Tenant, erasureId: string, signal: AbortSignal): Promise<ErasureModel | null>;
}

export const idsOf = ({ id, personId, guestIds, videoIds, takeoutIds }: ErasureModel): ErasedIds => ({
  ...{ erasureId: id, people: [personId, ...guestIds], videos: videoIds, takeouts: takeoutIds },
});

/** Where the store may hold something of the person's. */
export const prefixesOf = (tenantId: string, { videoIds, takeoutIds }: ErasureModel): readonly string[] => [
  ...videoIds.map((videoId) => videoPrefix(tenantId, videoId)),
  ...takeoutIds.map((takeoutId) => takeoutPrefix(tenantId, takeoutId)),
];

export const purge = ({ store, asEraser, killPoint }: PurgeDependencies): Purge => ({
  run: async (tenant, erasureId, signal) => {
    const erasure = await begin(tenant, erasureId);
    if (erasure === null) return null;
    killPoint('erase_begun');
    const [eraser, ids] = [asEraser(tenant), idsOf(erasure)];

    const quietAt = await takeJobsAway(eraser, ids);
    killPoint('erase_jobs_removed');
    await purgeStore({ store, eraser, erasure, signal });
    killPoint('erase_store_purged');
    const catalogue = await eraser.within(({ trx }) => readCatalogue(trx));
    await removeRows({ eraser, ids, catalogue, signal, killPoint });
    killPoint('erase_rows_removed');
    await eraser.within(async (scope) => {
      const { removed, emptied } = await removePeople(scope, catalogue, ids);
      await countRemoved(scope, erasureId, 'rows:app_user', removed);
      await countRemoved(scope, erasureId, 'emptied:app_user', emptied);
    });
    killPoint('erase_person_removed');

    const waitMs = new Date(quietAt ?? erasure.probes.quietAt ?? 0).getTime() - Date.now();
    if (waitMs > 0) {
      await pause(waitMs, undefined, { signal });
      await purgeStore({ store, eraser, erasure, signal });
    }
    return erasure;
  },
});

/** Takes what there is by now: a video may have come between the first look and the moment at which nobody could upload any more. */
const begin = (tenant: Tenant, erasureId: string): Promise<ErasureModel | null> =>
  tenant.within(async (scope) => {
    const erasure = await ErasureModel.within(scope).where('id', erasureId).first().forUpdate();
    if (!erasure || erasure.state === 'verified') return null;
    const late = await VideoModel.within(scope).where('playerId', erasure.personId).whereNotIn('id', erasure.videoIds).select('id');
    const videoIds = [...erasure.videoIds, ...late.map(({ id }) => id)];
    for (const upload of await UploadModel.within(scope).whereIn('videoId', videoIds)) await release(scope, upload);
    await ErasureModel.within(scope).where('id', erasureId).patch({ state: 'purging', videoIds });
    return Object.assign(erasure, { state: 'purging', videoIds } as const);
  });

/** @returns until when a worker that had one of the jobs may go on writing */
const takeJobsAway = (eraser: Tenant, ids: ErasedIds): Promise<string | null> =>
  eraser.within(async (scope) => {
    const { removed, active } = await removeJobs(scope, ids);
    await countRemoved(scope, ids.erasureId, 'jobs', removed);
    if (active === 0) return null;
    const quietAt = new Date(Date.now() + QUIET_MS);
    await noteQuiet(scope, ids.erasureId, quietAt);
    return quietAt.toISOString();
  });

interface StorePurge {
  readonly store: ObjectStore;
  readonly eraser: Tenant;
  readonly erasure: ErasureModel;
  readonly signal: AbortSignal;
}

async function purgeStore({ store, eraser, erasure, signal }: StorePurge): Promise<void> {
  const own = tenantStore(store, eraser.id);
  for (const prefix of prefixesOf(eraser.id, erasure)) {
    signal.throwIfAborted();
    const counts = await own.purgePrefix(prefix);
    await eraser.within(async (scope) => {
      for (const [kind, count] of Object.entries(counts)) await countRemoved(scope, erasure.id, `store:${kind}`, count);
    });
  }
}

interface RowPurge {
  readonly eraser: Tenant;
  readonly ids: ErasedIds;
  readonly catalogue: Catalogue;
  readonly signal: AbortSignal;
  readonly killPoint: KillPointCheck;
}

async function removeRows({ eraser, ids, catalogue, signal, killPoint }: RowPurge): Promise<void> {
  for (const step of removalSteps(catalogue)) {
    signal.throwIfAborted();
    await eraser.within(async (scope) => countRemoved(scope, ids.erasureId, step.kind, await step.run(scope, ids)));
    killPoint('erase_table_removed');
  }
}
