import { createHash } from 'node:crypto';
import { UNRELATED } from '../../domain/access/policy.ts';
import { DomainError } from '../../domain/errors.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { AuditEventModel } from '../platform/models/audit-event.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { AuditLog, AuditQuery } from './contracts.ts';

const DEFAULT_PAGE = 50;

export const auditLog = (): AuditLog => ({
  list: (tenant, query) =>
    tenant.within(async (scope) => {
      const about = { playerId: query.subjectId ?? null, relationship: UNRELATED, consent: new Set<never>() };
      mustBeAllowed(scope, 'audit.read', about);
      const limit = query.limit ?? DEFAULT_PAGE;
      const rows = await page(scope, query, limit + 1);
      const items = rows.slice(0, limit);
      await noteReading(scope, query, items);
      const last = items.at(-1);
      return { items, nextCursor: rows.length > limit && last ? encodeCursor(last.sequence, query) : null };
    }),
});

/** Who looked at an athlete's entries is an entry too, one for each page. What is about nobody is read without a trace. */
async function noteReading(scope: TenantScope, { subjectId }: AuditQuery, items: readonly AuditEventModel[]): Promise<void> {
  const subjects = new Set(items.flatMap((item) => item.subjectId ?? []));
  const isOurs = subjectId !== undefined && (await AppUserModel.within(scope).where('id', subjectId).first()) !== undefined;
  if (isOurs) subjects.add(subjectId);
  if (subjects.size === 0) return;
  const [first = null] = subjects;
  await scope.audit('AUDIT_READ', {
    ...{ resourceType: 'tenant', resourceId: scope.tenantId, subjectId: subjects.size === 1 ? first : null },
    metadata: { entries: items.length, athletes: subjects.size },
  });
}

/** By the chain's own order, latest first: a clock that was set back changes nothing. */
async function page(scope: TenantScope, query: AuditQuery, rows: number): Promise<AuditEventModel[]> {
  const { actorId, action, resourceType, resourceId, subjectId, from, to, cursor } = query;
  const events = AuditEventModel.within(scope).orderBy('sequence', 'desc').limit(rows);
  const wanted = Object.entries({ actorId, action, resourceType, resourceId, subjectId }).filter(([, value]) => value !== undefined);
  void events.where(Object.fromEntries(wanted));
  if (from !== undefined) void events.where('occurredAt', '>=', instant(from, 'from'));
  if (to !== undefined) void events.where('occurredAt', '<', instant(to, 'to'));
  if (cursor !== undefined) void events.where('sequence', '<', decodeCursor(cursor, query));
  return events;
}

/** The contract lets a leap second through, which is no time here. */
function instant(text: string, field: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new DomainError('request.invalid', { field });
  return time;
}

/** A cursor fits the list it was made for and no other. */
const filterMark = ({ actorId, action, resourceType, resourceId, subjectId, from, to }: AuditQuery): string =>
  createHash('sha256')
    .update(JSON.stringify([actorId, action, resourceType, resourceId, subjectId, from, to].map((value) => value ?? null)))
    .digest('base64url')
    .slice(0, 12);

const encodeCursor = (sequence: number, query: AuditQuery): string =>
  Buffer.from(JSON.stringify([sequence, filterMark(query)])).toString('base64url');

function decodeCursor(cursor: string, query: AuditQuery): number {
  const match = /^\[(\d{1,15}),"([\w-]{12})"\]$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match || match[2] !== filterMark(query)) throw new DomainError('cursor.invalid', { field: 'cursor' });
  return Number(match[1]);
}
