import type { AuditAction } from '../../../domain/events/catalogue.ts';
import { TenantModel } from './model.ts';

export class AuditEventModel extends TenantModel {
  static override tableName = 'auditEvent';
  static override get idColumn(): string[] {
    return ['tenantId', 'id', 'occurredAt'];
  }
  declare id: string;
  /** Its place in the tenant's chain, from 1. */
  declare sequence: number;
  declare chainHash: Buffer;
  declare occurredAt: Date;
  /** Null for a job or an operator. */
  declare actorId: string | null;
  declare action: AuditAction;
  declare resourceType: string;
  declare resourceId: string;
  /** The athlete concerned. */
  declare subjectId: string | null;
  declare requestId: string | null;
  declare metadata: Readonly<Record<string, string | number | boolean | null>>;
}
