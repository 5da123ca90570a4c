import { css, html, LitElement, nothing, svg } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { AnnotationDocument } from '../../../domain/annotation/document.ts';
import { picture } from '../../../domain/annotation/picture.ts';
import { opacityAt } from '../../../domain/annotation/visibility.ts';
import type { Size } from '../../../domain/geometry/point.ts';
import type { StoredAnnotation } from '../../client/annotation-store.ts';
import { ClockController } from '../../contexts/clock.ts';
import { AnnotationsController } from '../../controllers/annotations.ts';
import { emit } from '../../events.ts';
import { LocaleController } from '../../locales/locale.ts';
import { controls } from '../../styles/controls.ts';
import { tokens } from '../../styles/tokens.ts';
import { svgNodes } from './svg-nodes.ts';
import { inWords } from './words.ts';

declare global {
  interface HTMLElementTagNameMap {
    'annotation-layer': AnnotationLayer;
  }
}

interface Visible {
  readonly document: AnnotationDocument;
  readonly opacity: number;
}

/**
 * Shows the drawings of the frame that the player around it shows, and says them for those who cannot see. Draws only: editing
 * belongs to `annotation-canvas`.
 *
 * @summary Read-only drawings over a player's picture.
 * @csspart picture - The SVG that holds the shapes.
 * @fires va-annotations-change - The drawings of the video changed, here or at the server.
 * @fires va-error - The drawings could not be loaded.
 */
export class AnnotationLayer extends LitElement {
  static override styles = [
    tokens,
    controls,
    css`
      :host {
        position: absolute;
        inset: 0;
        display: block;
        pointer-events: none;
      }
      svg {
        display: block;
        width: 100%;
        height: 100%;
        overflow: hidden;
      }
      text {
        white-space: pre;
      }
    `,
  ];

  static override properties = { documents: { attribute: false } };

  readonly #clock = new ClockController(this);
  readonly #annotations = new AnnotationsController(this, this.#clock);
  readonly #locale = new LocaleController(this);
  #announced: readonly StoredAnnotation[] | undefined;

  /** Shows these instead of what the video's own drawings are. */
  declare documents: readonly AnnotationDocument[] | undefined;

  constructor() {
    super();
    this.documents = undefined;
  }

  protected override updated(): void {
    const items = this.#annotations.store?.items;
    if (!items || items === this.#announced) return;
    this.#announced = items;
    emit(this, 'va-annotations-change', { annotations: items });
  }

  override render() {
    // A player ticks with every frame, and most frames look like the one before.
    return html`${guard(this.#scene(), () => this.#draw())}`;
  }

  #draw() {
    const size = this.#size();
    const visible = this.#visible();
    const held = this.#annotations.store?.held ?? new Set();
    return html`<svg part="picture" aria-hidden="true" viewBox="0 0 ${size.width} ${size.height}" preserveAspectRatio="none">
        ${visible.map(({ document, opacity }) => {
          const shapes = document.shapes.filter(({ id }) => !held.has(id));
          return svg`<g opacity=${opacity}>${svgNodes(picture({ shapes }, size))}</g>`;
        })}
      </svg>
      ${visible.length === 0 ? nothing : this.#renderWords(visible, size)}`;
  }

  #renderWords(visible: readonly Visible[], size: Size) {
    return html`<ul class="visually-hidden" aria-label=${this.#locale.t('canvas.onThisFrame')}>
      ${visible.flatMap(({ document }) => document.shapes.map((shape) => html`<li>${inWords(shape, size, this.#locale)}</li>`))}
    </ul>`;
  }

  /** Everything the picture depends on: equal members mean an equal picture. */
  #scene(): unknown[] {
    const { width, height } = this.#size();
    const { store } = this.#annotations;
    const visible = this.#visible().flatMap(({ document, opacity }) => [document, opacity]);
    return [width, height, this.#locale.language, store?.held, ...visible];
  }

  #visible(): readonly Visible[] {
    const documents = this.documents ?? this.#annotations.store?.items.map(({ document }) => document) ?? [];
    const { frame } = this.#clock.now;
    return documents.map((document) => ({ document, opacity: opacityAt(document, frame) })).filter(({ opacity }) => opacity > 0);
  }

  #size(): Size {
    const video = this.#clock.clock?.video;
    if (video?.width && video.height) return { width: video.width, height: video.height };
    return this.documents?.[0]?.reference ?? { width: 1920, height: 1080 };
  }
}
