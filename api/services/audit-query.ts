import { UNRELATED } from '../../domain/access/policy.ts';
import { ANOMALY_ACTIONS } from '../../domain/events/catalogue.ts';
import { DomainError } from '../../domain/errors.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import { AuditEventModel } from '../platform/models/audit-event.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { AuditQuery } from './contracts.ts';

/** What narrows the log, without where in it one stands. */
export type AuditFilters = Omit<AuditQuery, 'limit' | 'cursor'>;

/** @throws DomainError `access.*` */
export function mustMayReadAudit(scope: TenantScope, { subjectId }: AuditFilters): void {
  const about = { playerId: subjectId ?? null, relationship: UNRELATED, consent: new Set<never>() };
  mustBeAllowed(scope, 'audit.read', about);
}

/** The filters that are more than a range of time, by name. */
export const narrowingOf = ({
  actorId,
  action,
  resourceType,
  resourceId,
  subjectId,
  kind,
}: AuditFilters): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({ actorId, action, resourceType, resourceId, subjectId, kind }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/** Everything in the log that was asked for. */
export function matchingEvents(scope: TenantScope, { from, to, ...filters }: AuditFilters) {
  const { kind, ...columns } = narrowingOf(filters);
  const events = AuditEventModel.within(scope).where(columns);
  if (kind !== undefined) void events.whereIn('action', [...ANOMALY_ACTIONS]);
  if (from !== undefined) void events.where('occurredAt', '>=', instant(from, 'from'));
  if (to !== undefined) void events.where('occurredAt', '<', instant(to, 'to'));
  return events;
}

/** The contract lets a leap second through, which is no time here. @throws DomainError `request.invalid` */
export function instant(text: string, field: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new DomainError('request.invalid', { field });
  return time;
}

/** The athlete who was asked about, where that is one of ours. */
export async function ownSubject(scope: TenantScope, { subjectId }: AuditFilters): Promise<string | null> {
  if (subjectId === undefined) return null;
  return (await AppUserModel.within(scope).where('id', subjectId).first())?.id ?? null;
}
