import { isServer, type ReactiveController, type ReactiveControllerHost } from 'lit';

/** Whether the window is as narrow as a phone held upright. Redraws its host when that changes. The style sheet says the same. */
export class SmallScreen implements ReactiveController {
  readonly #query = isServer ? undefined : globalThis.matchMedia('(width < 700px)');
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get matches(): boolean {
    return this.#query?.matches ?? false;
  }

  hostConnected(): void {
    this.#query?.addEventListener('change', this.#changed);
  }

  hostDisconnected(): void {
    this.#query?.removeEventListener('change', this.#changed);
  }

  readonly #changed = (): void => this.#host.requestUpdate();
}
