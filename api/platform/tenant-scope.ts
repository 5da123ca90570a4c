import type { Knex } from 'knex';
import { uuidv7 } from 'uuidv7';
import type { Actor } from '../../domain/access/policy.ts';
import { MissingRow } from './missing-row.ts';
import type { JobSender } from './queue.ts';
import type { AuditAction } from '../../domain/events/catalogue.ts';
import type { JobPayloads } from '../../domain/jobs/catalogue.ts';
import type { Credential, Tenant, TenantScope } from './tenant.ts';

export interface TenantIdentity {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly credential: Credential;
  readonly requestId: string;
}

/** What a unit of work stands on. Without a sender nothing can be queued. */
export interface TenantPlatform {
  readonly database: Knex;
  readonly sender: JobSender | null;
  /** Hears of every id that was not found, where requests are answered. */
  readonly missing?: { note(identity: TenantIdentity, missing: MissingRow): void };
}

/** Binds an identity to the database: every unit of work sees this tenant's rows and no others. */
export const bindTenant = (platform: TenantPlatform, identity: TenantIdentity): Tenant => ({
  id: identity.tenantId,
  actor: identity.actor,
  credential: identity.credential,
  requestId: identity.requestId,
  within: async (work) => {
    try {
      return await inTransaction(platform, identity, work);
    } catch (error) {
      // The work is rolled back by now, and its audit with it: what points at another tenant is noted on its own, and later.
      if (error instanceof MissingRow) platform.missing?.note(identity, error);
      throw error;
    }
  },
});

const inTransaction = <T>(
  { database, sender }: TenantPlatform,
  identity: TenantIdentity,
  work: (scope: TenantScope) => Promise<T>,
): Promise<T> =>
  database.transaction(async (trx) => {
    // Local to the transaction: a pooled connection must not remember a tenant. Waits are bounded, so that a duplicate
    // job or a locked row becomes an answer and not a hanging request.
    const opening = trx.raw(
      `select set_config('app.tenant_id', ?, true), set_config('statement_timeout', '15s', true), set_config('lock_timeout', '5s', true),
        set_config('idle_in_transaction_session_timeout', '30s', true)`,
      [identity.tenantId],
    );
    await opening.options({ name: 'tenant' });
    const audits: AuditRow[] = [];
    const result = await work(openScope(trx, identity, sender, audits));
    // Last of all, in one statement: an audit row holds its tenant's chain until the commit, and whoever holds the chain and then
    // waits for another row can be waited for.
    if (audits.length > 0) await trx('auditEvent').insert(audits);
    return result;
  });

interface AuditRow {
  readonly tenantId: string;
  readonly id: string;
  readonly actorId: string | null;
  readonly action: AuditAction;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly subjectId: string | null;
  readonly requestId: string;
  readonly metadata: string;
}

const openScope = (
  trx: Knex.Transaction,
  { tenantId, actor, requestId, credential }: TenantIdentity,
  sender: JobSender | null,
  audits: AuditRow[],
): TenantScope => ({
  trx,
  tenantId,
  actor,
  personId: credential.kind === 'job' ? null : actor.id,
  enqueue: async (job, payload, options) => {
    if (sender === null) throw new Error(`nothing here sends ${job}`);
    await sender.send(trx, job, { ...payload, tenantId } as JobPayloads[typeof job], options);
  },
  emit: async (name, payload) => {
    await trx('event').insert({ tenantId, id: uuidv7(), name, payload: JSON.stringify(payload) });
  },
  audit: (action, entry) => {
    audits.push({
      tenantId,
      id: entry.id ?? uuidv7(),
      actorId: credential.kind === 'job' ? null : actor.id,
      action,
      resourceType: entry.resourceType,
      resourceId: entry.resourceId,
      subjectId: entry.subjectId ?? null,
      requestId,
      metadata: JSON.stringify(entry.metadata ?? {}),
    });
    return Promise.resolve();
  },
});
