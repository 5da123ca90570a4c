import { leasesAlive, proveRows } from '../platform/erasure-proof.ts';
import { ErasureModel, type Counts } from '../platform/models/erasure.ts';
import { HOLDING_KINDS, type ObjectStore } from '../platform/object-store.ts';
import { sha256 } from '../platform/secrets.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { idsOf, prefixesOf } from './erasure-purge.ts';

/** What was looked for, everywhere, and how often it was found. */
export interface Proof {
  /** By place; every place that was looked at is there. Nothing is left when all are 0. */
  readonly found: Counts;
  /** What other people's rows name, by column: an id of whom nothing is left. */
  readonly kept: Counts;
}

export const leftOverOf = ({ found }: Proof): Counts => Object.fromEntries(Object.entries(found).filter(([, count]) => count !== 0));

/** Looks for what a purge should have removed, by other means and with the rights to read alone. */
export const prove =
  (store: ObjectStore, asVerifier: (tenant: Tenant) => Tenant) =>
  async (tenant: Tenant, erasureId: string): Promise<Proof> => {
    const verifier = asVerifier(tenant);
    const [erasure, rows] = await verifier.within(async (scope) => {
      const found = await ErasureModel.within(scope).where('id', erasureId).first().throwIfNotFound();
      const { people, videos, takeouts } = idsOf(found);
      return [found, await proveRows(scope, [...people, ...videos, ...takeouts], people)] as const;
    });
    const { leases = [], uploads = [] } = erasure.probes;
    const alive = await verifier.within((scope) => leasesAlive(scope, leases));
    const own = tenantStore(store, tenant.id);
    let taken = 0;
    for (const { key, uploadId } of uploads) if (!(await own.refusesPart(key, uploadId))) taken += 1;
    const stored = await holdingsOf(own, prefixesOf(tenant.id, erasure));
    return { found: { ...rows.found, ...stored, 'leases:alive': alive, 'addresses:taken': taken }, kept: rows.kept };
  };

/** By the listing of versions and, once more, by the listings that everything else uses. */
async function holdingsOf(own: ObjectStore, prefixes: readonly string[]): Promise<Counts> {
  const counts: Record<string, number> = Object.fromEntries(HOLDING_KINDS.map((kind) => [`store:${kind}`, 0]));
  let listed = 0;
  for (const prefix of prefixes) {
    for await (const { kind } of own.holdings(prefix)) counts[`store:${kind}`] = (counts[`store:${kind}`] ?? 0) + 1;
    for await (const key of own.list(prefix)) listed += key === '' ? 0 : 1;
  }
  return { ...counts, 'store:listed': listed };
}

/**
 * Writes down what the proof came to, in one transaction with whatever settles the job: a receipt that the audit log vouches for, or
 * what was found. A receipt is never written for anything that is left.
 */
export async function conclude(scope: TenantScope, erasureId: string, proof: Proof): Promise<'verified' | 'refused'> {
  const erasure = await ErasureModel.within(scope).where('id', erasureId).first().forUpdate().throwIfNotFound();
  if (erasure.state === 'verified') return 'verified';
  const leftOver = leftOverOf(proof);
  const { personId } = erasure;
  const about = { resourceType: 'person', resourceId: personId, subjectId: personId } as const;
  if (Object.keys(leftOver).length > 0) {
    const total = Object.values(leftOver).reduce((sum, count) => sum + Math.abs(count), 0);
    await ErasureModel.within(scope)
      .where('id', erasureId)
      .patch({ state: 'refused', leftOver, dueAt: new Date(Date.now() + RETRY_MS) });
    await scope.audit('PERSON_ERASURE_REFUSED', { ...about, metadata: { erasureId, leftOver: total } });
    await scope.emit('erasure.refused', { erasureId, leftOver: total });
    return 'refused';
  }
  const verifiedAt = new Date();
  const receipt = JSON.stringify(receiptOf(scope.tenantId, erasure, proof, verifiedAt), null, 2);
  const receiptSha256 = sha256(receipt).toString('hex');
  await ErasureModel.within(scope)
    .where('id', erasureId)
    .patch({ state: 'verified', leftOver: {}, probes: {}, receipt, receiptSha256, verifiedAt });
  await scope.audit('PERSON_ERASED', { ...about, metadata: { erasureId, receiptSha256 } });
  await scope.emit('erasure.verified', { erasureId });
  return 'verified';
}

/** Until a refused erasure is tried again. Milliseconds. */
const RETRY_MS = 15 * 60_000;

const receiptOf = (tenantId: string, erasure: ErasureModel, { found, kept }: Proof, verifiedAt: Date) => ({
  format: 'erasure-receipt-1',
  tenantId,
  erasureId: erasure.id,
  personId: erasure.personId,
  requestedAt: erasure.requestedAt.toISOString(),
  verifiedAt: verifiedAt.toISOString(),
  /** What there was when it was asked for. */
  found: erasure.counts,
  /** At least so much was removed: a removal that was interrupted may not have been counted. */
  removed: erasure.removed,
  /** Looked for and not found, by another role and another way than the removal. */
  absent: found,
  /** Rows of others that name an id of whom nothing is left. */
  kept,
});
