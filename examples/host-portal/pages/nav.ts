import { html, nothing, type TemplateResult } from 'lit';
import type { Route } from './route.ts';
import { t, type Role } from './site.ts';
import type { Words } from './words.ts';

type Link = readonly [path: string, words: keyof Words, views: readonly Route['view'][]];

const VIDEOS: Link = ['/', 'videos', ['library']];
const CONSENT: Link = ['/consent', 'consent', ['consent']];

/** What each role has here besides the videos. */
const LINKS: Readonly<Record<Role, readonly Link[]>> = {
  admin: [VIDEOS, ['/people', 'people', ['people', 'person']], ['/audit', 'audit', ['audit']]],
  coach: [],
  player: [VIDEOS, CONSENT],
  guardian: [VIDEOS, CONSENT],
};

/** The way between the parts of the site: in the bar, and below it where the bar is narrow. */
export function navigation(role: Role, view: Route['view']): TemplateResult | typeof nothing {
  const links = LINKS[role];
  if (links.length === 0 || view === 'review') return nothing;
  return html`
    <nav class="sections" aria-label=${t('sections')}>
      ${links.map(([path, words, views]) => html`<a href=${path} aria-current=${views.includes(view) ? 'page' : nothing}>${t(words)}</a>`)}
    </nav>
  `;
}
