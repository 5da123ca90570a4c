import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ConsentPurpose } from '../../../domain/access/consent.ts';
import { unwrap, type ConsentOverview, type CurrentSession, type Player, type VideoAnalysisClient } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import type { ConsentText } from '../../locales/consent-texts.ts';

/** Who looks, and for whom they may answer. */
export interface ConsentViewer {
  readonly actor: CurrentSession['actor'];
  readonly athletes: readonly Player[];
}

/** A yes with the words that were read, or a no. */
export interface Decision {
  readonly what: 'grant' | 'withdraw';
  readonly purpose: ConsentPurpose;
  readonly text: ConsentText;
  /** Where the form is kept, when it was said on paper. */
  readonly reference: string | null;
}

const PATH = '/api/v1/players/{playerId}/consents';

/** What one athlete has agreed to, as the API tells it, and the way to change it. */
export class ConsentFeed implements ReactiveController {
  viewer: ConsentViewer | null = null;
  /** Null until it is here, and for those to whom it is not told. */
  overview: ConsentOverview | null = null;
  problem: ApiProblem | null = null;
  #client: VideoAnalysisClient | undefined;
  #wanted: string | null = null;
  #run = new AbortController();
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** The athlete who is shown: the one asked for, or the first there is. */
  get athleteId(): string | null {
    return this.#wanted ?? this.viewer?.athletes[0]?.id ?? null;
  }

  get athlete(): Player | undefined {
    return this.viewer?.athletes.find(({ id }) => id === this.athleteId);
  }

  /** Coaches are told nothing, so they do not ask. */
  get isOpenToViewer(): boolean {
    return this.viewer?.actor.role !== 'coach';
  }

  hostConnected(): void {
    globalThis.addEventListener('online', this.#onOnline);
    if (this.#run.signal.aborted) this.restart();
  }

  hostDisconnected(): void {
    globalThis.removeEventListener('online', this.#onOnline);
    this.#run.abort();
  }

  connect(client: VideoAnalysisClient | undefined): void {
    this.#client = client;
    this.viewer = null;
    this.restart();
  }

  show(playerId: string | null): void {
    if (playerId === this.#wanted) return;
    this.#wanted = playerId;
    this.restart();
  }

  restart(): void {
    this.#run.abort();
    this.#run = new AbortController();
    this.overview = null;
    this.problem = null;
    void this.refresh();
  }

  /** Asks again and keeps showing what is there meanwhile. */
  async refresh(): Promise<void> {
    const { signal } = this.#run;
    this.#host.requestUpdate();
    try {
      await this.#load(signal);
      if (!signal.aborted) this.problem = null;
    } catch (thrown) {
      if (!signal.aborted) this.problem = ApiProblem.of(thrown);
    }
    if (!signal.aborted) this.#host.requestUpdate();
  }

  /** @throws ApiProblem when it is refused; then nothing has changed. */
  async decide({ what, purpose, text, reference }: Decision): Promise<void> {
    const playerId = this.athleteId;
    if (!this.#client || playerId === null || !this.overview) return;
    const { method } = this.overview.decides;
    const evidence = { method, ...(reference !== null && { reference }) };
    if (what === 'grant') {
      const body = { purpose, textVersion: text.version, locale: text.locale, evidence };
      await this.#client.api.POST(PATH, { params: { path: { playerId } }, body });
    } else await this.#client.api.POST(`${PATH}/{purpose}/withdraw`, { params: { path: { playerId, purpose } }, body: { evidence } });
  }

  async #load(signal: AbortSignal): Promise<void> {
    const client = this.#client;
    if (!client) return;
    const viewer = this.viewer ?? (await viewerOf(client, signal));
    signal.throwIfAborted();
    this.viewer = viewer;
    const playerId = this.athleteId;
    if (playerId === null || !this.isOpenToViewer) return;
    const overview = await unwrap(client.api.GET(PATH, { params: { path: { playerId } }, signal }));
    signal.throwIfAborted();
    this.overview = overview;
  }

  readonly #onOnline = (): void => {
    if (this.problem?.code === 'network.unreachable') void this.refresh();
  };
}

const viewerOf = async (client: VideoAnalysisClient, signal: AbortSignal): Promise<ConsentViewer> => {
  const [{ actor }, { items: athletes }] = await Promise.all([
    unwrap(client.api.GET('/api/v1/sessions/current', { signal })),
    unwrap(client.api.GET('/api/v1/players', { signal })),
  ]);
  return { actor, athletes };
};
