import { createClient, type CurrentSession, type Player, type Video, type VideoAnalysisClient } from '../client/client.ts';
import { partSizeFor, planParts } from '../../domain/upload/part-plan.ts';
import type { OpenUpload, OpenUploadList, UploadParameters, UploadQuota } from '../upload/wire.ts';

/** A valid id that is easy to read in a failing test: the number stands at its end. */
export const idOf = (number: number): string => `0190f7c2-0000-7000-8000-${String(number).padStart(12, '0')}`;

export const COACH: CurrentSession['actor'] = { id: idOf(900), externalId: 'coach', role: 'coach', displayName: 'Kari Nordmann' };

/** A ready clip of four seconds at 60 fps, with what a test wants to be different. */
export const videoOf = (number: number, change: Partial<Video> = {}): Video => ({
  id: idOf(number),
  status: 'ready',
  errorCode: null,
  errorMessage: null,
  progress: null,
  processingVersion: 1,
  title: `Swing ${number}`,
  category: null,
  clubType: null,
  viewAngle: null,
  capturedAt: null,
  playerId: idOf(801),
  subjectIds: [],
  uploadedById: COACH.id,
  visibility: 'coach_only',
  width: 1920,
  height: 1080,
  durationMs: 4000,
  frameCount: 240,
  fps: { num: 60, den: 1 },
  captureFps: null,
  rotation: 0,
  timing: 'constant',
  bitrateKbps: 8000,
  sizeBytes: 4_000_000,
  isPlayable: (change.status ?? 'ready') === 'ready',
  hasPoster: false,
  annotationCount: 0,
  metadata: {},
  createdAt: new Date(Date.UTC(2026, 5, 1) - number * 3_600_000).toISOString(),
  updatedAt: new Date(Date.UTC(2026, 5, 1)).toISOString(),
  ...change,
});

export const PLAYERS: readonly Player[] = [
  { id: idOf(801), externalId: 'p1', displayName: 'Emma Larsen' },
  { id: idOf(802), externalId: 'p2', displayName: 'Jonas Berg' },
];

/** Answers the next request whose path and method match, instead of the fake itself. */
interface Refusal {
  readonly match: RegExp;
  readonly status: number;
  readonly code: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** The API of library and uploader, in memory, behind a real client. It answers in the shapes of the contract. */
export class FakeVideoApi {
  videos: Video[];
  players: readonly Player[] = PLAYERS;
  session: CurrentSession = { actor: COACH, scopes: ['videos:read', 'videos:write', 'uploads:write'], expiresAt: null };
  offline = false;
  /** Where parts are put; `hold` in it makes the store never answer. */
  partAddress = '/test-parts/';
  /** Called when a file has arrived: what becomes of its video. */
  afterUpload: (video: Video) => Video = (video) => ({ ...video, status: 'ready' });
  poster: Blob = new Blob();
  /** Begun on another device and not finished. */
  unfinished: OpenUploadList['items'] = [];
  limits: OpenUploadList['limits'] = { maxSizeBytes: 500 * 1024 * 1024, maxDurationMs: 300_000 };
  /** Told with the open uploads and with every upload that is opened. */
  quota: UploadQuota | null = null;
  /** `GET /api/v1/videos?…`, as they came. */
  readonly requests: string[] = [];
  readonly opened: UploadParameters[] = [];
  #refusals: Refusal[] = [];
  readonly #stored = new Set<string>();

  readonly client: VideoAnalysisClient = createClient({
    endpoint: location.origin,
    getSessionToken: () => Promise.resolve({ token: 'va_st_test', expiresAt: new Date(Date.now() + 900_000).toISOString() }),
    fetch: (input, init) => this.#answer(new Request(input, init)),
  });

  constructor(videos: Video[] = []) {
    this.videos = videos;
  }

  /** Refuses every matching `METHOD /path?query` until `allow`. */
  refuse(match: RegExp, status: number, code: string, members: Readonly<Record<string, unknown>> = {}): void {
    this.#refusals.push({ match, status, code, members });
  }

  allow(): void {
    this.#refusals = [];
  }

  async #answer(request: Request): Promise<Response> {
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    const asked = `${request.method} ${url.pathname}${url.search}`;
    this.requests.push(asked);
    if (this.offline) throw new TypeError('Failed to fetch');
    const refusal = this.#refusals.find(({ match }) => match.test(asked));
    if (refusal) return problem(refusal.status, refusal.code, refusal.members);
    if (asked === 'GET /api/v1/sessions/current') return json(this.session);
    if (asked === 'GET /api/v1/players') return json({ items: this.players });
    if (url.pathname === '/api/v1/videos') return json(this.#page(url.searchParams));
    if (url.pathname === '/api/v1/media/uploads') return json(this.#openUploads(url.searchParams.get('fingerprint')));
    if (url.pathname.startsWith('/api/v1/media/upload/')) return this.#upload(url.pathname, await request.json());
    return this.#video(request.method, url.pathname);
  }

  #page(query: URLSearchParams): { items: Video[]; nextCursor: string | null } {
    const fits = (video: Video): boolean =>
      (['playerId', 'status', 'category'] as const).every((name) => !query.has(name) || video[name] === query.get(name));
    const start = Number(query.get('cursor') ?? 0);
    const end = start + Number(query.get('limit') ?? 24);
    const matching = this.videos.filter(fits);
    return { items: matching.slice(start, end), nextCursor: end < matching.length ? String(end) : null };
  }

  #video(method: string, path: string): Response {
    const video = this.videos.find(({ id }) => path.includes(id));
    if (!video) return problem(404, 'video.not_found');
    if (path.endsWith('/poster')) return new Response(this.poster, { headers: { 'content-type': this.poster.type } });
    if (method !== 'DELETE') return json(video);
    this.videos = this.videos.filter((other) => other !== video);
    return new Response(null, { status: 204 });
  }

  #openUploads(fingerprint: string | null): OpenUploadList {
    const items = this.unfinished.filter((item) => fingerprint === null || item.fingerprint === fingerprint);
    const same = this.videos.find(({ metadata, status }) => status === 'ready' && metadata['fingerprint'] === fingerprint);
    return { items, duplicateOf: fingerprint === null ? null : (same?.id ?? null), limits: this.limits, ...this.#told() };
  }

  #upload(path: string, body: unknown): Response {
    if (path.endsWith('/init')) return this.#init(body as UploadParameters);
    const { videoId, parts } = body as { videoId: string; parts?: { partNumber: number }[] };
    if (path.endsWith('/abort')) this.unfinished = this.unfinished.filter((item) => item.videoId !== videoId);
    const video = this.videos.find(({ id }) => id === videoId);
    if (!video) return path.endsWith('/abort') ? new Response(null, { status: 204 }) : problem(404, 'video.not_found');
    if (path.endsWith('/abort')) {
      this.videos = this.videos.filter((other) => other !== video);
      return new Response(null, { status: 204 });
    }
    if (path.endsWith('/parts')) return json(this.#opened(video));
    for (const { partNumber } of parts ?? []) this.#stored.add(`${videoId}/${partNumber}`);
    this.videos = this.videos.map((other) => (other === video ? this.afterUpload({ ...video, status: 'uploaded' }) : other));
    return json({ ...video, status: 'uploaded' });
  }

  #init(parameters: UploadParameters): Response {
    this.opened.push(parameters);
    const { title, sizeBytes, playerId } = parameters;
    const known = this.videos.find(({ metadata }) => metadata['clientUploadId'] === parameters.clientUploadId);
    const video =
      known ??
      videoOf(500 + this.opened.length, {
        status: 'uploading',
        title,
        sizeBytes,
        playerId: playerId ?? null,
        metadata: { clientUploadId: parameters.clientUploadId, fingerprint: parameters.fingerprint ?? '' },
      });
    if (!known) this.videos = [video, ...this.videos];
    return json(this.#opened(video));
  }

  #opened({ id, status, sizeBytes }: Video): OpenUpload {
    const missing = planParts(sizeBytes).filter(({ partNumber }) => !this.#stored.has(`${id}/${partNumber}`));
    return {
      videoId: id,
      uploadId: idOf(700),
      key: 't/v/o/source',
      status,
      partSizeBytes: partSizeFor(sizeBytes),
      storedParts: [],
      missingParts: missing.map((part) => ({ ...part, url: `${location.origin}${this.partAddress}${part.partNumber}` })),
      expiresAt: new Date(Date.now() + 900_000).toISOString(),
      ...this.#told(),
    };
  }

  #told(): { readonly quota?: UploadQuota } {
    return this.quota === null ? {} : { quota: this.quota };
  }
}

const json = (body: object): Response => Response.json(body);

const problem = (status: number, code: string, members: Readonly<Record<string, unknown>> = {}): Response =>
  Response.json({ type: 'about:blank', title: code, status, code, requestId: 'r1', ...members }, { status });
