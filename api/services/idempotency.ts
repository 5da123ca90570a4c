import { uuidv7 } from 'uuidv7';
import { DomainError } from '../../domain/errors.ts';
import { IdempotencyKeyModel, type KeyClaim } from '../platform/models/idempotency-key.ts';
import type { Tenant } from '../platform/tenant.ts';
import type { Answer, Idempotency, KeyedRequest } from './contracts.ts';

const RETRY_AFTER_SECONDS = 1;

/**
 * One effect per key. The key is claimed and settled in short transactions of its own around the work; what happens when a process
 * dies in between is left to the work itself, every piece of which may be repeated.
 */
export const idempotency = (): Idempotency => ({
  once: async (tenant, { key, fingerprint, keeps }, perform) => {
    const claim = { key, fingerprint, claimId: uuidv7() };
    const row = await tenant.within((scope) => IdempotencyKeyModel.claim(scope, claim));
    if (row.claimId === claim.claimId) return { answer: await performed(tenant, claim, keeps, perform), isReplay: false };
    if (!row.fingerprint.equals(fingerprint)) throw new DomainError('idempotency.key_reused');
    if (row.status === null) throw new DomainError('idempotency.in_progress', { extra: { retryAfterSeconds: RETRY_AFTER_SECONDS } });
    return { answer: keeps ? answerOf(row.status, row.body) : await perform(), isReplay: true };
  },
});

const answerOf = (status: number, body: unknown): Answer => (body === null ? { status } : { status, body });

async function performed(tenant: Tenant, claim: KeyClaim, keeps: KeyedRequest['keeps'], perform: () => Promise<Answer>): Promise<Answer> {
  const answer = await perform().catch(async (error: unknown) => {
    // A refusal is no effect, and what failed may be asked for again. If this cannot be written either, the lease runs out.
    await tenant.within((scope) => IdempotencyKeyModel.release(scope, claim)).catch(() => undefined);
    throw error;
  });
  await tenant.within(async (scope) => {
    await IdempotencyKeyModel.finish(scope, claim, { status: answer.status, body: keeps?.(answer.body) ?? null });
    await IdempotencyKeyModel.sweep(scope);
  });
  return answer;
}
