import { css } from 'lit';

export const notices = css`
  .poster {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: contain;
    opacity: 0.35;
  }
  .notice {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: var(--va-space-2);
    padding: var(--va-space-4);
    text-align: center;
    color: var(--va-text-soft);
    user-select: text;
  }
  .notice strong {
    color: var(--va-text);
    font-size: var(--va-size-m);
  }
  .notice p {
    max-width: 44ch;
    margin: 0;
  }
  .notice small {
    color: var(--va-text-faint);
    font-size: var(--va-size-xs);
  }
  .notice .icon {
    flex: none;
    width: 28px;
    height: 28px;
    color: var(--va-text-faint);
  }
  .notice button {
    margin-top: var(--va-space-2);
  }
  .progress {
    position: relative;
    width: min(240px, 60%);
    height: 4px;
    border-radius: 2px;
    background: var(--va-surface-3);
    overflow: hidden;
  }
  .progress::after {
    content: '';
    position: absolute;
    inset: 0;
    background: var(--va-accent-text);
    transform: scaleX(var(--at));
    transform-origin: left;
  }
`;
