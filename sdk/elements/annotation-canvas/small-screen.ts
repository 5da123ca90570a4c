import { isServer, type ReactiveController, type ReactiveControllerHost } from 'lit';

/** Whether this is a phone, or a tablet held upright. Redraws its host when that changes. The style sheet asks the same question. */
export class SmallScreen implements ReactiveController {
  readonly #query = isServer ? undefined : globalThis.matchMedia('(width < 700px), (pointer: coarse) and (width < 1000px)');
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
