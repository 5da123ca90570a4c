import { jobKey } from '../../domain/jobs/catalogue.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { VideoModel } from '../platform/models/video.ts';
import { tenantPrefix } from '../platform/object-keys.ts';
import { liveJobKeys } from '../platform/queue.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { completeUpload, giveUpUpload, type EndingDependencies } from './upload-ending.ts';
import { forget } from './upload-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long something may stand before nobody is taken to be working on it. Milliseconds. */
export const PATIENCE = {
  /** Begun here and not at the store. */
  initiating: HOUR_MS,
  /** Open without being completed: a phone may be without a network for a day. */
  open: 48 * HOUR_MS,
  /** Being completed by a request. */
  completing: 2 * MINUTE_MS,
  /** Open at the store and unknown here: the row that knows it is written within seconds. */
  orphan: HOUR_MS,
  /** Given up, until the store is asked to forget it once more: parts that were on their way have arrived by then. */
  aborted: 10 * MINUTE_MS,
  /** Waiting for a worker, or with one, without a job in the queue. */
  jobless: 5 * MINUTE_MS,
} as const;

/** No sweep works longer on one tenant than this many rows take: the next one goes on. */
const MOST = 100;

/** What one sweep did. */
export interface Sweep {
  /** Uploads completed without their client. */
  readonly finished: number;
  readonly expired: number;
  /** Uploads given up earlier of which the store now has nothing. */
  readonly forgotten: number;
  readonly orphans: number;
  /** Videos whose job was gone. */
  readonly requeued: number;
  /** What could not be done; the rest was. */
  readonly failures: readonly Error[];
}

/** Repairs what crashes, lost answers and impatient people leave behind. Every step is safe in several workers at once. */
export interface UploadExpiry {
  /** @param withOrphans also ask the store for uploads nobody here knows. */
  sweep(tenant: Tenant, withOrphans: boolean): Promise<Sweep>;
  /** Finishes, reopens or ends one upload that is being completed, without its client. @throws DomainError `upload.*` */
  reconcile(tenant: Tenant, uploadId: string): Promise<void>;
}

export interface ExpiryDependencies extends EndingDependencies {
  readonly clock: () => Date;
}

export const uploadExpiry = (deps: ExpiryDependencies): UploadExpiry => {
  const before = (ms: number): Date => new Date(deps.clock().getTime() - ms);
  const reconcile = async (tenant: Tenant, uploadId: string): Promise<void> => {
    const upload = await tenant.within(async (scope) => UploadModel.within(scope).where({ id: uploadId, state: 'completing' }).first());
    if (upload) await completeUpload(deps, tenant, upload, 'worker');
  };
  return {
    reconcile,
    sweep: async (tenant, withOrphans) => {
      const failures: Error[] = [];
      const each = eachOf(failures);
      const stale = await tenant.within((scope) => staleUploads(scope, before));
      const expired = await each(stale.expired, async (upload) => {
        const outcome = await giveUpUpload(deps, tenant, upload, { by: 'worker', code: 'UPLOAD_ABORTED' });
        return outcome === 'ended';
      });
      const finished = await each(stale.completing, ({ id }) => reconcile(tenant, id));
      const forgotten = await each(stale.aborted, async (upload) => {
        await forget(tenantStore(deps.store, tenant.id), upload);
        await tenant.within(async (scope) => UploadModel.within(scope).where('id', upload.id).patch({ sweptAt: deps.clock() }));
      });
      const orphans = withOrphans ? await each([null], () => abortOrphans(deps, tenant, before(PATIENCE.orphan))) : 0;
      const requeued = await each([null], () => tenant.within((scope) => requeue(scope, before(PATIENCE.jobless))));
      return { finished, expired, forgotten, orphans, requeued, failures };
    },
  };
};

/** One that cannot be repaired now must not keep the others waiting. Work that answers false or a number counts so much. */
const eachOf =
  (failures: Error[]) =>
  async <T>(all: readonly T[], work: (one: T) => Promise<boolean | number | void>): Promise<number> => {
    let done = 0;
    for (const one of all) {
      try {
        done += Number((await work(one)) ?? 1);
      } catch (error) {
        failures.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return done;
  };

type Before = (ms: number) => Date;

async function staleUploads(
  scope: TenantScope,
  before: Before,
): Promise<Record<'expired' | 'completing' | 'aborted', readonly UploadModel[]>> {
  const since = (state: UploadModel['state'], ms: number) =>
    UploadModel.within(scope).where({ state }).where('stateSince', '<', before(ms)).orderBy('stateSince').limit(MOST);
  return {
    expired: [
      ...(await since('initiating', PATIENCE.initiating)),
      ...(await since('open', PATIENCE.open)),
      // What could not be finished in all that time never will be.
      ...(await since('completing', PATIENCE.open)),
    ],
    completing: await since('completing', PATIENCE.completing).where('stateSince', '>=', before(PATIENCE.open)),
    aborted: await since('aborted', PATIENCE.aborted).whereNull('sweptAt'),
  };
}

/** Begun at the store by a process that died before it could note the id. */
async function abortOrphans({ store }: ExpiryDependencies, tenant: Tenant, begunBefore: Date): Promise<number> {
  const own = tenantStore(store, tenant.id);
  let aborted = 0;
  for await (const { key, uploadId, begunAt } of store.listUploads(tenantPrefix(tenant.id))) {
    if (begunAt >= begunBefore) continue;
    const known = await tenant.within(async (scope) =>
      UploadModel.within(scope).where({ objectKey: key, storeUploadId: uploadId }).first(),
    );
    if (known && known.state !== 'aborted') continue;
    await own.abortMultipart(key, uploadId);
    aborted += 1;
  }
  return aborted;
}

/** A job is sent with the move that needs it; still, a queue that was restored or emptied must not leave a video waiting for ever. */
async function requeue(scope: TenantScope, changedBefore: Date): Promise<number> {
  const waiting = await VideoModel.within(scope)
    .whereRaw(`(status in ('uploaded', 'processing') or (status = 'ready' and progress is not null))`)
    .where('updatedAt', '<', changedBefore)
    .select('id', 'processingVersion')
    .orderBy('updatedAt');
  if (waiting.length === 0) return 0;
  const live = await liveJobKeys(scope.trx, 'video.process', scope.tenantId);
  const jobless = waiting.filter(({ id, processingVersion }) => !live.has(jobKey({ videoId: id, processingVersion }))).slice(0, MOST);
  for (const { id: videoId, processingVersion } of jobless) await scope.enqueue('video.process', { videoId, processingVersion });
  return jobless.length;
}
