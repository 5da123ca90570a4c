import { html, nothing, type TemplateResult } from 'lit';
import { cssVariables } from '../../controllers/css-variables.ts';
import type { Hands } from './hands.ts';
import type { Picture, Storyboard } from './storyboard.ts';
import { timeText, type PlayerView } from './view.ts';

/** The slider's thumb, whose middle is on the frame. Pixels, as in the styles. */
const THUMB = 16;

/** Narrower than this the words below a picture would be cut. Pixels. */
const [NARROWEST, WORDS_ALONE] = [100, 152];

/** The frame under a place on the timeline. It runs from left to right in every language, as the film does. */
export const frameUnder = (x: number, { left, width }: Pick<DOMRect, 'left' | 'width'>, count: number): number =>
  Math.min(count - 1, Math.max(0, Math.round(((x - left - THUMB / 2) / Math.max(1, width - THUMB)) * (count - 1))));

/** What the hand over the timeline points at: shown before it is gone to. */
export class Peek {
  /** Null while nobody points. */
  frame: number | null = null;
  readonly #hands: Hands;
  readonly #storyboard: Storyboard;
  readonly #redraw: () => void;
  #isHeld = false;

  constructor(hands: Hands, storyboard: Storyboard, redraw: () => void) {
    this.#hands = hands;
    this.#storyboard = storyboard;
    this.#redraw = redraw;
  }

  /** A finger shows where it drags; a mouse or a hovering pen wherever it is. */
  moved({ pointerType, clientX }: PointerEvent, slider: Element, count: number): void {
    if (pointerType !== 'touch' || this.#isHeld) this.show(frameUnder(clientX, slider.getBoundingClientRect(), count));
  }

  pressed(event: PointerEvent, slider: Element, count: number): void {
    this.#isHeld = true;
    this.moved(event, slider, count);
    void this.#hands.off().then(() => {
      this.#isHeld = false;
      if (event.pointerType === 'touch' || !slider.matches(':hover')) this.hide();
    });
  }

  /** The slider follows a hand that has left it. */
  dragged(frame: number): void {
    if (this.#isHeld) this.show(frame);
  }

  left(): void {
    if (!this.#isHeld) this.hide();
  }

  show(frame: number): void {
    if (this.frame === null) this.#storyboard.want();
    if (this.frame === frame) return;
    this.frame = frame;
    this.#redraw();
  }

  hide(): void {
    if (this.frame === null) return;
    this.frame = null;
    this.#redraw();
  }
}

/** Only for the eye: the slider itself says where it stands. */
export function peekTemplate(view: PlayerView, share: (frame: number) => number): TemplateResult | typeof nothing {
  const { peek, locale } = view;
  if (!peek) return nothing;
  const { frame, picture } = peek;
  const width = picture ? Math.max(picture.width, NARROWEST) : WORDS_ALONE;
  return html`<div class="peek" part="peek" aria-hidden="true" ${cssVariables({ '--peek': share(frame), '--peek-width': width })}>
    ${picture ? tile(picture) : nothing}
    <span class="words figures"><b>${locale.t('player.frame')} ${frame}</b> <span>${timeText(view, frame)}</span></span>
  </div>`;
}

const tile = ({ url, x, y, width, height }: Picture): TemplateResult =>
  html`<img part="peek-picture" src=${url} alt="" ${cssVariables({ '--x': x, '--y': y, '--w': width, '--h': height })} />`;
