import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { recently } from './recently.ts';
import { sha256 } from './secrets.ts';
import type { Tenant } from './tenant.ts';

/** Requests a minute, of the whole deployment. */
export interface RateLimitSettings {
  readonly perKey: number;
  readonly perSession: number;
  /** All keys and sessions of a tenant together, so that the sessions of one club do not slow down another. */
  readonly perTenant: number;
  /** Credentials that were refused, of one address. */
  readonly refusalsPerAddress: number;
  /** How many processes share each of these: every one counts for itself and grants its part. */
  readonly processes: number;
}

/** What one limit says of one caller now. */
export interface Standing {
  readonly limit: 'key' | 'session' | 'tenant' | 'refusals';
  readonly quota: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface Verdict {
  readonly standings: readonly Standing[];
  /** The limit that says no; null when none does. */
  readonly exceeded: Standing | null;
}

export interface RateLimits {
  /**
   * Whether an address has had too many credentials refused to be asked about another. A credential that was let in a while ago is:
   * somebody at the same address must not be able to lock others out.
   */
  before(address: string, bearer: string | null): Promise<Verdict>;
  /** Counts a request of somebody who has been let in. */
  count(bearer: string | null, tenant: Tenant): Promise<Verdict>;
  /** Counts a credential that was refused. */
  refused(address: string): Promise<Verdict>;
}

const WINDOW_SECONDS = 60;
/** As long as a session lives. */
const REMEMBERED_MS = 15 * 60_000;

interface Counter {
  readonly limit: Standing['limit'];
  readonly quota: number;
  readonly counts: RateLimiterMemory;
}

/** In memory: to ask the database would cost what it is to be protected from. */
export function rateLimits(settings: RateLimitSettings): RateLimits {
  const counter = (limit: Standing['limit'], perMinute: number): Counter => {
    const quota = Math.max(1, Math.floor(perMinute / settings.processes));
    return { limit, quota, counts: new RateLimiterMemory({ points: quota, duration: WINDOW_SECONDS }) };
  };
  const [perKey, perSession] = [counter('key', settings.perKey), counter('session', settings.perSession)];
  const perTenant = counter('tenant', settings.perTenant);
  const refusals = counter('refusals', settings.refusalsPerAddress);
  const letIn = recently(REMEMBERED_MS);

  return {
    count: async (bearer, { id, credential }) => {
      if (bearer !== null) letIn.note(nameOf(bearer));
      const own = credential.kind === 'key' ? await take(perKey, credential.keyId) : await take(perSession, holderOf(credential));
      // A caller that is stopped here takes nothing from the others of its tenant.
      if (own.isOver) return { standings: [own.standing], exceeded: own.standing };
      const all = await take(perTenant, id);
      return { standings: [own.standing, all.standing], exceeded: all.isOver ? all.standing : null };
    },
    before: async (address, bearer) => {
      const found = await refusals.counts.get(address);
      if (!found || found.consumedPoints < refusals.quota || (bearer !== null && letIn.has(nameOf(bearer)))) return NOTHING_SAID;
      const standing = standingOf(refusals, found);
      return { standings: [standing], exceeded: standing };
    },
    refused: async (address) => ({ standings: [(await take(refusals, address)).standing], exceeded: null }),
  };
}

const NOTHING_SAID: Verdict = { standings: [], exceeded: null };

/** Not the token itself: what is kept in memory may end up in a dump of it. */
const nameOf = (bearer: string): string => sha256(bearer).toString('base64url');

const holderOf = (credential: Tenant['credential']): string => (credential.kind === 'session' ? credential.sessionId : credential.kind);

async function take(counter: Counter, name: string): Promise<{ readonly standing: Standing; readonly isOver: boolean }> {
  try {
    return { standing: standingOf(counter, await counter.counts.consume(name)), isOver: false };
  } catch (refusal) {
    // The library rejects with the state, which is no error, when there is nothing left.
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return { standing: standingOf(counter, refusal), isOver: true };
  }
}

const standingOf = ({ limit, quota }: Counter, { remainingPoints, msBeforeNext }: RateLimiterRes): Standing => ({
  ...{ limit, quota, windowSeconds: WINDOW_SECONDS, remaining: remainingPoints },
  resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
});
