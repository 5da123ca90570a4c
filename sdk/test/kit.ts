// In a browser the package is a script that sets a global, not a module with exports.
import 'axe-core';
import type { run as runAxe } from 'axe-core';
import { render, type TemplateResult } from 'lit';

declare const axe: { readonly run: typeof runAxe };

/** What every element test needs, in a browser, without an assertion library. Each throws an Error that tells both values. */
export interface Assert {
  ok(condition: unknown, message?: string): asserts condition;
  equal<T>(actual: unknown, expected: T, message?: string): asserts actual is T;
  /** Same data, whatever the objects' identity and the order of their keys. */
  deepEqual(actual: unknown, expected: unknown, message?: string): void;
  /** Two lengths in pixels that differ by less than `tolerance`: half of one unless told. */
  near(actual: number, expected: number, message?: string, tolerance?: number): void;
  rejects(promise: Promise<unknown>, message: RegExp): Promise<void>;
}

export const assert: Assert = {
  ok(condition, message = 'expected something') {
    if (!condition) throw new Error(message);
  },

  equal(actual, expected, message = '') {
    if (!Object.is(actual, expected)) throw new Error(`${message} expected ${show(expected)}, got ${show(actual)}`.trim());
  },

  deepEqual(actual, expected, message = '') {
    if (show(actual) !== show(expected)) throw new Error(`${message} expected ${show(expected)}, got ${show(actual)}`.trim());
  },

  near(actual, expected, message = '', tolerance = 0.5) {
    if (!(Math.abs(actual - expected) < tolerance))
      throw new Error(`${message} expected about ${String(expected)}, got ${String(actual)}`.trim());
  },

  async rejects(promise, message) {
    const reason: unknown = await promise.then(
      () => undefined,
      (error: unknown) => error ?? new Error('rejected without a reason'),
    );
    if (!(reason instanceof Error)) throw new Error(`expected a rejection with ${String(message)}`);
    if (!message.test(reason.message)) throw new Error(`expected ${String(message)}, got "${reason.message}"`);
  },
};

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const show = (value: unknown): string => JSON.stringify(value, sortKeys) ?? String(value);

const stages: HTMLElement[] = [];

afterEach(() => {
  for (const stage of stages.splice(0)) stage.remove();
});

/** Puts a template on the page until the test ends; resolves with its first element once that has drawn itself. */
export async function fixture<T extends Element>(template: TemplateResult): Promise<T> {
  const stage = document.createElement('div');
  document.body.append(stage);
  stages.push(stage);
  render(template, stage);
  const element = stage.firstElementChild;
  if (!element) throw new Error('the template has no element');
  await (element as Element & { updateComplete?: Promise<unknown> }).updateComplete;
  return element as T;
}

/** Resolves with the first true-ish answer, asked once per painted picture. @throws when there is none in time. */
export async function until<T>(question: () => T, what: string, limitMs = 8000): Promise<NonNullable<T>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = question();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise(requestAnimationFrame);
  }
}

/** Resolves with the next event of this name. */
export const nextEvent = <Name extends keyof HTMLElementEventMap>(target: HTMLElement, name: Name): Promise<HTMLElementEventMap[Name]> =>
  new Promise((resolve) => {
    target.addEventListener(name, resolve, { once: true });
  });

/** The first match in an element's shadow root. @throws when there is none. */
export function inside<T extends Element = HTMLElement>(host: Element, selector: string): T {
  const found = host.shadowRoot?.querySelector<T>(selector);
  if (!found) throw new Error(`${host.localName} has no ${selector}`);
  return found;
}

/** Runs axe with the rules of WCAG 2.2 A and AA over an element and everything in it. @throws with every violation in words. */
export async function assertAccessible(element: Element): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // The page of a test is a fragment: it has no heading, landmark or title of its own.
  const rules = { region: { enabled: false }, 'landmark-one-main': { enabled: false }, 'page-has-heading-one': { enabled: false } };
  const { violations } = await axe.run(element, { runOnly: { type: 'tag', values: tags }, rules });
  const words = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join(' | ')}`,
  );
  if (words.length > 0) throw new Error(words.join('\n'));
}
