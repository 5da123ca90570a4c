import { css } from 'lit';

/** The stage is dark in both themes: the picture is judged against it. */
export const stage = css`
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
