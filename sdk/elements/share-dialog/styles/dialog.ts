import { css } from 'lit';

/** The dialog itself, its fields, and what it shows while it waits. */
export const dialog = css`
  :host {
    display: contents;
  }
  [hidden] {
    display: none !important;
  }
  dialog {
    width: min(560px, calc(100vw - 32px));
    max-height: min(860px, calc(100dvh - 32px));
    padding: 0;
    border: 1px solid var(--va-line);
    border-radius: var(--va-radius-l);
    background: var(--va-surface-1);
    color: var(--va-text);
    box-shadow: var(--va-shadow-high);
    overscroll-behavior: contain;
  }
  dialog[open] {
    display: flex;
    flex-direction: column;
  }
  dialog::backdrop {
    background: #0009;
  }
  .head {
    display: flex;
    align-items: start;
    gap: var(--va-space-3);
    padding: var(--va-space-4) var(--va-space-4) var(--va-space-2) var(--va-space-5);
  }
  .body {
    flex: 1;
    min-height: 0;
    padding: 0 var(--va-space-5) var(--va-space-5);
    overflow-y: auto;
  }
  h2 {
    flex: 1;
    margin: 4px 0 0;
    font-size: var(--va-size-l);
    font-weight: 650;
    letter-spacing: -0.015em;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }
  h3 {
    margin: 0;
    font-size: var(--va-size-m);
    font-weight: 620;
    line-height: 1.3;
  }
  :is(h2, h3):focus-visible {
    outline: none;
  }
  p {
    margin: 0;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  small {
    display: block;
    color: var(--va-text-soft);
    font-size: var(--va-size-xs);
  }
  strong {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .soft,
  .hint {
    color: var(--va-text-soft);
    text-wrap: pretty;
  }
  .hint {
    margin-top: calc(-1 * var(--va-space-2));
    font-size: var(--va-size-xs);
  }
  .tabs {
    display: flex;
    gap: var(--va-space-1);
    margin-bottom: var(--va-space-4);
    border-bottom: 1px solid var(--va-line);
  }
  .tabs button {
    min-height: 44px;
    border: 0;
    border-bottom: 2px solid transparent;
    border-radius: var(--va-radius-s) var(--va-radius-s) 0 0;
    background: transparent;
    color: var(--va-text-soft);
  }
  .tabs button[aria-selected='true'] {
    border-bottom-color: var(--va-accent-text);
    color: var(--va-text);
  }
  form,
  .made {
    display: grid;
    gap: var(--va-space-3);
  }
  .field {
    display: grid;
    gap: 6px;
    min-width: 0;
  }
  .field :is(input, select, textarea) {
    width: 100%;
    font-size: var(--va-size-s);
    font-weight: 400;
  }
  .row {
    display: grid;
    grid-template-columns: 1fr 1fr;
    align-items: end;
    gap: var(--va-space-3);
  }
  .row.top {
    align-items: start;
  }
  textarea {
    min-height: 60px;
    padding: var(--va-space-2) var(--va-space-3);
    resize: vertical;
  }
  .check {
    display: flex;
    align-items: center;
    gap: var(--va-space-2);
    min-height: 36px;
    color: var(--va-text);
    font-size: var(--va-size-s);
  }
  input[type='checkbox'] {
    flex: none;
    width: 20px;
    height: 20px;
    margin: 0;
  }
  .wide {
    min-height: 44px;
  }
  [aria-disabled='true'] {
    opacity: 0.6;
    cursor: default;
  }
  .ghost {
    display: grid;
    gap: var(--va-space-3);
    min-height: 420px;
    align-content: start;
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  .ghost > i {
    height: 44px;
    border-radius: var(--va-radius-s);
    background: var(--va-surface-2);
  }
  .ghost > i:first-child {
    width: 50%;
  }
  @media (max-width: 480px) {
    dialog {
      width: 100vw;
      max-width: 100vw;
      max-height: calc(100dvh - 24px);
      margin: auto 0 0;
      border-width: 1px 0 0;
      border-radius: var(--va-radius-l) var(--va-radius-l) 0 0;
    }
    .head {
      padding: var(--va-space-3) var(--va-space-2) var(--va-space-2) var(--va-space-4);
    }
    .body {
      padding: 0 var(--va-space-4) calc(var(--va-space-5) + env(safe-area-inset-bottom));
    }
  }
`;
