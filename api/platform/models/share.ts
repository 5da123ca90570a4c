import { TenantModel } from './model.ts';

/** What was shown to people by name. It is made once, and ends once. */
export class ShareModel extends TenantModel {
  static override tableName = 'share';
  declare id: string;
  declare videoId: string;
  declare createdById: string;
  declare canComment: boolean;
  declare message: string | null;
  declare expiresAt: Date | null;
  declare revokedAt: Date | null;
  declare revokedById: string | null;
  /** Of the request that made it. */
  declare requestSha256: Buffer | null;
  declare createdAt: Date;
}

export class ShareRecipientModel extends TenantModel {
  static override tableName = 'shareRecipient';
  static override get idColumn(): string[] {
    return ['tenantId', 'shareId', 'personId'];
  }
  declare shareId: string;
  declare personId: string;
  declare reason: 'named' | 'second_adult';
}
