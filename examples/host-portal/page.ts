import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Request } from 'express';
import { cookieOf } from './sign-in.ts';

export type Language = 'nb' | 'en';

const PAGES = path.join(import.meta.dirname, 'pages');
const THEMES = ['auto', 'light', 'dark'];

/** The visitor's choice in a cookie, then what the browser asks for. */
export function languageOf(req: Request): Language {
  const chosen = cookieOf(req, 'language');
  if (chosen === 'nb' || chosen === 'en') return chosen;
  return req.acceptsLanguages('nb', 'no', 'nn', 'en') === 'en' ? 'en' : 'nb';
}

export function themeOf(req: Request): string {
  const chosen = cookieOf(req, 'theme');
  return THEMES.includes(chosen) ? chosen : 'auto';
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** A page with its `{{placeholders}}` filled in. Language and theme are in the first byte, so nothing flickers. */
export function renderPage(name: string, values: Readonly<Record<string, string>>): string {
  const template = readFileSync(path.join(PAGES, `${name}.html`), 'utf8');
  return template.replace(/\{\{(\w+)\}\}/g, (_, key: string) => escaped(values[key] ?? ''));
}
