import { svg, type SVGTemplateResult } from 'lit';

/** A shape of the Lucide set on its 24-unit grid, at 20 px. Decorative: the control that holds it has the name. */
const icon = (shape: SVGTemplateResult): SVGTemplateResult =>
  svg`<svg class="icon" aria-hidden="true" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`;

const speaker = svg`<path d="M11 4.702a.705.705 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.705.705 0 0 0 11 19.298z" />`;

export const icons = {
  play: icon(svg`<path d="M5 5a2 2 0 0 1 3.008-1.728l11.997 6.998a2 2 0 0 1 .003 3.458l-12 7A2 2 0 0 1 5 19z" />`),
  pause: icon(svg`<rect x="14" y="3" width="5" height="18" rx="1" /><rect x="5" y="3" width="5" height="18" rx="1" />`),
  stepBack: icon(
    svg`<path d="M13.971 4.285A2 2 0 0 1 17 6v12a2 2 0 0 1-3.029 1.715l-9.997-5.998a2 2 0 0 1-.003-3.432z" /><path d="M21 20V4" />`,
  ),
  stepForward: icon(
    svg`<path d="M10.029 4.285A2 2 0 0 0 7 6v12a2 2 0 0 0 3.029 1.715l9.997-5.998a2 2 0 0 0 .003-3.432z" /><path d="M3 4v16" />`,
  ),
  sound: icon(svg`${speaker}<path d="M16 9a5 5 0 0 1 0 6" /><path d="M19.364 18.364a9 9 0 0 0 0-12.728" />`),
  muted: icon(svg`${speaker}<path d="m16.5 14.5 5-5" /><path d="m16.5 9.5 5 5" />`),
  enlarge: icon(
    svg`<path d="M8 3H5a2 2 0 0 0-2 2v3" /><path d="M21 8V5a2 2 0 0 0-2-2h-3" /><path d="M3 16v3a2 2 0 0 0 2 2h3" /><path d="M16 21h3a2 2 0 0 0 2-2v-3" />`,
  ),
  shrink: icon(
    svg`<path d="M8 3v3a2 2 0 0 1-2 2H3" /><path d="M21 8h-3a2 2 0 0 1-2-2V3" /><path d="M3 16h3a2 2 0 0 1 2 2v3" /><path d="M16 21v-3a2 2 0 0 1 2-2h3" />`,
  ),
  alert: icon(svg`<circle cx="12" cy="12" r="10" /><path d="M12 8v4" /><path d="M12 16h.01" />`),
  lock: icon(svg`<rect width="18" height="11" x="3" y="11" rx="2" /><path d="M7 11V7a5 5 0 0 1 10 0v4" />`),
  film: icon(
    svg`<rect width="18" height="18" x="3" y="3" rx="2" /><path d="M7 3v18" /><path d="M17 3v18" /><path d="M3 12h18" /><path d="M3 7.5h4" /><path d="M3 16.5h4" /><path d="M17 7.5h4" /><path d="M17 16.5h4" />`,
  ),
  close: icon(svg`<path d="M18 6 6 18" /><path d="m6 6 12 12" />`),
} as const;
