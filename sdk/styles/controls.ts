import { css } from 'lit';

/** Native controls in the house's dress: `button` (with `.primary`, `.quiet`, `.danger`, `.icon`), fields, chips, focus ring. */
export const controls = css`
  :focus-visible {
    outline: 2px solid var(--va-focus);
    outline-offset: 2px;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--va-space-2);
    min-height: 36px;
    padding: 0 var(--va-space-3);
    border: 1px solid var(--va-line-strong);
    border-radius: var(--va-radius-s);
    background: var(--va-surface-1);
    color: var(--va-text);
    font: inherit;
    font-weight: 550;
    text-decoration: none;
    white-space: nowrap;
    cursor: pointer;
    touch-action: manipulation;
    transition: background-color var(--va-fast);
  }
  button:hover:not(:disabled) {
    background: var(--va-surface-3);
  }
  button:disabled {
    color: var(--va-text-faint);
    border-color: var(--va-line);
    cursor: default;
  }
  button.primary {
    border-color: transparent;
    background: var(--va-accent-fill);
    color: var(--va-on-accent);
  }
  button.primary:hover:not(:disabled) {
    background: var(--va-accent-hover);
  }
  button.quiet,
  button.icon {
    border-color: transparent;
    background: transparent;
  }
  button.icon {
    width: 36px;
    padding: 0;
  }
  button.danger {
    color: var(--va-danger);
  }
  button[aria-pressed='true'],
  button[aria-pressed='true']:hover:not(:disabled) {
    border-color: transparent;
    background: var(--va-accent-soft);
    color: var(--va-accent-text);
  }
  button > svg {
    flex: none;
    width: 20px;
    height: 20px;
  }
  label {
    color: var(--va-text-soft);
    font-size: var(--va-size-xs);
    font-weight: 550;
  }
  select,
  input:not([type='range'], [type='checkbox'], [type='file']),
  textarea {
    min-height: 36px;
    padding: 0 var(--va-space-3);
    border: 1px solid var(--va-line-strong);
    border-radius: var(--va-radius-s);
    background: var(--va-surface-1);
    color: var(--va-text);
    font: inherit;
  }
  input[type='range'],
  input[type='checkbox'] {
    accent-color: var(--va-accent-fill);
  }
  @media (pointer: coarse) {
    button,
    .button,
    select,
    input:not([type='range'], [type='checkbox']) {
      min-height: 44px;
    }
    button.icon {
      width: 44px;
    }
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .figures {
    font-variant-numeric: tabular-nums;
  }
`;
