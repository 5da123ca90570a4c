import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  h2 {
    margin: 0 0 var(--va-space-1);
    font-size: var(--va-size-l);
    font-weight: 650;
    letter-spacing: -0.015em;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }
  p {
    margin: 0;
  }
  .intro {
    max-width: 64ch;
    margin-bottom: var(--va-space-4);
    color: var(--va-text-soft);
    text-wrap: pretty;
  }
  .soft {
    color: var(--va-text-soft);
  }
  .choice {
    margin-bottom: var(--va-space-4);
  }
  div.choice {
    display: flex;
    flex-wrap: wrap;
    gap: var(--va-space-2);
  }
  select.choice {
    max-width: 100%;
    text-overflow: ellipsis;
  }
  .chip {
    max-width: 100%;
    border-radius: 999px;
    font-weight: 500;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .cards {
    display: grid;
    gap: var(--va-space-3);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .card {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(200px, 260px);
    grid-template-rows: 1fr auto;
    gap: var(--va-space-3) var(--va-space-5);
    padding: var(--va-space-4) var(--va-space-5);
    border: 1px solid var(--va-line);
    border-radius: var(--va-radius-m);
    background: var(--va-surface-1);
  }
  .card > .words {
    grid-row: 1 / -1;
  }
  .card > button {
    justify-self: start;
    min-width: 120px;
  }
  .words {
    display: grid;
    align-content: start;
    gap: var(--va-space-1);
    max-width: 68ch;
    text-wrap: pretty;
  }
  h3 {
    margin: 0 0 2px;
    font-size: var(--va-size-m);
    font-weight: 620;
    line-height: 1.3;
  }
  .standing {
    display: grid;
    align-content: start;
    justify-items: start;
    gap: 6px;
    overflow-wrap: anywhere;
  }
  .badge {
    padding: 2px 10px;
    border-radius: 999px;
    background: var(--va-surface-2);
    color: var(--va-text-soft);
    font-size: var(--va-size-xs);
    font-weight: 620;
  }
  [data-state='agreed'] .badge {
    background: var(--va-positive-soft);
    color: var(--va-positive);
  }
  [data-state='withdrawn'] .badge,
  [data-state='ended'] .badge {
    background: var(--va-warning-soft);
    color: var(--va-warning);
  }
  details {
    margin-top: var(--va-space-4);
  }
  summary {
    width: fit-content;
    padding: var(--va-space-2) 0;
    border-radius: var(--va-radius-s);
    color: var(--va-text-soft);
    font-weight: 550;
    cursor: pointer;
  }
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  ol > li {
    display: grid;
    grid-template-columns: 13em minmax(0, 1fr);
    gap: 2px var(--va-space-4);
    padding: 10px 0;
    border-top: 1px solid var(--va-line);
  }
  time {
    color: var(--va-text-soft);
    font-variant-numeric: tabular-nums;
  }
  .moment {
    overflow-wrap: anywhere;
  }
  .moment > strong {
    font-weight: 620;
  }
  .moment > .soft {
    display: block;
  }
  .moment > strong::after {
    content: ' ·';
    color: var(--va-text-faint);
  }
  dialog {
    width: min(480px, calc(100vw - 32px));
    max-height: calc(100dvh - 32px);
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
  dialog h2 {
    margin-bottom: var(--va-space-2);
  }
  #ask-text,
  #ask-text > div {
    display: grid;
    gap: var(--va-space-3);
    text-wrap: pretty;
  }
  .about {
    font-weight: 620;
  }
  .now {
    display: flex;
    gap: var(--va-space-2);
    padding: var(--va-space-3);
    border-radius: var(--va-radius-m);
    background: var(--va-warning-soft);
  }
  .now > svg {
    flex: none;
    color: var(--va-warning);
  }
  .paper {
    display: grid;
    gap: 6px;
    margin: var(--va-space-4) 0 var(--va-space-1);
  }
  #paper-hint {
    font-size: var(--va-size-xs);
  }
  .trouble {
    margin-top: var(--va-space-3);
    padding: var(--va-space-3);
    border-radius: var(--va-radius-s);
    background: var(--va-danger-soft);
    color: var(--va-danger);
  }
  .answers {
    display: flex;
    justify-content: end;
    gap: var(--va-space-2);
    margin-top: var(--va-space-4);
  }
  .ghost {
    grid-template: auto / minmax(0, 1fr);
    min-height: 132px;
    align-content: start;
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  .ghost > i {
    width: 80%;
    height: 1em;
    border-radius: var(--va-radius-s);
    background: var(--va-surface-3);
  }
  .ghost > i:first-child {
    width: 40%;
  }
  @container (max-width: 640px) {
    .card {
      grid-template: auto / minmax(0, 1fr);
      padding: var(--va-space-4);
    }
    .card > .words {
      grid-row: auto;
    }
    .card > button {
      justify-self: stretch;
    }
    ol > li {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
