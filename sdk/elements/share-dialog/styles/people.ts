import { css } from 'lit';

/** People to choose from, and what is shared already. */
export const people = css`
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
`;
