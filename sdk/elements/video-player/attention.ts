import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Controls step back this long after the last touch or key. */
const REST_MS = 2500;

/** Knows whether somebody is using the host's controls right now. */
export class Attention implements ReactiveController {
  resting = false;
  readonly #host: ReactiveControllerHost & HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    for (const type of ['pointermove', 'pointerdown', 'keydown', 'focusin']) this.#host.addEventListener(type, this.#noticed);
    this.#noticed();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    for (const type of ['pointermove', 'pointerdown', 'keydown', 'focusin']) this.#host.removeEventListener(type, this.#noticed);
  }

  readonly #noticed = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#become(true), REST_MS);
    this.#become(false);
  };

  #become(resting: boolean): void {
    if (this.resting === resting) return;
    this.resting = resting;
    this.#host.requestUpdate();
  }
}
