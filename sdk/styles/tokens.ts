import { css, unsafeCSS } from 'lit';
import { tokenDeclarations } from './palette.ts';

/** `data-va-theme` on an element: light, dark, or auto for the visitor's preference. */
export const theme = css`
  :host([data-va-theme='light']) {
    color-scheme: light;
  }
  :host([data-va-theme='dark']) {
    color-scheme: dark;
  }
  :host([data-va-theme='auto']) {
    color-scheme: light dark;
  }
`;

/**
 * The first entry of every element's `styles`: declares each `--va-*` token of palette.ts on the host.
 *
 * A host page that sets `--va-accent`, `--va-radius` or `--va-font` anywhere above an element changes everything derived from
 * them; any other token can be set on the element itself. The theme follows the page's `color-scheme` (so a page that declares
 * `light dark` follows the visitor's preference, and one that declares nothing stays light); `data-va-theme="light|dark|auto"`
 * on an element decides for that element and what is inside it.
 */
export const tokens = css`
  ${theme}
  :host {
    ${unsafeCSS(tokenDeclarations('    '))}
    font-family: var(--va-font-family);
    font-size: var(--va-size-s);
    line-height: 1.4;
    color: var(--va-text);
    -webkit-text-size-adjust: none;
    text-size-adjust: none;
  }
  :host([hidden]) {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
