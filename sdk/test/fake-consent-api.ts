import { CONSENT_PURPOSES, type ConsentPurpose } from '../../domain/access/consent.ts';
import {
  createClient,
  type Consent,
  type ConsentOverview,
  type CurrentSession,
  type Player,
  type VideoAnalysisClient,
} from '../client/client.ts';
import { idOf, PLAYERS } from './fake-video-api.ts';

export const GUARDIAN: CurrentSession['actor'] = { id: idOf(910), externalId: 'g1', role: 'guardian', displayName: 'Ingrid Larsen' };

/** A yes by the guardian on New Year's Day of 2026, with what a test wants to be different. */
export const consentOf = (number: number, change: Partial<Consent> = {}): Consent => ({
  id: idOf(number),
  purpose: 'coach_review',
  textVersion: '2026-1',
  locale: 'en',
  evidence: { method: 'in_app' },
  grantedAt: '2026-01-01T12:00:00.000Z',
  grantedBy: { id: GUARDIAN.id, displayName: GUARDIAN.displayName },
  expiresAt: null,
  endsAtMajority: false,
  withdrawnAt: null,
  withdrawnBy: null,
  withdrawal: null,
  ...change,
});

/** What one request was told instead of an answer. */
interface Refusal {
  readonly match: RegExp;
  readonly status: number;
  readonly code: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** The API of consents, in memory, behind a real client. It answers in the shapes of the contract and asks for no rights of its own. */
export class FakeConsentApi {
  actor: CurrentSession['actor'] = GUARDIAN;
  players: readonly Player[] = PLAYERS.slice(0, 1);
  isMinor: boolean | null = true;
  decides: ConsentOverview['decides'] = { method: 'in_app', mayGrant: true, mayWithdraw: true };
  /** Newest first, by the athlete. */
  records: Record<string, Consent[]> = {};
  /** Those in force by nobody's hand any more. */
  expired: readonly string[] = [];
  offline = false;
  /** `POST` paths with their bodies, as they came. */
  readonly said: (readonly [path: string, body: unknown])[] = [];
  readonly requests: string[] = [];
  #refusals: Refusal[] = [];

  readonly client: VideoAnalysisClient = createClient({
    endpoint: location.origin,
    getSessionToken: () => Promise.resolve({ token: 'va_st_test', expiresAt: new Date(Date.now() + 900_000).toISOString() }),
    fetch: (input, init) => this.#answer(new Request(input, init)),
  });

  /** Refuses every matching `METHOD /path` until `allow`. */
  refuse(match: RegExp, status: number, code: string, members: Readonly<Record<string, unknown>> = {}): void {
    this.#refusals.push({ match, status, code, members });
  }

  allow(): void {
    this.#refusals = [];
  }

  async #answer(request: Request): Promise<Response> {
    request.signal.throwIfAborted();
    const { pathname } = new URL(request.url);
    const asked = `${request.method} ${pathname}`;
    this.requests.push(asked);
    if (this.offline) throw new TypeError('Failed to fetch');
    const refusal = this.#refusals.find(({ match }) => match.test(asked));
    if (refusal) return problem(refusal);
    if (pathname === '/api/v1/sessions/current') return Response.json({ actor: this.actor, scopes: [], expiresAt: null });
    if (pathname === '/api/v1/players') return Response.json({ items: this.players });
    const [, playerId = '', purpose] = /\/players\/([^/]+)\/consents(?:\/(\w+)\/withdraw)?$/.exec(pathname) ?? [];
    if (request.method === 'GET') return Response.json(this.#overview(playerId));
    const body: unknown = await request.json();
    this.said.push([pathname, body]);
    return Response.json(
      purpose === undefined ? this.#grant(playerId, body as Consent) : this.#withdraw(playerId, purpose, body as Consent),
    );
  }

  #standing(playerId: string, purpose: string): Consent | null {
    const open = (this.records[playerId] ?? []).filter(({ id, withdrawnAt }) => withdrawnAt === null && !this.expired.includes(id));
    return open.find((one) => one.purpose === purpose) ?? null;
  }

  #overview(playerId: string): ConsentOverview {
    return {
      ...{ isMinor: this.isMinor, decides: this.decides, history: this.records[playerId] ?? [] },
      purposes: CONSENT_PURPOSES.map((purpose) => ({ purpose, inForce: this.#standing(playerId, purpose) })),
    };
  }

  #grant(playerId: string, { purpose, textVersion, locale, evidence }: Consent): Consent {
    const grantedBy = { id: this.actor.id, displayName: this.actor.displayName };
    const grantedAt = '2026-02-01T12:00:00.000Z';
    const record = consentOf(50 + this.said.length, { purpose, textVersion, locale, evidence, grantedBy, grantedAt });
    this.records[playerId] = [record, ...(this.records[playerId] ?? [])];
    return record;
  }

  #withdraw(playerId: string, purpose: string, { evidence }: Consent): Consent {
    const standing = this.#standing(playerId, purpose) ?? consentOf(0, { purpose: purpose as ConsentPurpose });
    const withdrawnBy = { id: this.actor.id, displayName: this.actor.displayName };
    const closed: Consent = { ...standing, withdrawnAt: '2026-02-02T12:00:00.000Z', withdrawnBy, withdrawal: evidence };
    this.records[playerId] = (this.records[playerId] ?? []).map((one) => (one === standing ? closed : one));
    return closed;
  }
}

const problem = ({ status, code, members }: Refusal): Response =>
  Response.json({ type: 'about:blank', title: code, status, code, requestId: 'r1', ...members }, { status });
