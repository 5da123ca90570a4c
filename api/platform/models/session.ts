import type { Scope } from '../../../domain/access/roles.ts';
import { TenantModel } from './model.ts';

export class SessionModel extends TenantModel {
  static override tableName = 'session';
  declare id: string;
  declare userId: string;
  /** It hangs on a key or on a link. */
  declare apiKeyId: string | null;
  declare linkId: string | null;
  declare tokenSha256: Buffer;
  declare scopes: Scope[];
  declare origins: string[];
  declare onlyPlayerIds: string[] | null;
  declare onlyVideoIds: string[] | null;
  declare expiresAt: Date;
  declare endedAt: Date | null;
}

export class ApiKeyModel extends TenantModel {
  static override tableName = 'apiKey';
  declare id: string;
  declare userId: string;
  declare secretSha256: Buffer;
  declare scopes: Scope[];
  declare expiresAt: Date | null;
  declare revokedAt: Date | null;
  declare lastUsedAt: Date | null;
}
