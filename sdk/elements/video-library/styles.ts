import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  .filters {
    display: flex;
    gap: var(--va-space-3);
    margin: 0 calc(-1 * var(--va-space-1)) var(--va-space-3);
    padding: var(--va-space-1);
    overflow-x: auto;
    scrollbar-width: none;
  }
  .chips {
    display: flex;
    flex: none;
    gap: var(--va-space-2);
  }
  .chips + .chips {
    padding-inline-start: var(--va-space-3);
    border-inline-start: 1px solid var(--va-line);
  }
  .chip {
    flex: none;
    border-radius: 999px;
    padding-inline: var(--va-space-3);
    font-weight: 500;
  }
  .chip[data-on='true'] {
    border-color: transparent;
    background: var(--va-accent-soft);
    color: var(--va-accent-text);
  }
  select.chip {
    max-width: 220px;
    text-overflow: ellipsis;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 228px), 1fr));
    gap: var(--va-space-4);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .card {
    position: relative;
    display: flex;
    flex-direction: column;
    min-width: 0;
    border: 1px solid var(--va-line);
    border-radius: var(--va-radius-m);
    background: var(--va-surface-1);
    overflow: hidden;
    content-visibility: auto;
    contain-intrinsic-size: auto 228px auto 250px;
    transition: border-color var(--va-fast);
  }
  .card[data-playable]:hover {
    border-color: var(--va-line-strong);
  }
  .card:has(.open:focus-visible) {
    outline: 2px solid var(--va-focus);
    outline-offset: 2px;
  }
  .mat {
    position: relative;
    display: grid;
    place-items: center;
    aspect-ratio: 4 / 3;
    background: var(--va-mat);
    color: color-mix(in srgb, var(--va-on-mat) 45%, transparent);
    overflow: hidden;
  }
  .sign {
    grid-area: 1 / 1;
  }
  .sign > svg {
    width: 28px;
    height: 28px;
  }
  .mat > img {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    background: var(--va-mat);
    object-fit: contain;
    transition: opacity var(--va-slow);
  }
  .mat > img:not([src]) {
    opacity: 0;
  }
  .card:not([data-playable]) .mat > img {
    opacity: 0.55;
  }
  .badge {
    position: absolute;
    padding: 2px 7px;
    border-radius: var(--va-radius-s);
    background: #0b0e13d9;
    color: #ffffff;
    font-size: var(--va-size-xs);
    font-weight: 600;
  }
  .badge.length {
    inset: auto var(--va-space-2) var(--va-space-2) auto;
  }
  .badge.rate {
    inset: auto auto var(--va-space-2) var(--va-space-2);
  }
  .badge.state {
    inset: var(--va-space-2) auto auto var(--va-space-2);
    max-width: calc(100% - 2 * var(--va-space-2));
    background: var(--va-surface-1);
    color: var(--va-text);
  }
  .badge.state[data-tone='trouble'] {
    background: var(--va-danger-soft);
    color: var(--va-danger);
  }
  .mat > progress {
    position: absolute;
    inset: auto 0 0;
    width: 100%;
    height: 4px;
    border: 0;
    background: #ffffff40;
    appearance: none;
  }
  .mat > progress::-webkit-progress-bar {
    background: #ffffff40;
  }
  .mat > progress::-webkit-progress-value {
    background: var(--va-accent-fill);
    transition: inline-size var(--va-slow) linear;
  }
  .mat > progress::-moz-progress-bar {
    background: var(--va-accent-fill);
  }
  .words {
    display: grid;
    align-content: start;
    gap: var(--va-space-1);
    padding: var(--va-space-3);
  }
  h3 {
    margin: 0;
    font-size: var(--va-size-s);
    line-height: 1.35;
  }
  h3 > * {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .open {
    min-height: 0;
    padding: 0;
    border: 0;
    border-radius: 0;
    background: none;
    text-align: start;
    white-space: normal;
  }
  .open:hover:not(:disabled) {
    background: none;
  }
  .open:focus-visible {
    outline: none;
  }
  /* The whole card is the button's, without nesting anything in it. */
  .open::after {
    content: '';
    position: absolute;
    inset: 0;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px var(--va-space-2);
    margin: 0;
    color: var(--va-text-soft);
    font-size: var(--va-size-xs);
  }
  .who {
    flex: 1 0 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .when {
    color: var(--va-text-faint);
    white-space: nowrap;
  }
  .already {
    color: var(--va-accent-text);
    font-weight: 550;
    white-space: nowrap;
  }
  .drawings {
    display: inline-flex;
    align-items: center;
    gap: 3px;
  }
  .drawings > svg {
    width: 14px;
    height: 14px;
  }
  .trouble {
    margin: 0;
    color: var(--va-text);
    font-size: var(--va-size-xs);
    text-wrap: pretty;
  }
  .card > .remove {
    position: absolute;
    inset: 0 0 auto auto;
    z-index: 1;
    width: 44px;
    height: 44px;
    background: none;
    color: #ffffff;
    opacity: 0;
    transition: opacity var(--va-fast);
  }
  /* Large for a finger, small for the eye. */
  .remove > svg {
    width: 18px;
    height: 18px;
    padding: 6px;
    border-radius: var(--va-radius-s);
    background: #0b0e13d9;
    box-sizing: content-box;
  }
  .card > .remove:hover > svg {
    background: #b3261e;
  }
  .card > .remove:focus-visible {
    outline-offset: -4px;
  }
  .card:hover > .remove,
  .card:focus-within > .remove {
    opacity: 1;
  }
  @media (hover: none) {
    .card > .remove {
      opacity: 1;
    }
  }
  .ghost .mat {
    background: var(--va-surface-3);
  }
  .ghost i {
    height: 0.9em;
    border-radius: var(--va-radius-s);
    background: var(--va-surface-3);
  }
  .ghost i + i {
    width: 60%;
  }
  .ghost {
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  .more {
    display: grid;
    justify-items: center;
    margin-top: var(--va-space-5);
  }
  dialog {
    width: min(420px, calc(100vw - 32px));
    padding: var(--va-space-5);
    border: 1px solid var(--va-line);
    border-radius: var(--va-radius-l);
    background: var(--va-surface-1);
    color: var(--va-text);
    box-shadow: var(--va-shadow-high);
  }
  dialog::backdrop {
    background: #0009;
  }
  dialog > h2 {
    margin: 0 0 var(--va-space-2);
    font-size: var(--va-size-l);
  }
  dialog > p {
    margin: 0 0 var(--va-space-4);
    overflow-wrap: anywhere;
  }
  dialog > form {
    display: flex;
    justify-content: end;
    gap: var(--va-space-2);
  }
  @container (max-width: 520px) {
    .grid {
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 150px), 1fr));
      gap: var(--va-space-3);
    }
    .words {
      padding: var(--va-space-2);
    }
  }
`;
