import type { TenantScope } from '../tenant.ts';
import { TenantModel } from './model.ts';

/** A claim on a key, as a request makes it. */
export interface KeyClaim {
  readonly key: string;
  readonly fingerprint: Buffer;
  readonly claimId: string;
}

const LEASE_SECONDS = 30;
const KEPT_HOURS = 24;
/** More than a request adds, so that what has expired never piles up. */
const SWEPT_AT_ONCE = 20;

export class IdempotencyKeyModel extends TenantModel {
  static override tableName = 'idempotencyKey';
  static override get idColumn(): string[] {
    return ['tenantId', 'principalId', 'key'];
  }
  static override get jsonAttributes(): string[] {
    return ['body'];
  }
  declare principalId: string;
  declare key: string;
  /** SHA-256 of what was asked for. */
  declare fingerprint: Buffer;
  declare state: 'in_flight' | 'done';
  declare claimId: string;
  declare leaseUntil: Date;
  /** Null while in flight. */
  declare status: number | null;
  /** Null where the answer has none, or may not be kept. */
  declare body: unknown;
  declare expiresAt: Date;

  /**
   * Takes the key when it is new, has expired, or was left by a request that died with the same wish. The row as it stands
   * afterwards tells whose it is. One statement decides, and locks the row also when it is not taken, so it cannot vanish before
   * it is read.
   */
  static async claim(scope: TenantScope, { key, fingerprint, claimId }: KeyClaim): Promise<IdempotencyKeyModel> {
    await scope.trx.raw(
      `insert into idempotency_key as held (tenant_id, principal_id, key, fingerprint, claim_id, lease_until, expires_at)
       values (?, ?, ?, ?, ?, now() + make_interval(secs => ?), now() + make_interval(hours => ?))
       on conflict (tenant_id, principal_id, key) do update
         set fingerprint = excluded.fingerprint, claim_id = excluded.claim_id, lease_until = excluded.lease_until,
           state = 'in_flight', status = null, body = null, created_at = now(), expires_at = excluded.expires_at
         where held.expires_at <= now()
           or (held.state = 'in_flight' and held.lease_until <= now() and held.fingerprint = excluded.fingerprint)`,
      [scope.tenantId, scope.actor.id, key, fingerprint, claimId, LEASE_SECONDS, KEPT_HOURS],
    );
    return this.within(scope).where({ principalId: scope.actor.id, key }).first().throwIfNotFound();
  }

  /** Does nothing where another request has taken over meanwhile. */
  static async finish(scope: TenantScope, { key, claimId }: KeyClaim, answer: Pick<IdempotencyKeyModel, 'status' | 'body'>): Promise<void> {
    await this.within(scope)
      .where({ principalId: scope.actor.id, key, claimId })
      .patch({ state: 'done', ...answer });
  }

  static async release(scope: TenantScope, { key, claimId }: KeyClaim): Promise<void> {
    await this.within(scope).where({ principalId: scope.actor.id, key, claimId }).delete();
  }

  /** Removes some of the tenant's expired keys. Waits for nobody, so it cannot be part of a deadlock. */
  static async sweep(scope: TenantScope): Promise<void> {
    await scope.trx.raw(
      `delete from idempotency_key where (tenant_id, principal_id, key) in (
         select tenant_id, principal_id, key from idempotency_key
         where tenant_id = ? and expires_at <= now() order by expires_at limit ? for update skip locked)`,
      [scope.tenantId, SWEPT_AT_ONCE],
    );
  }

  /**
   * Removes the tenant's oldest expired keys, as somebody who may not change any. One such transaction at a time: two could wait for
   * each other's rows. A key that is taken anew meanwhile stays: the second look at its expiry is at the row as it is then.
   * @returns how many; 0 while another works on them.
   */
  static async purge(scope: TenantScope, atMost: number): Promise<number> {
    const { rows } = await scope.trx.raw<{ rows: { mine: boolean }[] }>(
      `select pg_try_advisory_xact_lock(hashtextextended('idempotency_key ' || ?::text, 0)) as mine`,
      [scope.tenantId],
    );
    if (rows[0]?.mine !== true) return 0;
    const { rowCount } = await scope.trx.raw<{ rowCount: number | null }>(
      `delete from idempotency_key where tenant_id = :tenant and expires_at <= now() and (principal_id, key) in (
         select principal_id, key from idempotency_key
         where tenant_id = :tenant and expires_at <= now() order by expires_at limit :atMost)`,
      { tenant: scope.tenantId, atMost },
    );
    return rowCount ?? 0;
  }
}
