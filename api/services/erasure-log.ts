import { AppUserModel } from '../platform/models/app-user.ts';
import { ErasureModel } from '../platform/models/erasure.ts';
import type { Tenant } from '../platform/tenant.ts';
import { block, erasureOf, removeVideos } from './erasures.ts';

/** One erasure as it is kept outside of every backup: ids and times. */
export interface ErasureLogLine {
  readonly format: 'erasure-log-1';
  readonly tenantId: string;
  readonly erasureId: string;
  readonly personId: string;
  readonly videoIds: readonly string[];
  readonly requestedAt: string;
  readonly verifiedAt: string | null;
}

export const logLineOf = ({ tenantId, id, personId, videoIds, requestedAt, verifiedAt }: ErasureModel): ErasureLogLine => ({
  ...{ format: 'erasure-log-1', tenantId, erasureId: id, personId, videoIds },
  ...{ requestedAt: requestedAt.toISOString(), verifiedAt: verifiedAt?.toISOString() ?? null },
});

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isLogLine(value: unknown): value is ErasureLogLine {
  if (typeof value !== 'object' || value === null) return false;
  const { format, tenantId, erasureId, personId, videoIds } = value as Partial<Record<keyof ErasureLogLine, unknown>>;
  const isId = (id: unknown): boolean => typeof id === 'string' && UUID.test(id);
  return format === 'erasure-log-1' && [tenantId, erasureId, personId].every(isId) && Array.isArray(videoIds) && videoIds.every(isId);
}

/** Takes an erasure up again in a database that was restored. The media are purged too: the store may have been restored as well. */
export const replay = (tenant: Tenant, { erasureId, personId, videoIds }: ErasureLogLine): Promise<'again' | 'anew'> =>
  tenant.within(async (scope) => {
    const person = await AppUserModel.within(scope).where('id', personId).first().forUpdate();
    const known = await erasureOf(scope, personId);
    if (!known) {
      await block(scope, { id: erasureId, person: person ?? { id: personId, externalId: erasureId }, videoIds });
      return 'anew';
    }
    await removeVideos(scope, personId);
    const videos = [...new Set([...known.videoIds, ...videoIds])];
    const begun = { state: 'blocked', videoIds: videos, receipt: null, receiptSha256: null, verifiedAt: null } as const;
    await ErasureModel.within(scope).where('id', known.id).patch(begun);
    await scope.enqueue('person.erase', { erasureId: known.id });
    return 'again';
  });
