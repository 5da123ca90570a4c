import { raw } from 'objection';
import type { LinkKind } from '../../../domain/access/roles.ts';
import type { TenantScope } from '../tenant.ts';
import { TenantModel } from './model.ts';

/** A link to look at one video, or to send clips of one athlete. Of its token only the hash is kept. */
export class AccessLinkModel extends TenantModel {
  static override tableName = 'accessLink';
  declare id: string;
  declare kind: LinkKind;
  declare tokenSha256: Buffer;
  /** The person that whoever holds the link acts as. */
  declare guestId: string;
  declare createdById: string;
  declare videoId: string | null;
  declare canComment: boolean;
  declare playerId: string | null;
  declare label: string | null;
  declare passwordHash: string | null;
  declare maxUses: number | null;
  declare useCount: number;
  declare failedPasswords: number;
  declare lockedUntil: Date | null;
  declare expiresAt: Date;
  declare revokedAt: Date | null;
  declare revokedById: string | null;
  declare suspendedAt: Date | null;
  /** Of the request that made it. */
  declare requestSha256: Buffer | null;
  declare createdAt: Date;

  /** Takes one use of a link to send by, while it is in force and has any left. */
  static async countUpload(scope: TenantScope, guestId: string): Promise<boolean> {
    const counted = await AccessLinkModel.within(scope)
      .where({ guestId, kind: 'upload', revokedAt: null, suspendedAt: null })
      .whereRaw('expires_at > now() and (max_uses is null or use_count < max_uses)')
      .patch({ useCount: raw('use_count + 1') });
    return counted === 1;
  }
}

/** One opening that was counted. */
export class LinkVisitModel extends TenantModel {
  static override tableName = 'linkVisit';
  declare id: string;
  declare linkId: string;
  declare visitSha256: Buffer;
  declare endsAt: Date;
  declare createdAt: Date;
}
