import type { AuditLog } from '../services/contracts.ts';
import { toAuditEvent } from './audit-event.view.ts';
import type { Handlers } from './operation.ts';

export const auditRoutes = (auditLog: AuditLog): Pick<Handlers, 'listAuditEvents' | 'exportAuditEvents'> => ({
  async listAuditEvents({ tenant, query }) {
    const { items, nextCursor } = await auditLog.list(tenant, query);
    return { status: 200, body: { items: items.map(toAuditEvent), nextCursor } };
  },

  async exportAuditEvents({ tenant, query }) {
    return { stream: await auditLog.export(tenant, query) };
  },
});
