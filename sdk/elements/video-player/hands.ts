import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Knows whether a finger, a pen or a mouse button is down on the host: it scrubs, draws or drags something. */
export class Hands implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #down = new Set<number>();
  readonly #waiting: (() => void)[] = [];

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.addEventListener('pointerdown', this.#pressed, { capture: true });
    // What went down here may go up anywhere.
    for (const type of ['pointerup', 'pointercancel'] as const) globalThis.addEventListener(type, this.#lifted, { capture: true });
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('pointerdown', this.#pressed, { capture: true });
    for (const type of ['pointerup', 'pointercancel'] as const) globalThis.removeEventListener(type, this.#lifted, { capture: true });
    this.#down.clear();
    this.#release();
  }

  /** Resolves when nothing is held: at once when that is so, and when the host leaves the page. */
  off(): Promise<void> {
    return this.#down.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  readonly #pressed = ({ pointerId, button }: PointerEvent): void => {
    // Another button opens a menu, and some systems never tell that it went up.
    if (button === 0) this.#down.add(pointerId);
  };

  readonly #lifted = ({ pointerId }: PointerEvent): void => {
    this.#down.delete(pointerId);
    if (this.#down.size === 0) this.#release();
  };

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
