import { html, nothing, svg, type TemplateResult } from 'lit';
import { shapeNode } from '../../../domain/annotation/picture.ts';
import type { AnnotationStore, UnsavedChange } from '../../client/annotation-store.ts';
import { cssVariables } from '../../controllers/css-variables.ts';
import { isMessageKey, type LocaleController } from '../../locales/locale.ts';
import { svgNodes } from '../annotation-layer/svg-nodes.ts';
import { TEXT_SIZE } from './tools.ts';
import type { Workbench, Writing } from './workbench.ts';

/** What is in a hand and not yet, or not now, in the layer below; and the crosshair of the keys. */
export function handTemplate({ inHand, pictureSize: size, drawing, drawingTool }: Workbench): TemplateResult {
  const at = drawingTool && drawing.crosshair;
  return html`<svg class="picture" aria-hidden="true" viewBox="0 0 ${size.width} ${size.height}" preserveAspectRatio="none">
    ${svgNodes(inHand.map((shape) => shapeNode(shape, size)))}
    ${at ? crosshair(at.x * size.width, at.y * size.height, size.height * 0.025) : nothing}
  </svg>`;
}

const crosshair = (x: number, y: number, reach: number) => {
  const path = `M${String(x - reach)} ${String(y)}h${String(2 * reach)}M${String(x)} ${String(y - reach)}v${String(2 * reach)}`;
  return svg`<path class="crosshair edge" d=${path}></path><path class="crosshair" d=${path}></path>`;
};

/** A field on the picture, in the letters the text will have. */
export function writingTemplate({ at, own }: Writing, bench: Workbench, { t }: LocaleController): TemplateResult {
  const text = own?.shape.type === 'text' ? own.shape : null;
  const letters = (text?.size ?? TEXT_SIZE) * bench.pictureBox().height;
  const { color } = text?.style ?? bench.strokeStyle;
  return html`<textarea
    class="writing"
    rows="1"
    maxlength="500"
    aria-label=${t('canvas.writeHere')}
    title=${t('canvas.writeHint')}
    .value=${text?.text ?? ''}
    ${cssVariables({ '--x': at.x, '--y': at.y, '--letters': letters, '--ink': color })}
    @keydown=${(event: KeyboardEvent) => writingKey(event, bench)}
    @blur=${({ currentTarget }: FocusEvent) => bench.written((currentTarget as HTMLTextAreaElement).value)}
  ></textarea>`;
}

function writingKey(event: KeyboardEvent, bench: Workbench): void {
  // What is typed here is nobody's shortcut.
  event.stopPropagation();
  if (event.isComposing || (event.key !== 'Escape' && (event.key !== 'Enter' || event.shiftKey))) return;
  event.preventDefault();
  bench.written(event.key === 'Escape' ? null : (event.currentTarget as HTMLTextAreaElement).value);
}

/** What could not be saved and what to do about it, before anything else there is to say. */
export function noticeTemplate(bench: Workbench, locale: LocaleController): TemplateResult | typeof nothing {
  const store = bench.session?.store;
  const change = store?.unsaved[0];
  if (store && change) return unsavedTemplate(change, store, bench, locale);
  if (bench.waiting.length > 0) return softTemplate(locale.t('canvas.notReady'));
  return store && store.unreadable.length > 0 ? softTemplate(locale.t('canvas.unreadable')) : nothing;
}

const softTemplate = (words: string): TemplateResult => html`<div class="notice soft" part="notice" role="status">${words}</div>`;

function unsavedTemplate(change: UnsavedChange, store: AnnotationStore, bench: Workbench, { t }: LocaleController): TemplateResult {
  const { code } = change.problem;
  const isRace = code === 'annotation.version_conflict';
  const key = `problem.${code}`;
  const why = isRace ? t('canvas.lostRace') : `${t('canvas.unsaved')} ${t(isMessageKey(key) ? key : 'problem.unknown')}`;
  return html`<div class="notice" part="notice" role="alert">
    <span>${why}</span>
    <button type="button" @click=${() => void store.retry(change).catch(bench.failed)}>
      ${t(isRace ? 'canvas.keepMine' : 'common.retry')}
    </button>
    <button type="button" class="quiet" @click=${() => store.discard(change)}>${t('canvas.discard')}</button>
  </div>`;
}
