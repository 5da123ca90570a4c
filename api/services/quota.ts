import { DomainError } from '../../domain/errors.ts';
import type { components } from '../../domain/generated/openapi.ts';
import { NEAR_LIMIT_SHARE, type QuotaKind, type QuotaLimits } from '../../domain/video/limits.ts';
import { UploadModel } from '../platform/models/upload.ts';
import { UsageModel } from '../platform/models/usage.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { monthlyEgress } from './egress.ts';

/** One limit of a tenant and what of it is taken. */
interface Limit {
  readonly which: QuotaKind;
  readonly limit: number;
  readonly used: number;
  readonly reserved: number;
}

const monthOf = (date: Date): string => `${date.toISOString().slice(0, 7)}-01`;

/**
 * Takes what an upload will need, or nothing. Decided by one statement on one row: of many at once exactly as many succeed as
 * there is room for.
 * @returns the month the bytes are counted in.
 * @throws DomainError `quota.exceeded` with the numbers.
 */
export async function reserve(scope: TenantScope, sizeBytes: number): Promise<string> {
  const month = monthOf(new Date());
  const taken = (await take(scope, sizeBytes, month)) ?? (await takeAlone(scope, sizeBytes, month));
  for (const { which, limit, used, reserved } of await limitsOf(scope)) {
    const now = used + reserved;
    const before = now - (which === 'videos' ? 1 : sizeBytes);
    const line = limit * NEAR_LIMIT_SHARE;
    if (before < line && now >= line) await scope.emit('quota.near_limit', { which, used: now, limit });
  }
  return taken;
}

async function take(scope: TenantScope, sizeBytes: number, month: string): Promise<string | null> {
  const { rows } = await scope.trx.raw<{ rows: { month: string }[] }>(
    `insert into usage (tenant_id, reserved_bytes, reserved_videos, month, month_bytes) values (:tenant, :size, 1, :month, :size)
     on conflict (tenant_id) do update set
       reserved_bytes = usage.reserved_bytes + :size,
       reserved_videos = usage.reserved_videos + 1,
       month = greatest(usage.month, :month),
       month_bytes = case when usage.month < :month then 0 else usage.month_bytes end + :size
     where (usage.max_bytes is null or usage.used_bytes + usage.reserved_bytes + :size <= usage.max_bytes)
       and (usage.max_videos is null or usage.used_videos + usage.reserved_videos + 1 <= usage.max_videos)
       and (usage.max_monthly_bytes is null
         or case when usage.month < :month then 0 else usage.month_bytes end + :size <= usage.max_monthly_bytes)
     returning month::text`,
    { tenant: scope.tenantId, size: sizeBytes, month },
  );
  return rows[0]?.month ?? null;
}

/** Something may have been given back since the refusal: with the row held, either it fits now or the numbers say why not. */
async function takeAlone(scope: TenantScope, sizeBytes: number, month: string): Promise<string> {
  await UsageModel.within(scope).forUpdate();
  const taken = await take(scope, sizeBytes, month);
  if (taken !== null) return taken;
  const refused = (await limitsOf(scope)).find(
    ({ which, limit, used, reserved }) => used + reserved + (which === 'videos' ? 1 : sizeBytes) > limit,
  );
  if (!refused) throw new Error('a quota refused and does not say why');
  throw new DomainError('quota.exceeded', { extra: { ...refused, requested: refused.which === 'videos' ? 1 : sizeBytes } });
}

/** What was reserved is now used. */
export async function settle(scope: TenantScope, { id, sizeBytes }: UploadModel): Promise<void> {
  if (!(await moveHold(scope, id, 'reserved', 'used'))) return;
  await count(scope, { reservedBytes: -sizeBytes, reservedVideos: -1, usedBytes: sizeBytes, usedVideos: 1 });
}

/** Gives back whatever the upload holds, once, however often it is called. What was uploaded stays counted in its month. */
export async function release(scope: TenantScope, { id, sizeBytes }: UploadModel): Promise<void> {
  if (await moveHold(scope, id, 'reserved', 'nothing')) {
    await count(scope, { reservedBytes: -sizeBytes, reservedVideos: -1 });
    await scope.trx.raw(
      `update usage q set month_bytes = q.month_bytes - u.size_bytes from upload u
       where q.tenant_id = :tenant and u.tenant_id = :tenant and u.id = :id and u.counted_in = q.month`,
      { tenant: scope.tenantId, id },
    );
  } else if (await moveHold(scope, id, 'used', 'nothing')) await count(scope, { usedBytes: -sizeBytes, usedVideos: -1 });
}

const moveHold = async (scope: TenantScope, id: string, from: UploadModel['holds'], to: UploadModel['holds']): Promise<boolean> =>
  (await UploadModel.within(scope).where({ id, holds: from }).patch({ holds: to })) === 1;

type Counters = 'usedBytes' | 'reservedBytes' | 'usedVideos' | 'reservedVideos';

async function count(scope: TenantScope, by: Readonly<Partial<Record<Counters, number>>>): Promise<void> {
  await scope
    .trx('usage')
    .where('tenantId', scope.tenantId)
    .increment({ ...by });
}

/** The row as it counts today: in a new month nothing has been uploaded yet. */
async function usageOf(scope: TenantScope): Promise<UsageModel | undefined> {
  const row = await UsageModel.within(scope)
    .select('usage.*', scope.trx.raw('(month >= ?::date) as is_this_month', [monthOf(new Date())]))
    .first();
  if (!row) return undefined;
  const { isThisMonth } = row as UsageModel & { readonly isThisMonth: boolean };
  return isThisMonth ? row : Object.assign(row, { monthBytes: 0 });
}

/** Every limit the tenant has, as it stands in this transaction. */
async function limitsOf(scope: TenantScope): Promise<readonly Limit[]> {
  const row = await usageOf(scope);
  if (!row) return [];
  const all: readonly (Omit<Limit, 'limit'> & { readonly limit: number | null })[] = [
    { which: 'bytes', limit: row.maxBytes, used: row.usedBytes, reserved: row.reservedBytes },
    { which: 'videos', limit: row.maxVideos, used: row.usedVideos, reserved: row.reservedVideos },
    // What is reserved is counted in its month from the start: a reservation that ends well changes nothing here.
    { which: 'monthly_bytes', limit: row.maxMonthlyBytes, used: row.monthBytes, reserved: 0 },
  ];
  return all.flatMap(({ limit, ...taken }) => (limit === null ? [] : [{ ...taken, limit }]));
}

/** The limit that is nearest to its end; null where there is none. */
export async function quotaOf(scope: TenantScope): Promise<components['schemas']['UploadQuota'] | null> {
  const share = ({ limit, used, reserved }: Limit): number => (limit === 0 ? 1 : (used + reserved) / limit);
  const [tightest] = (await limitsOf(scope)).toSorted((a, b) => share(b) - share(a));
  if (!tightest) return null;
  const { which, limit, used, reserved } = tightest;
  const isVideos = which === 'videos';
  return {
    which,
    usedBytes: isVideos ? null : used + reserved,
    limitBytes: isVideos ? null : limit,
    usedVideos: isVideos ? used + reserved : null,
    limitVideos: isVideos ? limit : null,
    isNearLimit: share(tightest) >= NEAR_LIMIT_SHARE,
  };
}

/** A tenant's limits and what is taken, in bytes and numbers of videos. */
export interface QuotaReport extends QuotaLimits {
  /** Sent to players this month. */
  readonly egressBytes: number;
  readonly usedBytes: number;
  readonly reservedBytes: number;
  readonly usedVideos: number;
  readonly reservedVideos: number;
  readonly monthBytes: number;
}

/** @throws Error when there is no such tenant. */
export async function reportOf(scope: TenantScope): Promise<QuotaReport> {
  if (!(await scope.trx('tenant').where('id', scope.tenantId).first('id'))) throw new Error(`there is no tenant ${scope.tenantId}`);
  await scope
    .trx('usage')
    .insert({ tenantId: scope.tenantId, month: monthOf(new Date()) })
    .onConflict('tenantId')
    .ignore();
  const row = await usageOf(scope);
  if (!row) throw new Error('a row that was just written is not there');
  const { maxBytes, maxVideos, maxMonthlyBytes, maxMonthlyEgressBytes } = row;
  const { usedBytes, reservedBytes, usedVideos, reservedVideos, monthBytes } = row;
  return {
    ...{ maxBytes, maxVideos, maxMonthlyBytes, maxMonthlyEgressBytes },
    ...{ usedBytes, reservedBytes, usedVideos, reservedVideos, monthBytes },
    egressBytes: await monthlyEgress(scope),
  };
}

/** Changes the limits that are named. */
export async function setQuota(scope: TenantScope, limits: Partial<QuotaLimits>): Promise<QuotaReport> {
  await reportOf(scope);
  if (Object.keys(limits).length > 0) {
    await UsageModel.within(scope).patch(limits);
    await scope.audit('QUOTA_CHANGED', { resourceType: 'tenant', resourceId: scope.tenantId, metadata: { ...limits } });
  }
  return reportOf(scope);
}
