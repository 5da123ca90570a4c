import { css } from 'lit';

export const timeline = css`
  .panel {
    flex: none;
    padding: 0 var(--va-space-3) var(--va-space-2);
    border-top: 1px solid var(--va-line);
    background: var(--va-surface-1);
  }
  .panel[inert] {
    opacity: 0.4;
  }
  .timeline {
    position: relative;
    padding-top: var(--va-space-1);
    direction: ltr;
  }
  .peek {
    --half: calc(var(--peek-width) * 0.5px + 5px);
    position: absolute;
    bottom: 100%;
    left: clamp(var(--half), 8px + var(--peek) * (100% - 16px), 100% - var(--half));
    z-index: 1;
    display: grid;
    justify-items: center;
    width: calc(2 * var(--half));
    margin-bottom: var(--va-space-1);
    padding: 4px;
    border: 1px solid var(--va-line-strong);
    border-radius: var(--va-radius-s);
    background: var(--va-surface-1);
    box-shadow: var(--va-shadow-high);
    transform: translateX(-50%);
    pointer-events: none;
  }
  .peek img {
    display: block;
    width: calc(var(--w) * 1px);
    height: calc(var(--h) * 1px);
    border-radius: 3px;
    background: var(--va-mat);
    object-fit: none;
    object-position: calc(var(--x) * -1px) calc(var(--y) * -1px);
  }
  .peek .words {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    column-gap: var(--va-space-2);
    padding: 2px 0 1px;
    font-size: var(--va-size-xs);
    line-height: 1.3;
    white-space: nowrap;
    color: var(--va-text-soft);
  }
  .peek b {
    color: var(--va-text);
    font-weight: 600;
  }
  .track {
    position: relative;
  }
  .lane {
    position: relative;
    height: 24px;
    margin: 0 8px;
  }
  button.marker {
    position: absolute;
    left: calc(var(--from) * 100% - 12px);
    width: calc((var(--to) - var(--from)) * 100% + 24px);
    min-height: 0;
    height: 24px;
    padding: 0;
    border: 0;
    border-radius: var(--va-radius-s);
    background: none;
  }
  .marker::before {
    content: '';
    position: absolute;
    inset: 7px 10px 7px;
    min-width: 4px;
    border-radius: 2px;
    background: var(--va-text-faint);
    box-shadow: 0 0 0 1px var(--va-surface-1);
  }
  .marker[data-kind='drawing']::before {
    background: var(--va-warning);
  }
  .marker[data-kind='comment']::before {
    background: var(--va-accent-text);
  }
  .marker[data-kind='phase']::before {
    background: var(--va-positive);
  }
  .marker[data-kind='voice']::before {
    background: var(--va-danger);
  }
  button.marker:hover:not(:disabled),
  button.marker[aria-current='true'] {
    background: none;
  }
  .marker:hover::before {
    inset-block: 5px;
  }
  .marker[aria-current='true']::before {
    inset-block: 5px;
    box-shadow:
      0 0 0 2px var(--va-surface-1),
      0 0 0 4px var(--va-text);
  }
  .loop {
    position: absolute;
    inset-block: calc(50% - 9px);
    left: calc(8px + var(--from) * (100% - 16px));
    width: calc((var(--to) - var(--from)) * (100% - 16px));
    background: var(--va-accent-soft);
    pointer-events: none;
  }
  .loop[data-start] {
    border-left: 2px solid var(--va-accent-text);
  }
  .loop[data-end] {
    border-right: 2px solid var(--va-accent-text);
  }
  input[data-timeline],
  .speed input {
    appearance: none;
    position: relative;
    display: block;
    width: 100%;
    height: 28px;
    margin: 0;
    background: none;
    cursor: pointer;
    touch-action: none;
  }
  input[type='range']::-webkit-slider-runnable-track {
    height: 4px;
    border-radius: 2px;
    background: var(--range-track, var(--va-line-strong));
  }
  input[type='range']::-moz-range-track {
    height: 4px;
    border-radius: 2px;
    background: var(--range-track, var(--va-line-strong));
  }
  .track input {
    --range-track: linear-gradient(
      to right,
      var(--va-accent-text) calc(8px + var(--at) * (100% - 16px)),
      var(--va-line-strong) calc(8px + var(--at) * (100% - 16px))
    );
  }
  input[type='range']::-webkit-slider-thumb {
    appearance: none;
    width: 16px;
    height: 16px;
    margin-top: -6px;
    border: 2px solid var(--va-surface-1);
    border-radius: 50%;
    background: var(--va-text);
  }
  input[type='range']::-moz-range-thumb {
    width: 12px;
    height: 12px;
    border: 2px solid var(--va-surface-1);
    border-radius: 50%;
    background: var(--va-text);
  }
  @media (pointer: coarse) {
    input[data-timeline],
    .speed input {
      height: 44px;
    }
  }
`;
