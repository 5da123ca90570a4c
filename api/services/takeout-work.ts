import { TakeoutModel } from '../platform/models/takeout.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { VideoModel } from '../platform/models/video.ts';
import { takenRows, type TakenRows } from '../platform/takeout-rows.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';

/** A source as somebody sent it. */
export interface Original {
  readonly videoId: string;
  readonly objectKey: string;
  readonly contentType: string;
}

/** What a take-out's job asks of the database. */
export interface TakeoutWork {
  /** Null when nobody waits for it any more. */
  begin(tenant: Tenant, takeoutId: string): Promise<TakeoutModel | null>;
  /** Shows every table's rows about the person, one after the other, as they stood at one moment. */
  eachTable(tenant: Tenant, personId: string, see: (taken: TakenRows) => Promise<void>): Promise<void>;
  originals(tenant: Tenant, personId: string): Promise<readonly Original[]>;
  /** False when nobody may have it any more. */
  ready(scope: TenantScope, takeoutId: string, made: { readonly sizeBytes: number; readonly sha256: string }): Promise<boolean>;
  failed(tenant: Tenant, takeoutId: string): Promise<void>;
}

/** @param asReader the same tenant, as the role that reads every table and writes none. */
export const takeoutWork = (asReader: (tenant: Tenant) => Tenant): TakeoutWork => ({
  begin: (tenant, takeoutId) =>
    tenant.within(async (scope) => (await TakeoutModel.within(scope).where({ id: takeoutId, state: 'preparing' }).first()) ?? null),

  eachTable: (tenant, personId, see) =>
    asReader(tenant).within(async (scope) => {
      const videos = await VideoModel.within(scope).where('playerId', personId).select('id');
      for (const taken of await takenRows(scope, { person: personId, videos: videos.map(({ id }) => id) })) await see(taken);
    }),

  originals: (tenant, personId) =>
    tenant.within(async (scope) => {
      const videos = VideoModel.within(scope).where('playerId', personId).select('id');
      return UploadModel.within(scope).whereIn('videoId', videos).where('state', 'done').orderBy('createdAt');
    }),

  ready: async (scope, takeoutId, made) => {
    const isReady = await TakeoutModel.within(scope)
      .where({ id: takeoutId, state: 'preparing' })
      .patch({ ...made, state: 'ready', readyAt: new Date() });
    if (isReady === 1) await scope.emit('takeout.ready', { takeoutId });
    return isReady === 1;
  },

  failed: (tenant, takeoutId) =>
    tenant.within(async (scope) => {
      await TakeoutModel.within(scope).where({ id: takeoutId, state: 'preparing' }).patch({ state: 'failed' });
    }),
});
