import { css } from 'lit';

/** On a low screen the picture gets all of it and the controls float over its edge. */
export const low = css`
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
