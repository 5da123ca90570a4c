import type { Knex } from 'knex';
import type { Actor } from '../../domain/access/policy.ts';
import type { AuditAction, EventName, EventPayloads } from '../../domain/events/catalogue.ts';
import type { JobName, JobRefs, SendOptions } from '../../domain/jobs/catalogue.ts';

/** Who acts, where. Made from a credential or from a job's payload, never from a path or a body. */
export interface Tenant {
  readonly id: string;
  readonly actor: Actor;
  /** The credential's own row, so that what it opens can be ended with it. */
  readonly credential: Credential;
  readonly requestId: string;
  /** Runs one unit of work in one transaction in which only this tenant's rows exist. Never hold it across the network. */
  within<T>(work: (scope: TenantScope) => Promise<T>): Promise<T>;
}

export type Credential =
  | { readonly kind: 'key'; readonly keyId: string; readonly secretId: string }
  | { readonly kind: 'session'; readonly sessionId: string }
  /** While it is being opened. */
  | { readonly kind: 'link'; readonly linkId: string }
  | { readonly kind: 'job' };

export interface AuditEntry {
  /** For an event that names the entry; else one is made. */
  readonly id?: string;
  readonly resourceType: 'tenant' | 'session' | 'video' | 'annotation' | 'person' | 'share' | 'link' | 'key';
  readonly resourceId: string;
  /** The athlete concerned, when there is one. */
  readonly subjectId?: string | null;
  /** Ids, codes and numbers only. */
  readonly metadata?: Readonly<Record<string, string | number | boolean | null>>;
}

/** One open transaction of one tenant. Exists only inside `within` and goes into every model call. */
export interface TenantScope {
  readonly trx: Knex.Transaction;
  readonly tenantId: string;
  readonly actor: Actor;
  /** Who the log of a change names; null for a job or an operator, who are nobody of the tenant's. */
  readonly personId: string | null;
  /** Queues a job; it exists if and only if this transaction commits. */
  enqueue<Name extends JobName>(job: Name, payload: JobRefs[Name], options?: SendOptions): Promise<void>;
  /** Writes an event to the outbox in this transaction. */
  emit<Name extends EventName>(event: Name, payload: EventPayloads[Name]): Promise<void>;
  /** Writes the audit record when the work has ended, in this transaction: no effect without its trace. */
  audit(action: AuditAction, entry: AuditEntry): Promise<void>;
}
