import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { drawingInWords, type ElementEvents } from 'video-analysis-platform';
import { icon, notice } from './parts.ts';
import { language, t } from './site.ts';

export type Drawing = ElementEvents['va-annotations-change']['annotations'][number];

export const inOrder = (drawings: readonly Drawing[]): Drawing[] =>
  drawings.toSorted((a, b) => a.document.frame - b.document.frame || a.createdAt.localeCompare(b.createdAt));

/** The drawings on this frame. */
export const idsAt = (drawings: readonly Drawing[], frame: number): string =>
  drawings
    .filter(({ document }) => frame >= document.frame && frame < document.frame + document.frameCount)
    .map(({ id }) => id)
    .join(' ');

/** One word or two for a marker on the timeline. */
export const labelOf = ({ document, createdByName }: Drawing): string =>
  `${drawingInWords(document, language()).join(', ')}, ${t('drawnBy', { name: createdByName })}`;

const secondsOf = (ptsMs: number): string =>
  new Intl.NumberFormat(language(), {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(ptsMs / 1000);

/** @param shown The ids of those on the frame on the screen. */
export function drawingsTemplate(
  drawings: readonly Drawing[],
  shown: string,
  mayDraw: boolean,
  choose: (drawing: Drawing) => void,
): TemplateResult {
  if (drawings.length === 0) return notice('pencil', t('noDrawings'), t(mayDraw ? 'noDrawingsDraw' : 'noDrawingsWait'));
  const current = new Set(shown.split(' '));
  return html`<ol class="drawings">
    ${repeat(
      inOrder(drawings),
      ({ id }) => id,
      (drawing) =>
        html`<li>
          <button class="drawing" type="button" aria-current=${current.has(drawing.id)} @click=${() => choose(drawing)}>
            <span class="drawing-place">
              <strong>${t('frame', { frame: drawing.document.frame })}</strong>
              <span class="soft">${drawing.version > 0 ? secondsOf(drawing.anchor.ptsMs) : ''}</span>
            </span>
            ${drawingInWords(drawing.document, language()).map((words, at) => html`<span class="shape">${dot(drawing, at)}<span>${words}</span></span>`)}
            <span class="soft">${t('drawnBy', { name: drawing.createdByName })}${stateOf(drawing)}</span>
          </button>
        </li>`,
    )}
  </ol>`;
}

const stateOf = ({ state }: Drawing): string => (state === 'saved' ? '' : ` · ${t(state === 'saving' ? 'saving' : 'unsaved')}`);

/** The shape's own colour. An attribute, because our pages allow no inline style. */
function dot({ document }: Drawing, at: number): TemplateResult {
  const shape = document.shapes[at];
  const color =
    shape && 'style' in shape && typeof shape.style === 'object' && shape.style !== null && 'color' in shape.style
      ? String(shape.style.color)
      : '';
  return color === ''
    ? icon('pencil')
    : html`<svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4" fill=${color}></circle></svg>`;
}
