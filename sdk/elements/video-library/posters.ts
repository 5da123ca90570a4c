import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { VideoAnalysisClient } from '../../client/client.ts';

/** Fetched this far before they are seen. */
const MARGIN = '400px';
const AT_ONCE = 6;

/**
 * Fills `<img data-poster="videoId">` elements of its host when they come near the screen. Posters need the session, so they are
 * fetched and shown from memory; what an image held is given back when it leaves the page.
 */
export class Posters implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #client: () => VideoAnalysisClient | undefined;
  readonly #urls = new Map<HTMLImageElement, string>();
  readonly #seen = new Set<HTMLImageElement>();
  #waiting: HTMLImageElement[] = [];
  #underWay = 0;
  #observer: IntersectionObserver | undefined;
  #run = new AbortController();

  constructor(host: ReactiveControllerHost & HTMLElement, client: () => VideoAnalysisClient | undefined) {
    this.#host = host;
    this.#client = client;
    host.addController(this);
  }

  hostConnected(): void {
    this.#run = new AbortController();
    this.#observer = new IntersectionObserver((entries) => this.#onSight(entries), { rootMargin: MARGIN });
    // An element that is moved is not drawn again: its images are still there.
    this.hostUpdated();
  }

  hostDisconnected(): void {
    this.#run.abort();
    this.#observer?.disconnect();
    this.#waiting = [];
    for (const image of [...this.#seen]) this.#letGo(image);
  }

  hostUpdated(): void {
    for (const image of [...this.#seen]) if (!image.isConnected) this.#letGo(image);
    for (const image of this.#host.shadowRoot?.querySelectorAll<HTMLImageElement>('img[data-poster]') ?? []) {
      if (this.#seen.has(image)) continue;
      this.#seen.add(image);
      this.#observer?.observe(image);
    }
  }

  #onSight(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting || !(target instanceof HTMLImageElement)) continue;
      this.#observer?.unobserve(target);
      this.#waiting.push(target);
    }
    this.#next();
  }

  #next(): void {
    while (this.#underWay < AT_ONCE) {
      // The newest first: whoever scrolls on wants to see where they are, not where they were.
      const image = this.#waiting.pop();
      if (!image) return;
      this.#underWay += 1;
      void this.#fill(image).finally(() => {
        this.#underWay -= 1;
        this.#next();
      });
    }
  }

  /** A poster that does not come leaves the mat with its sign; the card says the rest. */
  async #fill(image: HTMLImageElement): Promise<void> {
    const { signal } = this.#run;
    const videoId = image.dataset['poster'] ?? '';
    const blob = await this.#client()
      ?.fetch(`/api/v1/videos/${videoId}/poster`, { signal })
      .then((response) => response.blob())
      .catch(() => undefined);
    if (!blob || signal.aborted || !image.isConnected) return;
    const url = URL.createObjectURL(blob);
    this.#urls.set(image, url);
    image.src = url;
  }

  #letGo(image: HTMLImageElement): void {
    this.#seen.delete(image);
    this.#observer?.unobserve(image);
    const url = this.#urls.get(image);
    if (url === undefined) return;
    URL.revokeObjectURL(url);
    this.#urls.delete(image);
    image.removeAttribute('src');
  }
}
