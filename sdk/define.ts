import { ContextRoot } from '@lit/context';

/** A custom element class and the tag it is known by, without a prefix. */
export type ElementTable = Readonly<Record<string, CustomElementConstructor>>;

/**
 * Registers elements. With a prefix, `video-player` becomes `acme-video-player`, so that two versions can live on one page.
 * A tag that already has the same class is left alone, so that modules may be loaded twice.
 * @throws DOMException when another class, such as another version of ours, has the tag.
 */
export function defineAll(elements: ElementTable, { prefix = '' }: { prefix?: string } = {}): void {
  answerLateProviders();
  for (const [tag, element] of Object.entries(elements)) {
    const name = prefix === '' ? tag : `${prefix}-${tag}`;
    const taken = customElements.get(name);
    if (taken === element || taken?.prototype instanceof element) continue;
    // One class can hold one name: a second registration needs a class of its own.
    customElements.define(name, customElements.getName(element) === null ? element : class extends element {});
  }
}

let contextRoot: ContextRoot | undefined;

/** An element may be upgraded before the provider or the player around it: what it asked for then is asked again when they appear. */
function answerLateProviders(): void {
  if (contextRoot) return;
  contextRoot = new ContextRoot();
  contextRoot.attach(document.documentElement);
}
