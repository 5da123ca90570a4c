import { css } from 'lit';

const surface = css`
  :host {
    position: absolute;
    inset: 0;
    display: block;
    pointer-events: none;
    color-scheme: dark;
    user-select: none;
    -webkit-user-select: none;
  }
  .surface,
  .stage,
  .picture {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  .picture {
    display: block;
    overflow: hidden;
    pointer-events: none;
  }
  .picture text {
    white-space: pre;
  }
  .surface {
    pointer-events: auto;
    touch-action: none;
    outline-offset: -3px;
    -webkit-touch-callout: none;
  }
  .surface[data-pointer] {
    outline: none;
  }
  .surface.drawing {
    cursor: crosshair;
  }
  .crosshair {
    stroke: #ffffff;
    stroke-width: 1.5px;
    vector-effect: non-scaling-stroke;
  }
  .crosshair.edge {
    stroke: #000000;
    stroke-opacity: 0.7;
    stroke-width: 3.5px;
  }
  .writing {
    position: absolute;
    left: calc(var(--x) * 100%);
    top: calc(var(--y) * 100%);
    min-width: 6ch;
    max-width: calc((1 - var(--x)) * 100%);
    min-height: 0;
    margin: 0;
    padding: 0;
    border: 0;
    border-radius: 2px;
    outline: 2px solid var(--va-focus);
    outline-offset: 4px;
    background: rgb(11 14 18 / 55%);
    color: var(--ink);
    font:
      600 calc(var(--letters) * 1px) / 1.2 'Inter Variable',
      Inter,
      system-ui,
      sans-serif;
    field-sizing: content;
    resize: none;
    overflow: hidden;
    white-space: pre;
    pointer-events: auto;
    user-select: text;
    -webkit-user-select: text;
  }
`;

const tools = css`
  .tools {
    position: absolute;
    left: var(--va-space-2);
    top: var(--va-space-2);
    max-height: calc(100% - 2 * var(--va-space-2));
    display: flex;
    flex-flow: column wrap;
    gap: 2px;
    padding: var(--va-space-1);
    border: 1px solid rgb(255 255 255 / 10%);
    border-radius: var(--va-radius-m);
    background: rgb(16 19 25 / 78%);
    backdrop-filter: blur(12px);
    box-shadow: var(--va-shadow);
    pointer-events: auto;
  }
  .tools button.icon {
    color: var(--va-text);
  }
  .tools button[aria-pressed='true'] {
    background: var(--va-accent-fill);
    color: var(--va-on-accent);
  }
  .tools button:disabled {
    opacity: 0.45;
  }
  .divider {
    flex: none;
    width: 24px;
    height: 1px;
    margin: 3px auto;
    background: rgb(255 255 255 / 16%);
  }
  .swatch {
    width: 20px;
    height: 20px;
    border-radius: 50%;
    border: 2px solid rgb(0 0 0 / 65%);
    box-shadow: 0 0 0 1px rgb(255 255 255 / 45%);
    background: var(--ink);
  }
  .panel {
    position: fixed;
    width: fit-content;
    margin: 0 auto;
    padding: var(--va-space-2);
    border: 1px solid rgb(255 255 255 / 12%);
    border-radius: var(--va-radius-m);
    background: rgb(22 26 33 / 96%);
    box-shadow: var(--va-shadow-high);
    pointer-events: auto;
  }
  .panel > div {
    display: flex;
  }
  .choice {
    position: relative;
    display: grid;
    place-items: center;
    width: 36px;
    height: 36px;
    border-radius: var(--va-radius-s);
    cursor: pointer;
  }
  .choice:hover {
    background: var(--va-surface-3);
  }
  .choice:has(:checked) {
    box-shadow: inset 0 0 0 2px var(--va-text);
  }
  .choice:has(:focus-visible) {
    outline: 2px solid var(--va-focus);
    outline-offset: 2px;
  }
  .choice input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .rule {
    width: 22px;
    height: var(--thickness);
    border-radius: 5px;
    background: var(--ink);
  }
  .open-tools {
    display: none;
  }
`;

const notice = css`
  .notice {
    position: absolute;
    left: 50%;
    bottom: var(--va-space-3);
    transform: translateX(-50%);
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: var(--va-space-2);
    width: max-content;
    max-width: calc(100% - 24px);
    padding: var(--va-space-2) var(--va-space-3);
    border-radius: var(--va-radius-m);
    background: rgb(22 26 33 / 94%);
    color: var(--va-text);
    box-shadow: var(--va-shadow-high);
    pointer-events: auto;
  }
  .notice.soft {
    pointer-events: none;
  }
`;

const fingers = css`
  @media (pointer: coarse) {
    .choice {
      width: 44px;
      height: 44px;
    }
  }
`;

/**
 * A bottom sheet where the picture is too small to share, under the thumb. It lies above everything, so the player's edges do not
 * clip it. `SmallScreen` asks the same question.
 */
const narrow = css`
  @media (width < 700px), (pointer: coarse) and (width < 1000px) {
    .tools {
      position: fixed;
      inset: auto 0 0 0;
      width: 100%;
      max-width: none;
      max-height: none;
      margin: 0;
      flex-flow: row wrap;
      justify-content: center;
      padding: var(--va-space-2);
      padding-bottom: max(var(--va-space-2), env(safe-area-inset-bottom));
      border-width: 1px 0 0;
      border-radius: var(--va-radius-l) var(--va-radius-l) 0 0;
      background: rgb(16 19 25 / 94%);
    }
    .tools:not(:popover-open),
    .tools:popover-open ~ .open-tools {
      display: none;
    }
    .divider {
      display: none;
    }
    button.open-tools {
      display: inline-flex;
      position: absolute;
      left: var(--va-space-2);
      top: var(--va-space-2);
      border-color: rgb(255 255 255 / 14%);
      background: rgb(16 19 25 / 78%);
      color: var(--va-text);
      pointer-events: auto;
    }
  }
`;

export const canvasStyles = [surface, tools, notice, fingers, narrow];
