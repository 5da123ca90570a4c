import { uuidv7 } from 'uuidv7';
import { ANOMALY_ACTIONS, type AnomalyAction } from '../../domain/events/catalogue.ts';
import type { MissingRow, RowKind } from './missing-row.ts';
import { bindTenant, type TenantIdentity, type TenantPlatform } from './tenant-scope.ts';
import type { TenantScope } from './tenant.ts';

/** Whether ids that were not found belong to somebody else is looked up here, after the answer has been given. */
export interface MissingIds {
  note(identity: TenantIdentity, missing: MissingRow): void;
  /** Looks at everything that was noted. */
  flush(): Promise<void>;
  /** Looks at the last of it. */
  stop(): Promise<void>;
}

export interface MissingIdsOptions {
  readonly onError: (error: unknown) => void;
  readonly everyMs?: number;
  readonly maxWaiting?: number;
}

interface Note {
  readonly identity: TenantIdentity;
  readonly missing: MissingRow;
}

/**
 * Behind the answer and by a clock of its own: a request for another tenant's id does exactly what one for an id that never was does,
 * and neither its own time nor that of the next request tells them apart. What a crash takes with it is the last moment's attempts,
 * which had no effect.
 */
export function watchMissingIds(platform: TenantPlatform, { onError, everyMs = 100, maxWaiting = 10_000 }: MissingIdsOptions): MissingIds {
  let waiting: Note[] = [];
  let dropped = 0;
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    timer = null;
    const [notes, lost] = [waiting, dropped];
    [waiting, dropped] = [[], 0];
    if (lost > 0) onError(new Error(`${String(lost)} missing ids were not looked at: too many at once`));
    for (const { identity, missing } of notes) {
      const { kind, wantedId } = missing;
      const suspect = { action: 'CROSS_TENANT_ATTEMPT', kind, wantedId } as const;
      await bindTenant(platform, identity)
        .within((scope) => noteIfForeign(scope, suspect))
        .catch(onError);
    }
  };
  const flush = (): Promise<void> => (looking = looking.then(look));

  return {
    note: (identity, missing) => {
      if (waiting.length < maxWaiting) waiting.push({ identity, missing });
      else dropped += 1;
      timer ??= setTimeout(() => void flush(), everyMs);
    },
    flush,
    stop: async () => {
      if (timer) clearTimeout(timer);
      await flush();
    },
  };
}

export interface Suspect {
  readonly action: AnomalyAction;
  readonly kind: RowKind;
  readonly wantedId: string;
}

/** Enters the anomaly and tells of it where the id is another tenant's; says whether it is. */
export async function noteIfForeign(scope: TenantScope, { action, kind, wantedId }: Suspect): Promise<boolean> {
  const { rows } = await scope.trx.raw<{ rows: { foreign: boolean }[] }>('select is_foreign_id(?, ?) as foreign', [kind, wantedId]);
  if (!rows[0]?.foreign) return false;
  const resourceType = kind === 'upload' ? 'video' : kind;
  const auditId = uuidv7();
  await scope.audit(action, { id: auditId, resourceType, resourceId: wantedId });
  await scope.emit('security.anomaly', { action, auditId });
  return true;
}

/** How often each kind of anomaly is in a tenant's log, and when last. */
export interface AnomalyCount {
  readonly action: AnomalyAction;
  readonly count: number;
  readonly latestAt: Date;
}

export const countAnomalies = async ({ trx, tenantId }: TenantScope): Promise<readonly AnomalyCount[]> =>
  trx('auditEvent')
    .where({ tenantId })
    .whereIn('action', [...ANOMALY_ACTIONS])
    .groupBy('action')
    .orderBy('action')
    .select<AnomalyCount[]>('action', trx.raw('count(*)'), trx.raw('max(occurred_at) as latest_at'));
