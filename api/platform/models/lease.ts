import type { ActorRole } from '../../../domain/access/roles.ts';
import { TenantModel } from './model.ts';

export class LeaseModel extends TenantModel {
  static override tableName = 'playbackLease';
  declare id: string;
  declare leaseSha256: Buffer;
  declare videoId: string;
  declare attemptId: string;
  declare userId: string;
  declare sessionId: string | null;
  declare apiKeyId: string | null;
  /** The role the decision was made for. */
  declare role: ActorRole;
  declare accessEpoch: number;
  declare expiresAt: Date;
  declare absoluteExpiresAt: Date;
  declare revokedAt: Date | null;
}
