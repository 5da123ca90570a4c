import { html, type TemplateResult } from 'lit';
import { notice } from './parts.ts';
import { t } from './site.ts';

/** In the place of a page that is for administrators. */
export const forAdminsOnly = (view: string): TemplateResult => html`
  <main class="desk" data-view=${view} tabindex="-1">
    <h1 class="visually-hidden" tabindex="-1">${t('forAdminsTitle')}</h1>
    ${notice('lock', t('forAdminsTitle'), t('forAdminsText'), html`<a class="button" href="/">${t('toVideos')}</a>`)}
  </main>
`;
