import type { components } from '../../domain/generated/openapi.ts';
import type { AuditEventModel } from '../platform/models/audit-event.ts';

export const toAuditEvent = (event: AuditEventModel): components['schemas']['AuditEvent'] => {
  const { id, sequence, chainHash, occurredAt, actorId, action, resourceType, resourceId, subjectId, requestId, metadata } = event;
  return {
    ...{ id, sequence, chainHash: chainHash.toString('hex'), occurredAt: occurredAt.toISOString() },
    ...{ actorId, action, resourceType, resourceId, subjectId, requestId, metadata },
  };
};
