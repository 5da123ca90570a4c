import type { AuditLog } from '../services/contracts.ts';
import { toAuditEvent } from './audit-event.view.ts';
import type { Handlers } from './operation.ts';

export const auditRoutes = (auditLog: AuditLog): Pick<Handlers, 'listAuditEvents'> => ({
  async listAuditEvents({ tenant, query }) {
    const { items, nextCursor } = await auditLog.list(tenant, query);
    return { status: 200, body: { items: items.map(toAuditEvent), nextCursor } };
  },
});
