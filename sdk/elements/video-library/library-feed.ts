import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { isInMotion, type VideoStatus } from '../../../domain/video/status.ts';
import { unwrap, type CurrentSession, type Player, type Video, type VideoAnalysisClient } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';

export interface Filters {
  readonly playerId?: string;
  readonly status?: VideoStatus;
  readonly category?: string;
}

/** Who looks, and at whom they may look. */
export interface Viewer {
  readonly session: CurrentSession;
  readonly players: readonly Player[];
}

const PAGE = 24;
const FIRST_LOOK_MS = 2000;
const SLOWEST_LOOK_MS = 5000;
/** Videos in motion below the first page are asked for one by one: no more than these at a time. */
const SINGLE_LOOKS = 6;

/** The videos of a library, page by page, and looked at again while one of them is on its way. */
export class LibraryFeed implements ReactiveController {
  /** Null until the first page is here. */
  items: readonly Video[] | null = null;
  viewer: Viewer | null = null;
  problem: ApiProblem | null = null;
  loadingMore = false;
  filters: Filters = {};
  #client: VideoAnalysisClient | undefined;
  #nextCursor: string | null = null;
  #run = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delayMs = FIRST_LOOK_MS;
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get hasMore(): boolean {
    return this.#nextCursor !== null;
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#onVisibility);
    globalThis.addEventListener('online', this.#onOnline);
    if (this.#client && this.#run.signal.aborted) this.connect(this.#client);
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility);
    globalThis.removeEventListener('online', this.#onOnline);
    this.#stop();
  }

  /** Shows what this connection may see. */
  connect(client: VideoAnalysisClient | undefined): void {
    this.#client = client;
    this.viewer = null;
    this.#restart();
  }

  filter(filters: Filters): void {
    this.filters = filters;
    this.#restart();
  }

  retry(): void {
    this.problem = null;
    if (this.items === null) this.#restart();
    else void this.more();
  }

  /** Looks at the newest page again, keeping what has been loaded below it. */
  async refresh(): Promise<void> {
    if (this.items === null) return this.#restart();
    await this.#guarded(async (signal) => {
      const page = await this.#page(null, signal);
      this.items = merged(this.items ?? [], page.items, page.nextCursor === null);
      if (page.nextCursor === null) this.#nextCursor = null;
    });
    this.#lookAgain();
  }

  async more(): Promise<void> {
    if (this.loadingMore || this.#nextCursor === null || this.items === null) return;
    this.loadingMore = true;
    await this.#guarded(async (signal) => {
      const page = await this.#page(this.#nextCursor, signal);
      const known = new Set(this.items?.map(({ id }) => id));
      this.items = [...(this.items ?? []), ...page.items.filter(({ id }) => !known.has(id))];
      this.#nextCursor = page.nextCursor;
    });
    this.loadingMore = false;
    this.#lookAgain();
  }

  /** @throws ApiProblem */
  async remove(videoId: string): Promise<void> {
    await this.#client?.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId } } });
    this.items = this.items?.filter(({ id }) => id !== videoId) ?? null;
    this.#host.requestUpdate();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#run.abort();
  }

  #restart(): void {
    this.#stop();
    this.#run = new AbortController();
    this.items = null;
    this.problem = null;
    this.loadingMore = false;
    this.#nextCursor = null;
    void this.#first();
  }

  async #first(): Promise<void> {
    const client = this.#client;
    if (!client) return this.#host.requestUpdate();
    await this.#guarded(async (signal) => {
      const [page, viewer] = await Promise.all([this.#page(null, signal), this.viewer ?? viewerOf(client, signal)]);
      this.viewer = viewer;
      this.items = page.items;
      this.#nextCursor = page.nextCursor;
    });
    this.#lookAgain();
  }

  /** Does what may fail, shows how it went, and drops what belongs to an earlier run. */
  async #guarded(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#run;
    this.#host.requestUpdate();
    try {
      await work(signal);
      this.problem = null;
    } catch (thrown) {
      if (!signal.aborted) this.problem = ApiProblem.of(thrown);
    }
    if (!signal.aborted) this.#host.requestUpdate();
  }

  async #page(cursor: string | null, signal: AbortSignal): Promise<{ items: Video[]; nextCursor: string | null }> {
    if (!this.#client) return { items: [], nextCursor: null };
    const query = { limit: PAGE, ...this.filters, ...(cursor === null ? {} : { cursor }) };
    const page = await unwrap(this.#client.api.GET('/api/v1/videos', { params: { query }, signal }));
    // An answer may arrive although nobody waits for it any more.
    signal.throwIfAborted();
    return page;
  }

  #lookAgain(): void {
    clearTimeout(this.#timer);
    if (this.#run.signal.aborted || document.hidden || !this.items?.some(({ status }) => isInMotion(status))) return;
    this.#timer = setTimeout(() => void this.#look(), this.#delayMs);
  }

  /** A look that fails is no reason to take the list away; the next one may succeed. */
  async #look(): Promise<void> {
    const client = this.#client;
    const { signal } = this.#run;
    if (!client) return;
    const before = motionOf(this.items ?? []);
    try {
      const page = await this.#page(null, signal);
      const listed = new Set(page.items.map(({ id }) => id));
      const unlisted = (this.items ?? []).filter(({ id, status }) => isInMotion(status) && !listed.has(id)).slice(0, SINGLE_LOOKS);
      const singles = await Promise.all(unlisted.map(({ id }) => videoOrGone(client, id, signal)));
      const gone = new Set(unlisted.filter((_, i) => singles[i] === null).map(({ id }) => id));
      const kept = (this.items ?? []).filter(({ id }) => !gone.has(id));
      this.items = withNews(kept, [...page.items, ...singles.filter((video) => video !== null)]);
      this.#host.requestUpdate();
    } catch {
      if (signal.aborted) return;
    }
    this.#delayMs = motionOf(this.items ?? []) === before ? Math.min(this.#delayMs * 1.5, SLOWEST_LOOK_MS) : FIRST_LOOK_MS;
    this.#lookAgain();
  }

  readonly #onVisibility = (): void => {
    this.#delayMs = FIRST_LOOK_MS;
    if (document.hidden) clearTimeout(this.#timer);
    else this.#lookAgain();
  };

  readonly #onOnline = (): void => {
    if (this.problem?.code === 'network.unreachable') this.retry();
  };
}

const motionOf = (items: readonly Video[]): string =>
  items.map(({ id, status, progress }) => (isInMotion(status) ? `${id}${status}${String(progress)}` : '')).join();

const viewerOf = async (client: VideoAnalysisClient, signal: AbortSignal): Promise<Viewer> => {
  const [session, { items: players }] = await Promise.all([
    unwrap(client.api.GET('/api/v1/sessions/current', { signal })),
    unwrap(client.api.GET('/api/v1/players', { signal })),
  ]);
  return { session, players };
};

const videoOrGone = (client: VideoAnalysisClient, videoId: string, signal: AbortSignal): Promise<Video | null> =>
  unwrap(client.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } }, signal })).catch((thrown: unknown) => {
    if (ApiProblem.of(thrown).code === 'video.not_found') return null;
    throw thrown;
  });

/** The same list with what is known better now, and with what has come since on top. */
export function withNews(items: readonly Video[], seen: readonly Video[]): Video[] {
  const known = new Set(items.map(({ id }) => id));
  const newest = new Map(seen.map((video) => [video.id, video]));
  const fresh = seen.filter(({ id, createdAt }) => !known.has(id) && createdAt >= (items[0]?.createdAt ?? ''));
  return [...fresh, ...items.map((video) => newest.get(video.id) ?? video)];
}

/** The newest page over what was there: what it covers and does not name is gone, what lies below it stays. */
export function merged(items: readonly Video[], newest: readonly Video[], isWhole: boolean): Video[] {
  const last = newest.at(-1);
  if (isWhole || !last) return [...newest];
  const named = new Set(newest.map(({ id }) => id));
  return [...newest, ...items.filter(({ id, createdAt }) => createdAt <= last.createdAt && !named.has(id))];
}
