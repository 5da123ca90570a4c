import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What the keys ask for. */
export interface ShortcutTarget {
  toggle(): void;
  step(frames: number): void;
  seek(frame: number): void;
  faster(): void;
  setLoopStart(): void;
  setLoopEnd(): void;
  readonly lastFrame: number;
}

type Action = (target: ShortcutTarget) => void;

/** `J` steps back for as long as it is held; `L` plays, and then plays faster; `K` stops both. */
const KEYS: Readonly<Record<string, Action>> = {
  ' ': (player) => player.toggle(),
  k: (player) => player.toggle(),
  j: (player) => player.step(-1),
  l: (player) => player.faster(),
  ',': (player) => player.step(-1),
  '.': (player) => player.step(1),
  i: (player) => player.setLoopStart(),
  o: (player) => player.setLoopEnd(),
  Home: (player) => player.seek(0),
  End: (player) => player.seek(player.lastFrame),
  ArrowLeft: (player) => player.step(-1),
  ArrowRight: (player) => player.step(1),
};

const SHIFTED: Readonly<Record<string, Action>> = {
  ArrowLeft: (player) => player.step(-10),
  ArrowRight: (player) => player.step(10),
};

/** A held key repeats these and no others: a toggle that repeats would flicker. */
const REPEATING = new Set(['j', ',', '.', 'ArrowLeft', 'ArrowRight']);

const NOT_TYPED = new Set(['range', 'button', 'checkbox', 'radio', 'submit', 'reset', 'color', 'file', 'image']);

/** Keys that a focused control has a meaning of its own for. */
const OWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  button: [' ', 'Enter'],
  a: ['Enter'],
  summary: [' ', 'Enter'],
  range: ['ArrowLeft', 'ArrowRight', 'Home', 'End'],
};

/** Hears keys inside its host only, and never those of somebody who types or draws there. */
export class Shortcuts implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #target: ShortcutTarget;

  constructor(host: ReactiveControllerHost & HTMLElement, target: ShortcutTarget) {
    this.#host = host;
    this.#target = target;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.addEventListener('keydown', this.#pressed);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('keydown', this.#pressed);
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = (event.shiftKey ? SHIFTED : KEYS)[key];
    if (!action || (event.repeat && !REPEATING.has(key)) || isTaken(event, key)) return;
    event.preventDefault();
    action(this.#target);
  };
}

const isTaken = (event: Event, key: string): boolean =>
  event.composedPath().some((node) => {
    if (!(node instanceof HTMLElement)) return false;
    if (node.isContentEditable || node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement) return true;
    if (!(node instanceof HTMLInputElement)) return OWN_KEYS[node.localName]?.includes(key) ?? false;
    if (!NOT_TYPED.has(node.type)) return true;
    // The timeline's own arrows would do the same, but only while it has the focus.
    return !node.hasAttribute('data-timeline') && (OWN_KEYS[node.type]?.includes(key) ?? false);
  });
