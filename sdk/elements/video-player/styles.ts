import { css } from 'lit';

/** The stage is dark in both themes: the picture is judged against it. */
const stage = css`
  :host {
    display: block;
    color-scheme: dark;
    min-width: 0;
    border-radius: var(--va-radius-m);
    overflow: clip;
    background: var(--va-surface-0);
    user-select: none;
  }
  .base {
    display: flex;
    flex-direction: column;
    position: relative;
    height: 100%;
    container-type: inline-size;
    outline: none;
  }
  .stage {
    flex: 1 1 auto;
    position: relative;
    display: grid;
    place-items: center;
    min-height: 0;
    max-height: var(--va-stage-max-height, max(220px, min(80dvh, 100dvh - 230px)));
    aspect-ratio: var(--ratio, 16 / 9);
    container-type: size;
    overflow: clip;
    background: var(--va-mat);
  }
  :host([expanded]) {
    position: fixed;
    inset: 0;
    z-index: 2147483647;
    border-radius: 0;
  }
  :host([expanded]) .stage,
  :host(:fullscreen) .stage {
    max-height: none;
    aspect-ratio: auto;
  }
  .picture {
    position: relative;
    width: min(100cqw, 100cqh * var(--ratio, 16 / 9));
    aspect-ratio: var(--ratio, 16 / 9);
  }
  .picture[hidden] {
    display: none;
  }
  video {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: fill;
  }
  .held {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    pointer-events: none;
  }
  .overlay {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  ::slotted(*) {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
`;

const notices = css`
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

const timeline = css`
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

const transport = css`
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

/** On a low screen the picture gets all of it and the controls float over its edge. */
const low = css`
  @media (height < 480px) {
    .stage {
      max-height: var(--va-stage-max-height, 100dvh);
    }
    .panel {
      position: absolute;
      inset: auto 0 0;
      border: 0;
      background: color-mix(in srgb, var(--va-mat) 72%, transparent);
      backdrop-filter: blur(12px);
      transition: opacity var(--va-slow);
    }
    [data-idle] .panel:not(:focus-within) {
      opacity: 0;
      pointer-events: none;
    }
  }
`;

export const playerStyles = [stage, notices, timeline, transport, low];
