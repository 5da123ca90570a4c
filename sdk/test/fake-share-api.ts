import {
  createClient,
  type CurrentSession,
  type Share,
  type ShareCandidate,
  type ShareLink,
  type Sharing,
  type VideoAnalysisClient,
} from '../client/client.ts';
import { GUARDIAN } from './fake-consent-api.ts';
import { idOf } from './fake-video-api.ts';

type Person = ShareCandidate['person'];
export const person = (number: number, displayName: string, role: Person['role']): Person => ({ id: idOf(number), displayName, role });

const EMMA = person(801, 'Emma Larsen', 'player');
const INGRID: Person = { id: GUARDIAN.id, displayName: GUARDIAN.displayName, role: 'guardian' };
const KARI = person(930, 'Kari Nordmann', 'coach');
export const TRUDE = person(940, 'Trude Berg', 'guardian');

export const candidateOf = (who: Person, change: Partial<ShareCandidate> = {}): ShareCandidate => ({
  ...{ person: who, relation: 'member', canReceive: true, reason: null, purpose: null, isMinor: null, secondAdults: [] },
  ...change,
});

export const shareOf = (number: number, change: Partial<Share> = {}): Share => ({
  id: idOf(number),
  videoId: idOf(1),
  createdBy: INGRID,
  recipients: [{ person: KARI, reason: 'named' }],
  canComment: false,
  message: null,
  createdAt: '2026-01-01T12:00:00.000Z',
  expiresAt: null,
  revokedAt: null,
  state: 'in_force',
  ...change,
});

export const linkOf = (number: number, change: Partial<ShareLink> = {}): ShareLink => ({
  id: idOf(number),
  kind: 'view',
  videoId: idOf(1),
  playerId: null,
  label: 'Grandmother',
  hasPassword: false,
  canComment: false,
  maxUses: null,
  useCount: 0,
  state: 'open',
  createdBy: INGRID,
  createdAt: '2026-01-01T12:00:00.000Z',
  expiresAt: '2030-06-30T12:00:00.000Z',
  ...change,
});

/** The token of every link of this API. */
export const TOKEN = `va_ln_${'x'.repeat(43)}`;

interface Refusal {
  readonly match: RegExp;
  readonly status: number;
  readonly code: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** The API of sharing, in memory, behind a real client. It answers in the shapes of the contract and asks for no rights of its own. */
export class FakeShareApi {
  actor: CurrentSession['actor'] = GUARDIAN;
  /** A minor whose guardian comes along, a coach, a member, and two who cannot receive it. */
  candidates: readonly ShareCandidate[] = [
    candidateOf(EMMA, { relation: 'athlete', isMinor: true }),
    candidateOf(KARI, { relation: 'coach' }),
    candidateOf(person(802, 'Jonas Berg', 'player'), { isMinor: true, secondAdults: [TRUDE] }),
    candidateOf(person(950, 'Ola Vik', 'coach'), { canReceive: false, reason: 'consent_missing', purpose: 'tenant_library' }),
    candidateOf(person(803, 'Nils Dahl', 'player'), { isMinor: true, canReceive: false, reason: 'second_adult_missing' }),
  ];
  sharing: Sharing = { visibility: 'coach_only', shares: [], links: [] };
  offline = false;
  /** `METHOD path` with the body, as they came, of what changes something. */
  readonly said: (readonly [asked: string, body: unknown])[] = [];
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
    if (asked.endsWith('/share-candidates')) return Response.json({ items: this.candidates });
    if (request.method === 'GET') return Response.json(this.sharing);
    const body: unknown = request.method === 'POST' ? await request.json() : null;
    this.said.push([asked, body]);
    if (request.method === 'DELETE') return this.#end(pathname.split('/').at(-1) ?? '');
    return pathname.endsWith('/links') ? this.#link(body as Partial<ShareLink>) : this.#share(body as { recipientIds: string[] });
  }

  #share({ recipientIds, ...rest }: { recipientIds: string[] } & Partial<Share>): Response {
    const chosen = this.candidates.filter((one) => recipientIds.includes(one.person.id));
    const recipients: Share['recipients'] = [
      ...chosen.map((one) => ({ person: one.person, reason: 'named' as const })),
      ...chosen.flatMap(({ secondAdults }) => secondAdults).map((adult) => ({ person: adult, reason: 'second_adult' as const })),
    ];
    const share = shareOf(100 + this.said.length, { recipients, ...rest });
    this.sharing = { ...this.sharing, shares: [share, ...this.sharing.shares] };
    return Response.json(share, { status: 201 });
  }

  #link({ label }: Partial<ShareLink>): Response {
    const link = linkOf(200 + this.said.length, { label: label ?? null });
    this.sharing = { ...this.sharing, links: [link, ...this.sharing.links] };
    return Response.json({ ...link, token: TOKEN }, { status: 201 });
  }

  #end(id: string): Response {
    const { shares, links } = this.sharing;
    const revoked = { state: 'revoked' } as const;
    this.sharing = {
      ...this.sharing,
      shares: shares.map((one) => (one.id === id ? { ...one, ...revoked } : one)),
      links: links.map((one) => (one.id === id ? { ...one, ...revoked } : one)),
    };
    return new Response(null, { status: 204 });
  }
}

const problem = ({ status, code, members }: Refusal): Response =>
  Response.json({ type: 'about:blank', title: code, status, code, requestId: 'r1', ...members }, { status });
