import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  .drop {
    display: grid;
    justify-items: center;
    gap: var(--va-space-2);
    padding: var(--va-space-5) var(--va-space-4);
    border: 1.5px dashed var(--va-line-strong);
    border-radius: var(--va-radius-l);
    background: var(--va-surface-1);
    text-align: center;
    transition:
      background-color var(--va-fast),
      border-color var(--va-fast);
  }
  .drop[data-over] {
    border-color: var(--va-accent-fill);
    border-style: solid;
    background: var(--va-accent-soft);
  }
  .drop > .mark {
    color: var(--va-accent-text);
  }
  .drop > .mark > svg {
    width: 28px;
    height: 28px;
  }
  .lead {
    font-size: var(--va-size-m);
    font-weight: 600;
  }
  .hint {
    max-width: 44ch;
    color: var(--va-text-soft);
    text-wrap: balance;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: var(--va-space-2);
    margin-top: var(--va-space-1);
  }
  .film {
    display: none;
  }
  @container (min-width: 620px) {
    .drop {
      grid-template-columns: auto 1fr auto;
      justify-items: start;
      gap: 0 var(--va-space-4);
      padding: var(--va-space-4) var(--va-space-5);
      text-align: start;
    }
    .drop > :is(.mark, .choices) {
      grid-row: 1 / 3;
      align-self: center;
    }
    .drop > .hint {
      grid-column: 2;
      max-width: 64ch;
    }
    .choices {
      grid-column: 3;
      margin: 0;
    }
  }
  /* A finger drops nothing, but holds a camera. */
  @media (hover: none) {
    .film {
      display: inline-flex;
    }
    .lead {
      display: none;
    }
  }
  @container (min-width: 620px) {
    @media (hover: none) {
      .drop > .hint {
        grid-row: 1 / 3;
        align-self: center;
      }
    }
  }
  .quota {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: start;
    gap: var(--va-space-2);
    margin: var(--va-space-3) 0 0;
    padding: var(--va-space-3);
    border-radius: var(--va-radius-m);
    background: var(--va-surface-2);
    color: var(--va-text-soft);
    font-size: var(--va-size-s);
    text-wrap: pretty;
  }
  .quota > svg {
    color: var(--va-warning);
  }
  .quota strong {
    color: var(--va-text);
    font-weight: 600;
  }
  .details {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: var(--va-space-3);
    margin-top: var(--va-space-3);
  }
  .field {
    display: grid;
    flex: 1 1 220px;
    gap: var(--va-space-1);
    min-width: 0;
  }
  .field select {
    width: 100%;
    min-width: 0;
  }
  .missing {
    margin: 0;
    color: var(--va-danger);
  }
  ul {
    display: grid;
    gap: var(--va-space-2);
    margin: var(--va-space-3) 0 0;
    padding: 0;
    list-style: none;
  }
  .card {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--va-space-3);
    padding: var(--va-space-3);
    border: 1px solid var(--va-line);
    border-radius: var(--va-radius-m);
    background: var(--va-surface-1);
  }
  .card > .mark {
    display: grid;
    place-items: center;
    width: 40px;
    height: 40px;
    border-radius: var(--va-radius-s);
    background: var(--va-surface-2);
    color: var(--va-text-soft);
  }
  .card[data-phase='failed'] > .mark {
    background: var(--va-danger-soft);
    color: var(--va-danger);
  }
  :is(.card[data-phase='ready'], .card[data-phase='arrived']) > .mark {
    background: var(--va-positive-soft);
    color: var(--va-positive);
  }
  .words {
    display: grid;
    gap: var(--va-space-1);
    min-width: 0;
  }
  .name {
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .title {
    width: 100%;
    min-width: 0;
  }
  .state {
    color: var(--va-text-soft);
    font-size: var(--va-size-xs);
    text-wrap: pretty;
  }
  .card[data-phase='failed'] .state {
    color: var(--va-text);
    font-size: var(--va-size-s);
  }
  :is(.card[data-phase='ready'], .card[data-phase='arrived']) .state {
    color: var(--va-positive);
  }
  .card[data-phase='waiting'] .state {
    color: var(--va-warning);
  }
  .code {
    color: var(--va-text-faint);
    font-size: var(--va-size-xs);
    overflow-wrap: anywhere;
  }
  .warning {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--va-space-1);
    color: var(--va-warning);
    font-size: var(--va-size-xs);
    text-wrap: pretty;
  }
  .warning > svg {
    width: 16px;
    height: 16px;
  }
  .existing {
    justify-self: start;
  }
  .unfinished {
    display: grid;
    gap: var(--va-space-1);
    margin-top: var(--va-space-4);
  }
  .unfinished > ul {
    gap: 0;
    margin: var(--va-space-1) 0 0;
  }
  .unfinished li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto auto;
    align-items: center;
    gap: var(--va-space-3);
    padding: var(--va-space-1) 0;
    border-top: 1px solid var(--va-line);
  }
  .unfinished .figures {
    color: var(--va-text-soft);
    font-size: var(--va-size-xs);
  }
  .unfinished .name {
    font-weight: 400;
  }
  .actions {
    display: flex;
    gap: var(--va-space-1);
  }
  progress {
    width: 100%;
    height: 6px;
    border: 0;
    border-radius: 3px;
    background: var(--va-surface-3);
    overflow: hidden;
    appearance: none;
  }
  progress::-webkit-progress-bar {
    background: var(--va-surface-3);
  }
  progress::-webkit-progress-value {
    border-radius: 3px;
    background: var(--va-accent-fill);
    transition: inline-size var(--va-slow) linear;
  }
  progress::-moz-progress-bar {
    border-radius: 3px;
    background: var(--va-accent-fill);
  }
  .card[data-phase='paused'] progress::-webkit-progress-value,
  .card[data-phase='waiting'] progress::-webkit-progress-value {
    background: var(--va-text-faint);
  }
  .card[data-phase='paused'] progress::-moz-progress-bar,
  .card[data-phase='waiting'] progress::-moz-progress-bar {
    background: var(--va-text-faint);
  }
  .notice {
    display: grid;
    justify-items: center;
    gap: var(--va-space-2);
    padding: var(--va-space-5) var(--va-space-4);
    border: 1px solid var(--va-line);
    border-radius: var(--va-radius-l);
    background: var(--va-surface-1);
    text-align: center;
  }
  @container (max-width: 420px) {
    .card > .mark {
      display: none;
    }
    .card {
      grid-template-columns: minmax(0, 1fr) auto;
    }
    .details > button {
      flex: 1 1 100%;
    }
  }
`;
