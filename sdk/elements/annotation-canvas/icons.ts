import { svg, type SVGTemplateResult } from 'lit';
import type { Tool } from './tools.ts';

/** Shapes of the Lucide set on its 24-unit grid. Decorative: the button that holds one has the name. */
const icon = (shape: SVGTemplateResult): SVGTemplateResult =>
  svg`<svg aria-hidden="true" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"
    stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`;

export const toolIcons: Readonly<Record<Tool, SVGTemplateResult>> = {
  select: icon(
    svg`<path d="M4.037 4.688a.495.495 0 0 1 .651-.651l16 6.5a.5.5 0 0 1-.063.947l-6.124 1.58a2 2 0 0 0-1.438 1.435l-1.579 6.126a.5.5 0 0 1-.947.063z" />`,
  ),
  line: icon(svg`<path d="M20 4 4 20" />`),
  arrow: icon(svg`<path d="M7 7h10v10" /><path d="M7 17 17 7" />`),
  circle: icon(svg`<circle cx="12" cy="12" r="9" />`),
  angle: icon(svg`<path d="M20 19H4L15 5" /><path d="M13.5 19a9 9 0 0 0-3.6-7.3" />`),
  text: icon(svg`<path d="M12 4v16" /><path d="M4 7V5a1 1 0 0 1 1-1h14a1 1 0 0 1 1 1v2" /><path d="M9 20h6" />`),
  freehand: icon(
    svg`<path d="M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z" /><path d="m15 5 4 4" />`,
  ),
};

export const canvasIcons = {
  undo: icon(svg`<path d="M9 14 4 9l5-5" /><path d="M4 9h10.5a5.5 5.5 0 0 1 5.5 5.5a5.5 5.5 0 0 1-5.5 5.5H11" />`),
  redo: icon(svg`<path d="m15 14 5-5-5-5" /><path d="M20 9H9.5A5.5 5.5 0 0 0 4 14.5A5.5 5.5 0 0 0 9.5 20H13" />`),
  remove: icon(
    svg`<path d="M10 11v6" /><path d="M14 11v6" /><path d="M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6" /><path d="M3 6h18" /><path d="M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2" />`,
  ),
  close: icon(svg`<path d="M18 6 6 18" /><path d="m6 6 12 12" />`),
} as const;
