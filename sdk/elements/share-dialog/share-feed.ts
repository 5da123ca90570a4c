import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { components } from '../../../domain/generated/openapi.ts';
import {
  unwrap,
  type CurrentSession,
  type Share,
  type ShareCandidate,
  type Sharing,
  type VideoAnalysisClient,
} from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';

export type ShareWish = components['schemas']['ShareCreate'];
export type LinkWish = components['schemas']['ViewLinkCreate'];
export type NewLink = components['schemas']['LinkCreated'];

/** Everything there is to know about the sharing of one video. */
export interface Found {
  readonly sharing: Sharing;
  readonly candidates: readonly ShareCandidate[];
  readonly role: CurrentSession['actor']['role'];
}

const PATH = '/api/v1/videos/{videoId}';

/** What is shared of one video and whom it could be shown to, as the API tells it, and the ways to change it. */
export class ShareFeed implements ReactiveController {
  /** Null until it is here. */
  found: Found | null = null;
  problem: ApiProblem | null = null;
  #client: VideoAnalysisClient | undefined;
  #videoId = '';
  #isWanted = false;
  #run = new AbortController();
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get videoId(): string {
    return this.#videoId;
  }

  hostConnected(): void {
    globalThis.addEventListener('online', this.#onOnline);
  }

  hostDisconnected(): void {
    globalThis.removeEventListener('online', this.#onOnline);
    this.close();
  }

  connect(client: VideoAnalysisClient | undefined): void {
    this.#client = client;
    if (this.#isWanted) this.open(this.#videoId);
  }

  open(videoId: string): void {
    this.close();
    this.#isWanted = true;
    this.#videoId = videoId;
    void this.refresh();
  }

  close(): void {
    this.#run.abort();
    this.#run = new AbortController();
    this.#isWanted = false;
    this.found = null;
    this.problem = null;
  }

  /** Asks again and keeps showing what is there meanwhile. */
  async refresh(): Promise<void> {
    const { signal } = this.#run;
    const client = this.#client;
    this.problem = null;
    this.#host.requestUpdate();
    if (!client || this.#videoId === '') return;
    try {
      const found = await this.#load(client, signal);
      if (signal.aborted) return;
      this.found = found;
    } catch (thrown) {
      if (signal.aborted) return;
      this.problem = ApiProblem.of(thrown);
    }
    this.#host.requestUpdate();
  }

  /** @throws ApiProblem when it is refused; then nothing has changed. */
  share(body: ShareWish): Promise<Share> {
    return this.#changed(this.#asked.POST(`${PATH}/shares`, { params: this.#params, body }));
  }

  /** @throws ApiProblem */
  makeLink(body: LinkWish): Promise<NewLink> {
    return this.#changed(this.#asked.POST(`${PATH}/links`, { params: this.#params, body }));
  }

  /** @throws ApiProblem */
  async stopShare(shareId: string): Promise<void> {
    await this.#changed(this.#asked.DELETE(`${PATH}/shares/{shareId}`, { params: { path: { videoId: this.#videoId, shareId } } }));
  }

  /** @throws ApiProblem */
  async stopLink(linkId: string): Promise<void> {
    await this.#changed(this.#asked.DELETE(`${PATH}/links/{linkId}`, { params: { path: { videoId: this.#videoId, linkId } } }));
  }

  get #asked(): VideoAnalysisClient['api'] {
    if (!this.#client) throw new ApiProblem({ code: 'session.unavailable', status: 0 });
    return this.#client.api;
  }

  get #params(): { readonly path: { readonly videoId: string } } {
    return { path: { videoId: this.#videoId } };
  }

  /** What is shared is not what it was, so it is asked for again. */
  async #changed<T>(change: Promise<{ data?: T }>): Promise<T> {
    const answer = await unwrap(change);
    void this.refresh();
    return answer;
  }

  async #load(client: VideoAnalysisClient, signal: AbortSignal): Promise<Found> {
    const ask = { params: this.#params, signal };
    const [sharing, { items: candidates }, { actor }] = await Promise.all([
      unwrap(client.api.GET(`${PATH}/shares`, ask)),
      unwrap(client.api.GET(`${PATH}/share-candidates`, ask)),
      unwrap(client.api.GET('/api/v1/sessions/current', { signal })),
    ]);
    return { sharing, candidates, role: actor.role };
  }

  readonly #onOnline = (): void => {
    if (this.problem?.code === 'network.unreachable') void this.refresh();
  };
}
