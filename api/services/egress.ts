import type { Knex } from 'knex';
import { DomainError } from '../../domain/errors.ts';
import { SCOPES } from '../../domain/access/roles.ts';
import { bindTenant } from '../platform/tenant-scope.ts';
import type { TenantScope } from '../platform/tenant.ts';

/** Bytes that went to players. */
export interface Egress {
  /** Through us, to the last byte that left. */
  readonly sentBytes: number;
  /** Granted at the store: at most so many left there. */
  readonly grantedBytes: number;
}

/** Counts in memory and writes down every few seconds: a byte is not worth a transaction. */
export interface EgressMeter {
  sent(tenantId: string, bytes: number): void;
  /** A player fetches one segment more than once within a minute when it changes quality or seeks: that counts once. */
  granted(tenantId: string, grant: { readonly leaseRow: string; readonly fileName: string; readonly bytes: number }): void;
  /** What was counted and is not yet written. */
  pending(tenantId: string): Egress;
  /** What could not be written is kept for the next time. Rejects then. */
  flush(): Promise<void>;
  /** Writes the last of it. */
  stop(): Promise<void>;
}

export interface EgressMeterOptions {
  readonly database: Knex;
  readonly onError: (error: unknown) => void;
  readonly flushEveryMs?: number;
  readonly now?: () => Date;
}

const GRANT_MS = 60_000;
/** Forgotten beyond that, and then counted again: an upper bound stays one. */
const MAX_GRANTS = 100_000;
const NOTHING: Egress = { sentBytes: 0, grantedBytes: 0 };
const sum = (a: Egress, b: Egress): Egress => ({ sentBytes: a.sentBytes + b.sentBytes, grantedBytes: a.grantedBytes + b.grantedBytes });

export function egressMeter({ database, onError, flushEveryMs = 5000, now = () => new Date() }: EgressMeterOptions): EgressMeter {
  let counted = new Map<string, Egress>();
  let writing: Promise<void> = Promise.resolve();
  const inFlight = new Map<string, Egress>();
  const grants = new Map<string, number>();
  const add = (tenantId: string, more: Egress): void => void counted.set(tenantId, sum(counted.get(tenantId) ?? NOTHING, more));

  const writeAll = async (): Promise<void> => {
    const batch = counted;
    counted = new Map();
    for (const [tenantId, egress] of batch) inFlight.set(tenantId, egress);
    const faults: unknown[] = [];
    for (const [tenantId, egress] of batch)
      try {
        await addToDay(database, tenantId, egress, now());
      } catch (error) {
        add(tenantId, egress);
        faults.push(error);
      } finally {
        inFlight.delete(tenantId);
      }
    if (faults.length > 0) throw new AggregateError(faults, 'egress could not be written down');
  };

  const flush = (): Promise<void> => {
    const turn = writing.then(writeAll);
    writing = turn.catch(() => undefined);
    return turn;
  };
  const timer = setInterval(() => void flush().catch(onError), flushEveryMs).unref();

  return {
    sent: (tenantId, bytes) => add(tenantId, { sentBytes: bytes, grantedBytes: 0 }),
    granted: (tenantId, { leaseRow, fileName, bytes }) => {
      const at = now().getTime();
      const key = `${leaseRow}/${fileName}`;
      if (at - (grants.get(key) ?? -Infinity) < GRANT_MS) return;
      forgetOld(grants, at);
      grants.delete(key);
      grants.set(key, at);
      add(tenantId, { sentBytes: 0, grantedBytes: bytes });
    },
    pending: (tenantId) => sum(counted.get(tenantId) ?? NOTHING, inFlight.get(tenantId) ?? NOTHING),
    flush,
    stop: () => {
      clearInterval(timer);
      return flush();
    },
  };
}

/** In the order in which they were granted: the first that is young enough ends it. */
function forgetOld(grants: Map<string, number>, at: number): void {
  for (const [key, grantedAt] of grants) {
    if (grants.size < MAX_GRANTS && at - grantedAt < GRANT_MS) return;
    grants.delete(key);
  }
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** Adds to what a tenant's players were sent on the day. */
export const addToDay = (database: Knex, tenantId: string, { sentBytes, grantedBytes }: Egress, at: Date): Promise<void> =>
  bindTenant(
    { database, sender: null },
    {
      tenantId,
      actor: { id: tenantId, role: 'admin', scopes: new Set(SCOPES), onlyPlayerIds: null, onlyVideoIds: null },
      credential: { kind: 'job' },
      requestId: 'egress',
    },
  ).within(async ({ trx }) => {
    await trx.raw(
      `insert into egress (tenant_id, day, sent_bytes, granted_bytes) values (:tenantId, :day, :sentBytes, :grantedBytes)
       on conflict (tenant_id, day) do update set sent_bytes = egress.sent_bytes + :sentBytes, granted_bytes = egress.granted_bytes + :grantedBytes`,
      { tenantId, day: dayOf(at), sentBytes, grantedBytes },
    );
  });

/** What was written down of this month of UTC. */
export async function monthlyEgress({ trx, tenantId }: TenantScope): Promise<number> {
  const firstDay = `${dayOf(new Date()).slice(0, 7)}-01`;
  const { rows } = await trx.raw<{ rows: { bytes: number }[] }>(
    'select coalesce(sum(sent_bytes + granted_bytes), 0)::bigint as bytes from egress where tenant_id = ? and day >= ?',
    [tenantId, firstDay],
  );
  return rows[0]?.bytes ?? 0;
}

/** @throws DomainError `playback.egress_exceeded` with the numbers, when the tenant's players were sent as much as a month may hold. */
export async function mustHaveEgress(scope: TenantScope, meter: EgressMeter): Promise<void> {
  const row = await scope
    .trx<{ readonly tenantId: string; readonly maxMonthlyEgressBytes: number | null }>('usage')
    .where('tenantId', scope.tenantId)
    .first('maxMonthlyEgressBytes');
  const limit = row?.maxMonthlyEgressBytes ?? null;
  if (limit === null) return;
  const { sentBytes, grantedBytes } = meter.pending(scope.tenantId);
  const used = (await monthlyEgress(scope)) + sentBytes + grantedBytes;
  if (used >= limit) throw new DomainError('playback.egress_exceeded', { extra: { which: 'monthly_egress', limit, used } });
}
