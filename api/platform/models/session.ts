import type { Scope } from '../../../domain/access/roles.ts';
import type { KeyMode } from '../secrets.ts';
import type { TenantScope } from '../tenant.ts';
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
  declare scopes: Scope[];
  declare expiresAt: Date | null;
  declare revokedAt: Date | null;
  declare mode: KeyMode;
  declare createdAt: Date;
}

/** A key has one, or for a while after a rotation more. */
export class ApiKeySecretModel extends TenantModel {
  static override tableName = 'apiKeySecret';
  declare id: string;
  declare apiKeyId: string;
  declare secretSha256: Buffer;
  declare createdAt: Date;
  /** Null while no newer one has taken its place. */
  declare expiresAt: Date | null;
  /** To the minute. */
  declare lastUsedAt: Date | null;

  /** Also when it was ended while this transaction was waiting. */
  static async isGood(scope: TenantScope, secretId: string): Promise<boolean> {
    const { rows } = await scope.trx.raw<{ rows: { isGood: boolean }[] }>(
      `select exists (select from api_key_secret s join api_key k on k.tenant_id = s.tenant_id and k.id = s.api_key_id
         where s.tenant_id = ? and s.id = ? and (s.expires_at is null or s.expires_at > clock_timestamp())
           and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp())) as "isGood"`,
      [scope.tenantId, secretId],
    );
    return rows[0]?.isGood === true;
  }
}
