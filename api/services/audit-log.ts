import { DomainError } from '../../domain/errors.ts';
import type { AuditEventModel } from '../platform/models/audit-event.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { exportAudit } from './audit-export.ts';
import { matchingEvents, mustMayReadAudit, ownSubject } from './audit-query.ts';
import type { AuditLog, AuditQuery } from './contracts.ts';
import { cursorMark } from './cursor-mark.ts';

const DEFAULT_PAGE = 50;

export const auditLog = (): AuditLog => ({
  list: (tenant, query) =>
    tenant.within(async (scope) => {
      mustMayReadAudit(scope, query);
      const limit = query.limit ?? DEFAULT_PAGE;
      const rows = await page(scope, query, limit + 1);
      const items = rows.slice(0, limit);
      await noteReading(scope, query, items);
      const last = items.at(-1);
      return { items, nextCursor: rows.length > limit && last ? encodeCursor(last.sequence, markOf(scope, query)) : null };
    }),
  export: exportAudit,
});

/** Who looked at an athlete's entries is an entry too, one for each page. What is about nobody is read without a trace. */
async function noteReading(scope: TenantScope, query: AuditQuery, items: readonly AuditEventModel[]): Promise<void> {
  const subjects = new Set(items.flatMap((item) => item.subjectId ?? []));
  const asked = await ownSubject(scope, query);
  if (asked !== null) subjects.add(asked);
  if (subjects.size === 0) return;
  const [first = null] = subjects;
  await scope.audit('AUDIT_READ', {
    ...{ resourceType: 'tenant', resourceId: scope.tenantId, subjectId: subjects.size === 1 ? first : null },
    metadata: { entries: items.length, athletes: subjects.size },
  });
}

/** By the chain's own order, latest first: a clock that was set back changes nothing. */
async function page(scope: TenantScope, query: AuditQuery, rows: number): Promise<AuditEventModel[]> {
  const { cursor, limit: _limit, ...filters } = query;
  const events = matchingEvents(scope, filters).orderBy('sequence', 'desc').limit(rows);
  if (cursor !== undefined) void events.where('sequence', '<', decodeCursor(cursor, markOf(scope, query)));
  return events;
}

const markOf = ({ tenantId }: TenantScope, query: AuditQuery): string => {
  const { actorId, action, resourceType, resourceId, subjectId, from, to, kind } = query;
  return cursorMark(tenantId, [actorId, action, resourceType, resourceId, subjectId, from, to, kind]);
};

const encodeCursor = (sequence: number, mark: string): string => Buffer.from(JSON.stringify([sequence, mark])).toString('base64url');

function decodeCursor(cursor: string, mark: string): number {
  const match = /^\[(\d{1,15}),"([\w-]{12})"\]$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match || match[2] !== mark) throw new DomainError('cursor.invalid', { field: 'cursor' });
  return Number(match[1]);
}
