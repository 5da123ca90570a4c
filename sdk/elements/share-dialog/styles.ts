import { css } from 'lit';

export const styles = css`
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
  .people {
    max-height: 224px;
    border: 1px solid var(--va-line);
    border-radius: var(--va-radius-m);
    overflow-y: auto;
  }
  .people > li + li {
    border-top: 1px solid var(--va-line);
  }
  .person {
    display: flex;
    align-items: center;
    gap: var(--va-space-3);
    min-height: 44px;
    padding: var(--va-space-2) var(--va-space-3);
    color: var(--va-text);
    font-size: var(--va-size-s);
    font-weight: 400;
  }
  label.person:hover {
    background: var(--va-surface-2);
  }
  .person > span {
    min-width: 0;
  }
  .person > svg {
    flex: none;
    align-self: start;
    color: var(--va-text-faint);
  }
  .why {
    margin-top: 2px;
    color: var(--va-text);
    text-wrap: pretty;
  }
  .reach {
    display: grid;
    gap: 6px;
  }
  .caption {
    color: var(--va-text-soft);
    font-size: var(--va-size-xs);
    font-weight: 550;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: var(--va-space-2);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    max-width: 100%;
    min-height: 36px;
    padding: 0 var(--va-space-3);
    border: 1px solid transparent;
    border-radius: 999px;
    background: var(--va-accent-soft);
    color: var(--va-accent-text);
    font-weight: 550;
    overflow-wrap: anywhere;
    white-space: normal;
  }
  .chip > svg {
    flex: none;
    width: 16px;
    height: 16px;
  }
  .along {
    background: var(--va-surface-2);
    color: var(--va-text);
  }
  .along-why {
    color: var(--va-text-soft);
    font-size: var(--va-size-xs);
  }
  .along-why:empty {
    display: none;
  }
  .secret {
    display: flex;
    gap: var(--va-space-2);
  }
  label + .secret {
    margin-top: -6px;
  }
  .secret > input {
    flex: 1;
    min-width: 0;
  }
  .secret > button {
    flex: none;
  }
  .made > button {
    justify-self: start;
  }
  .now,
  .trouble {
    display: flex;
    gap: var(--va-space-2);
    padding: var(--va-space-3);
    border-radius: var(--va-radius-m);
    background: var(--va-warning-soft);
    text-wrap: pretty;
  }
  .now > svg {
    flex: none;
    color: var(--va-warning);
  }
  .trouble {
    background: var(--va-danger-soft);
    color: var(--va-danger);
  }
  .shared {
    display: grid;
    gap: var(--va-space-2);
    margin-top: var(--va-space-5);
    padding-top: var(--va-space-4);
    border-top: 1px solid var(--va-line);
  }
  .entry {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--va-space-1) var(--va-space-3);
    padding: 10px 0;
  }
  .entry + .entry {
    border-top: 1px solid var(--va-line);
  }
  .entry-words {
    flex: 1 1 220px;
    min-width: 0;
  }
  .entry-words > small {
    margin-top: 2px;
  }
  .entry > button {
    margin-left: calc(-1 * var(--va-space-3));
  }
  q {
    display: block;
    margin-top: 4px;
    color: var(--va-text-soft);
    overflow-wrap: anywhere;
  }
  .badge {
    margin-left: 4px;
    padding: 1px 8px;
    border-radius: 999px;
    background: var(--va-surface-2);
    color: var(--va-text-soft);
    font-size: var(--va-size-xs);
    font-weight: 620;
  }
  :is([data-state='in_force'], [data-state='open']) .badge {
    background: var(--va-positive-soft);
    color: var(--va-positive);
  }
  [data-state='suspended'] .badge {
    background: var(--va-warning-soft);
    color: var(--va-warning);
  }
  .question {
    flex: 1 1 100%;
    display: grid;
    gap: var(--va-space-1);
    padding: var(--va-space-3);
    border-radius: var(--va-radius-m);
    background: var(--va-surface-2);
  }
  .answers {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: var(--va-space-2);
    margin-top: var(--va-space-2);
  }
  summary {
    padding: var(--va-space-2) 0;
    border-radius: var(--va-radius-s);
    color: var(--va-text-soft);
    font-weight: 550;
    cursor: pointer;
  }
  .notice {
    display: grid;
    justify-items: center;
    gap: var(--va-space-2);
    padding: var(--va-space-6) var(--va-space-2);
    text-align: center;
  }
  .notice > .mark {
    display: grid;
    place-items: center;
    width: 56px;
    height: 56px;
    border-radius: 50%;
    background: var(--va-surface-2);
    color: var(--va-text-soft);
  }
  .notice > strong {
    font-size: var(--va-size-m);
  }
  .notice > p {
    max-width: 44ch;
    color: var(--va-text-soft);
    text-wrap: balance;
  }
  .code {
    color: var(--va-text-faint);
    font-size: var(--va-size-xs);
    overflow-wrap: anywhere;
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
  @keyframes breathe {
    to {
      opacity: 0.55;
    }
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
