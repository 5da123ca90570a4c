import { say, type Language, type Words } from './words.ts';

export type Role = 'admin' | 'coach' | 'player' | 'guardian';
export type Theme = 'auto' | 'light' | 'dark';

export interface Person {
  readonly displayName: string;
  readonly role: Role;
}

export interface DemoPerson extends Person {
  readonly username: string;
  readonly club: string;
}

/** What our server says to the page, in its head. */
interface SiteData {
  readonly language: Language;
  readonly person?: Person;
  readonly club?: string;
  /** Who can sign in here, by our own ids; told to administrators. */
  readonly accounts?: readonly string[];
  readonly people?: readonly DemoPerson[];
  readonly isRefused?: boolean;
}

const root = document.documentElement;
const listeners = new Set<() => void>();

export const data = JSON.parse(document.querySelector<HTMLMetaElement>('meta[name="site"]')?.content ?? '{}') as SiteData;

export const language = (): Language => (root.lang === 'en' ? 'en' : 'nb');
export const theme = (): Theme => (root.dataset['vaTheme'] as Theme | undefined) ?? 'auto';

/** The elements follow the page's `lang` by themselves; the page redraws its own words. */
export function setLanguage(chosen: Language): void {
  root.lang = chosen;
  remember('language', chosen);
  for (const listener of listeners) listener();
}

export function setTheme(chosen: Theme): void {
  root.dataset['vaTheme'] = chosen;
  remember('theme', chosen);
  for (const listener of listeners) listener();
}

/** Calls the listener whenever language or theme change. */
export const onChange = (listener: () => void): void => void listeners.add(listener);

export const t = (key: keyof Words, values?: Readonly<Record<string, string | number>>): string => say(language(), key, values);

const YEAR_SECONDS = 31_536_000;
const remember = (name: string, value: string): void => {
  document.cookie = `${name}=${value}; path=/; max-age=${String(YEAR_SECONDS)}; samesite=lax`;
};

/** Two letters for a person's round badge. */
export const initials = (name: string): string => {
  const words = name.split(/\s+/).filter(Boolean);
  return `${words[0]?.[0] ?? ''}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`.toUpperCase();
};
