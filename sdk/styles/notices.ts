import { css } from 'lit';

/** What stands in a place that has nothing to show, with its `.mark`; the code of a problem; the breath of what is being fetched. */
export const notices = css`
  .notice {
    display: grid;
    justify-items: center;
    gap: var(--va-space-2);
    padding: var(--va-space-7) var(--va-space-4);
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
    max-width: 48ch;
    margin: 0;
    color: var(--va-text-soft);
    text-wrap: balance;
  }
  .code {
    color: var(--va-text-faint);
    font-size: var(--va-size-xs);
    overflow-wrap: anywhere;
  }
  @keyframes breathe {
    to {
      opacity: 0.55;
    }
  }
`;
