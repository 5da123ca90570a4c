import { css } from 'lit';

export const transport = css`
  .transport {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr);
    align-items: center;
    gap: var(--va-space-2) var(--va-space-4);
    transition: opacity var(--va-slow);
  }
  [data-resting] .transport {
    opacity: 0.4;
  }
  .drive,
  .options,
  .position,
  .loop-ends,
  .screen,
  .speed,
  .frame {
    display: flex;
    align-items: center;
  }
  .options {
    justify-content: flex-end;
    gap: var(--va-space-3);
  }
  .position {
    gap: var(--va-space-2);
    min-width: 0;
    white-space: nowrap;
    color: var(--va-text-soft);
  }
  .frame {
    gap: var(--va-space-2);
    font-size: inherit;
  }
  .frame input {
    width: calc(5ch + 2 * var(--va-space-2));
    padding: 0 var(--va-space-2);
    text-align: right;
    font-variant-numeric: tabular-nums;
    user-select: text;
  }
  .timecode {
    margin-left: var(--va-space-1);
    color: var(--va-text);
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .proof {
    flex: none;
    width: 8px;
    height: 8px;
    border: 1.5px solid var(--va-warning);
    border-radius: 50%;
  }
  .proof[data-verified] {
    border-color: var(--va-positive);
    background: var(--va-positive);
  }
  button.icon {
    width: 40px;
    min-height: 40px;
  }
  .drive button[part~='play-button'] {
    margin: 0 var(--va-space-1);
    border-radius: 50%;
    width: 44px;
    min-height: 44px;
    background: var(--va-surface-3);
  }
  button.letter {
    width: 36px;
    min-height: 36px;
    font-weight: 650;
  }
  .loop-ends button[part~='loop-clear-button'] {
    width: 32px;
    min-height: 36px;
  }
  .loop-ends {
    gap: var(--va-space-1);
  }
  .loop-ends button:disabled {
    visibility: hidden;
  }
  .speed {
    gap: var(--va-space-2);
    min-width: 0;
  }
  .speed input {
    width: 104px;
  }
  .rate {
    min-width: 5ch;
    white-space: nowrap;
  }
  .real {
    color: var(--va-text-faint);
    font-size: var(--va-size-xs);
    line-height: 1.2;
    max-width: 10ch;
  }
  @media (pointer: coarse) {
    button.icon,
    button.letter,
    .loop-ends button[part~='loop-clear-button'] {
      min-width: 44px;
      min-height: 44px;
    }
    .drive button[part~='play-button'] {
      width: 52px;
      min-height: 52px;
    }
  }
  @container (width < 920px) {
    .transport {
      grid-template-columns: auto minmax(0, 1fr) auto;
    }
    .drive {
      justify-content: center;
    }
    .options {
      gap: var(--va-space-2);
    }
    .speed input {
      width: 72px;
    }
    .frame-word,
    .real {
      display: none;
    }
  }
  @container (width < 760px) {
    .transport {
      grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr);
    }
    .real {
      display: revert;
    }
    .speed input {
      width: 104px;
    }
    .options {
      display: contents;
    }
    .screen {
      grid-area: 1 / 3;
      justify-content: flex-end;
    }
    .speed {
      grid-area: 2 / 1 / auto / span 2;
    }
    .loop-ends {
      grid-area: 2 / 3;
      justify-content: flex-end;
    }
  }
  @container (width < 520px) {
    .transport {
      grid-template-columns: minmax(0, 1fr) auto;
      column-gap: var(--va-space-2);
      row-gap: 0;
    }
    .screen {
      grid-area: 1 / 2;
    }
    .drive {
      grid-area: 2 / 1 / auto / span 2;
      justify-content: center;
      gap: var(--va-space-4);
    }
    .speed {
      grid-area: 3 / 1;
    }
    .speed input {
      flex: 1;
      min-width: 60px;
    }
    .real {
      max-width: 11ch;
    }
    .loop-ends {
      grid-area: 3 / 2;
    }
  }
  @container (width < 350px) {
    .last {
      display: none;
    }
  }
`;
