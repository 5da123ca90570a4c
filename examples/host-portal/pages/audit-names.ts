import { ApiProblem, unwrap, type AuditEvent, type Person, type Video, type VideoAnalysisClient } from 'video-analysis-platform';

/** Names behind the ids of the log. What is not found has none, and the page says what kind of thing it was. */
export class AuditNames {
  people: readonly Person[] = [];
  readonly #videos = new Map<string, string | null>();
  #hasPeople = false;
  readonly #client: VideoAnalysisClient;

  constructor(client: VideoAnalysisClient) {
    this.#client = client;
  }

  person(id: string | null): Person | undefined {
    return this.people.find((one) => one.id === id);
  }

  /** The title; undefined where the video is gone, or not to be seen by whoever reads. */
  video(id: string): string | undefined {
    return this.#videos.get(id) ?? undefined;
  }

  /** Every video that has been named here, for a list to choose from. */
  get videos(): readonly (readonly [id: string, title: string])[] {
    return [...this.#videos].flatMap(([id, title]) => (title === null ? [] : [[id, title] as const]));
  }

  /** Finds out about whatever these entries name. @throws ApiProblem when the people cannot be read */
  async learn(events: readonly AuditEvent[], signal: AbortSignal): Promise<void> {
    if (!this.#hasPeople) await this.#learnPeople(signal);
    const ids = new Set(events.filter(({ resourceType }) => resourceType === 'video').map(({ resourceId }) => resourceId));
    const unknown = [...ids].filter((id) => !this.#videos.has(id));
    await Promise.all(unknown.map(async (id) => this.#videos.set(id, await this.#titleOf(id, signal))));
  }

  async #learnPeople(signal: AbortSignal): Promise<void> {
    const page = async (cursor?: string): Promise<readonly Person[]> => {
      const query = { limit: 100, ...(cursor !== undefined && { cursor }) };
      const { items, nextCursor } = await unwrap(this.#client.api.GET('/api/v1/people', { params: { query }, signal }));
      return nextCursor === null ? items : [...items, ...(await page(nextCursor))];
    };
    this.people = await page();
    this.#hasPeople = true;
  }

  #titleOf(videoId: string, signal: AbortSignal): Promise<Video['title'] | null> {
    return unwrap(this.#client.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } }, signal })).then(
      ({ title }) => title,
      (thrown: unknown) => {
        if (thrown instanceof ApiProblem && [403, 404].includes(thrown.status)) return null;
        throw thrown;
      },
    );
  }
}
