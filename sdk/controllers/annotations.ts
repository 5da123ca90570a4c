import { ContextConsumer } from '@lit/context';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { annotationsOf, type AnnotationStore } from '../client/annotation-store.ts';
import type { VideoAnalysisClient } from '../client/client.ts';
import { ApiProblem } from '../client/problem.ts';
import { clientContext } from '../contexts/client.ts';
import type { ClockController } from '../contexts/clock.ts';
import { emit } from '../events.ts';

/** Follows the drawings of the video that the nearest player shows. Redraws its host whenever they change. */
export class AnnotationsController implements ReactiveController {
  #client: VideoAnalysisClient | undefined;
  #store: AnnotationStore | undefined;
  #stop: (() => void) | undefined;
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #clock: ClockController;

  constructor(host: ReactiveControllerHost & HTMLElement, clock: ClockController) {
    this.#host = host;
    this.#clock = clock;
    host.addController(this);
    new ContextConsumer(host, { context: clientContext, subscribe: true, callback: (client) => this.#connect(client) });
  }

  /** Undefined until a provider and a player with a video stand above the host. */
  get store(): AnnotationStore | undefined {
    return this.#store;
  }

  hostUpdate(): void {
    const videoId = this.#clock.clock?.video?.id;
    this.#follow(this.#client && videoId !== undefined ? annotationsOf(this.#client, videoId) : undefined);
  }

  hostDisconnected(): void {
    this.#follow(undefined);
  }

  #connect(client: VideoAnalysisClient | undefined): void {
    this.#client = client;
    this.#host.requestUpdate();
  }

  #follow(store: AnnotationStore | undefined): void {
    if (store === this.#store) return;
    this.#stop?.();
    this.#store = store;
    this.#stop = store?.subscribe(() => this.#host.requestUpdate());
    store?.load().catch((reason: unknown) => {
      if (!(reason instanceof ApiProblem)) throw reason;
      emit(this.#host, 'va-error', { code: reason.code, message: reason.message });
    });
  }
}
