import { html, nothing, svg, type TemplateResult } from 'lit';
import { initials, language, setLanguage, setTheme, t, theme, type Theme } from './site.ts';

/** An icon of the sprite; what it means is said beside it. */
export const icon = (name: string): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${svg`<use href="/assets/icons.svg#${name}"></use>`}</svg>`;

export const brand = (): TemplateResult =>
  html`<span class="brand"><img src="/assets/mark.svg" alt="" width="28" height="28" /><span>Slowmo</span></span>`;

export const badge = (name: string): TemplateResult => html`<span class="initials" aria-hidden="true">${initials(name)}</span>`;

/** Norsk and English, each in its own language. */
export const languageSwitch = (): TemplateResult => html`
  <div class="segments" role="group" aria-label=${t('language')}>
    ${(
      [
        ['nb', 'Norsk'],
        ['en', 'English'],
      ] as const
    ).map(
      ([code, name]) =>
        html`<button type="button" lang=${code} aria-pressed=${code === language()} @click=${() => setLanguage(code)}>${name}</button>`,
    )}
  </div>
`;

const THEMES: readonly (readonly [Theme, 'themeAuto' | 'themeLight' | 'themeDark', string])[] = [
  ['auto', 'themeAuto', 'sun-moon'],
  ['light', 'themeLight', 'sun'],
  ['dark', 'themeDark', 'moon'],
];

export const themeSwitch = (): TemplateResult => html`
  <div class="segments" role="group" aria-label=${t('theme')}>
    ${THEMES.map(
      ([name, words, picture]) =>
        html`<button type="button" title=${t(words)} aria-label=${t(words)} aria-pressed=${name === theme()} @click=${() => setTheme(name)}>
          ${icon(picture)}
        </button>`,
    )}
  </div>
`;

/** What stands where there is nothing else: what it is, what to do. */
export const notice = (
  picture: string,
  title: string,
  text: string,
  more: TemplateResult | typeof nothing = nothing,
): TemplateResult => html`
  <div class="notice">
    <span class="notice-mark">${icon(picture)}</span>
    <h2>${title}</h2>
    <p>${text}</p>
    ${more}
  </div>
`;
