import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { en } from './en.ts';
import type { Messages, Plural } from './messages.ts';
import { nb } from './nb.ts';

type Sections = typeof en;
/** `section.key`, such as `library.empty`. */
export type MessageKey = { [Section in keyof Sections]: `${Section}.${Extract<keyof Sections[Section], string>}` }[keyof Sections];

type PartOfMessages = { readonly [Section in keyof Messages]?: Partial<Messages[Section]> };
export type Values = Readonly<Record<string, string | number>>;

const tables = new Map<string, PartOfMessages>([
  ['en', en],
  ['nb', nb],
  // "no" is what many pages say when they mean bokmål, and a nynorsk reader is better served by it than by English.
  ['no', nb],
  ['nn', nb],
]);
const controllers = new Set<LocaleController>();

/** Adds a language, or replaces one. What it leaves out is said in English. @param language A BCP 47 tag, such as `sv` or `pt-BR`. */
export function registerLocale(language: string, messages: PartOfMessages): void {
  tables.set(language.toLowerCase(), messages);
  for (const controller of controllers) controller.refresh();
}

/** The languages to look in, nearest first: `pt-BR` means its own table, then `pt`, then English. */
const tablesFor = (language: string): PartOfMessages[] => {
  const tag = language.toLowerCase();
  return [tables.get(tag), tables.get(tag.split('-')[0] ?? tag), en].filter((table) => table !== undefined);
};

/** The message of a key in a language, with its placeholders filled in. */
export function translate(language: string, key: MessageKey, values: Values = {}): string {
  const dot = key.indexOf('.');
  const [section, name] = [key.slice(0, dot), key.slice(dot + 1)];
  const message = tablesFor(language)
    .map((table) => (table as Readonly<Record<string, Readonly<Record<string, string | Plural>>>>)[section]?.[name])
    .find((found) => found !== undefined);
  if (message === undefined) return key;
  return fill(typeof message === 'string' ? message : formFor(message, language, values['count']), language, values);
}

const formFor = (message: Plural, language: string, count: string | number | undefined): string =>
  message[new Intl.PluralRules(language).select(Number(count ?? 0))] ?? message.other;

const fill = (message: string, language: string, values: Values): string =>
  message.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) return placeholder;
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
  });

/** Whether a key exists, for codes that come from elsewhere. */
export const isMessageKey = (key: string): key is MessageKey => {
  const dot = key.indexOf('.');
  const section = (en as Readonly<Record<string, object>>)[key.slice(0, dot)];
  return section !== undefined && Object.hasOwn(section, key.slice(dot + 1));
};

/**
 * Speaks the language of the place its host stands in: the nearest `lang` on the host or above it (through shadow roots), then
 * the browser's. Redraws the host when that changes.
 */
export class LocaleController implements ReactiveController {
  #observer: MutationObserver | undefined;
  #language = 'en';
  readonly #host: ReactiveControllerHost & HTMLElement;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  /** A BCP 47 tag for Intl. */
  get language(): string {
    return this.#language;
  }

  readonly t = (key: MessageKey, values?: Values): string => translate(this.#language, key, values);

  number(value: number, options?: Intl.NumberFormatOptions): string {
    return new Intl.NumberFormat(this.#language, options).format(value);
  }

  date(value: Date, options: Intl.DateTimeFormatOptions = { dateStyle: 'medium' }): string {
    return new Intl.DateTimeFormat(this.#language, options).format(value);
  }

  /** A file size with its unit, in powers of ten as Intl names them: 12.5 MB. */
  bytes(value: number): string {
    const power = powerOf(value);
    return this.unit(value / 1000 ** power, {
      unit: UNITS[power] ?? 'byte',
      unitDisplay: power === 0 ? 'long' : 'short',
      maximumSignificantDigits: 3,
    });
  }

  /** A file size as a number in the unit in which another is written: the 9.2 of "9.2 of 10 GB". */
  bytesIn(value: number, whole: number): string {
    return this.number(value / 1000 ** powerOf(whole), { maximumSignificantDigits: 3 });
  }

  /** A number with its unit, which a line break never parts. */
  unit(value: number, options: Intl.NumberFormatOptions): string {
    return this.number(value, { style: 'unit', ...options }).replaceAll(' ', '\u00a0');
  }

  hostConnected(): void {
    controllers.add(this);
    this.#observer = new MutationObserver(() => this.refresh());
    for (const root of rootsAbove(this.#host)) this.#observer.observe(root, { attributes: true, attributeFilter: ['lang'], subtree: true });
    this.refresh();
  }

  hostDisconnected(): void {
    controllers.delete(this);
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  /** Looks for the language again. */
  refresh(): void {
    this.#language = usable(nearestLanguage(this.#host)) ?? usable(globalThis.navigator.language) ?? 'en';
    this.#host.requestUpdate();
  }
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
const powerOf = (bytes: number): number => Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));

const nearestLanguage = (element: Element): string | undefined => {
  const marked = element.closest('[lang]:not([lang=""])');
  if (marked) return marked.getAttribute('lang') ?? undefined;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? nearestLanguage(root.host) : undefined;
};

const rootsAbove = (node: Node): Node[] => {
  const root = node.getRootNode();
  return root instanceof ShadowRoot ? [root, ...rootsAbove(root.host)] : [root];
};

/** A page may say anything in `lang`; Intl throws at what is not a language tag. */
const usable = (tag: string | undefined): string | undefined => {
  if (!tag) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
};
