import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { ClockController } from '../../contexts/clock.ts';
import { AnnotationsController } from '../../controllers/annotations.ts';
import { LocaleController } from '../../locales/locale.ts';
import { controls } from '../../styles/controls.ts';
import { tokens } from '../../styles/tokens.ts';
import { toolIcons } from './icons.ts';
import { SmallScreen } from './small-screen.ts';
import { canvasStyles } from './styles.ts';
import { toolbarTemplate } from './toolbar.ts';
import { TOOLS, type Tool } from './tools.ts';
import { Workbench } from './workbench.ts';
import { handTemplate, noticeTemplate, writingTemplate } from './workbench-templates.ts';

declare global {
  interface HTMLElementTagNameMap {
    'annotation-canvas': AnnotationCanvas;
  }
}

/**
 * Draws on the picture of the player around it, next to an `annotation-layer` that shows what stands. Each finished shape is
 * saved at once, to its author's annotation of the frame on the screen. Without a tool it lets every touch through to the player.
 *
 * Keys, while the focus is inside the player and nobody types: 1 to 7 choose a tool, Ctrl or Cmd with Z undoes and with Shift
 * does again, Delete removes what is chosen, Escape steps out. With a tool and the focus on the drawing area, arrow keys move a
 * crosshair and Enter places points; with Select, Enter goes through drawings and their handles and arrow keys move them.
 *
 * @summary Drawing tools over a player's picture.
 * @fires va-annotation-select - A drawing was chosen, or none.
 * @fires va-error - A drawing could not be loaded or saved. It is kept, and the element offers to try again.
 * @csspart tools - The toolbar: a strip on the picture, a sheet at the bottom of a small screen.
 * @csspart button - Every button of the toolbar; each has a part of its own too, such as `line-button`.
 * @csspart stroke-panel - The colours and widths.
 * @csspart surface - What takes the strokes.
 * @csspart notice - What is said when a drawing could not be saved.
 */
export class AnnotationCanvas extends LitElement {
  static override styles = [tokens, controls, ...canvasStyles];

  static override properties = { tool: { type: String, reflect: true } };

  readonly #clock = new ClockController(this);
  readonly #annotations = new AnnotationsController(this, this.#clock);
  readonly #locale = new LocaleController(this);
  readonly #smallScreen = new SmallScreen(this);
  readonly #bench = new Workbench(this, this.#clock, this.#locale);
  readonly #resized = new ResizeObserver(() => this.requestUpdate());
  #keysFrom: HTMLElement | undefined;
  #isOpen = false;
  #field: HTMLElement | undefined;

  /** `select`, `line`, `arrow`, `circle`, `angle`, `text` or `freehand`; null lets the player have every touch. */
  declare tool: Tool | null;

  constructor() {
    super();
    this.tool = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#keysFrom = this.parentElement ?? this;
    this.#keysFrom.addEventListener('keydown', this.#shortcut);
    this.ownerDocument.addEventListener('fullscreenchange', this.#restack);
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#keysFrom?.removeEventListener('keydown', this.#shortcut);
    this.ownerDocument.removeEventListener('fullscreenchange', this.#restack);
    this.#resized.disconnect();
    this.tool = null;
    this.#bench.useTool(null);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#bench.follow(this.#annotations);
    if (changed.has('tool')) this.#bench.useTool(this.tool);
  }

  protected override updated(): void {
    const tools = this.renderRoot.querySelector<HTMLElement>('.tools');
    if (this.#smallScreen.matches && tools?.popover) tools.togglePopover(this.#isOpen || this.tool !== null);
    const stage = this.renderRoot.querySelector<HTMLElement>('.stage');
    if (stage) this.#bench.selecting.show(stage);
    this.#focusWriting();
  }

  override render() {
    if (!this.#bench.session || !this.#clock.clock?.video) return nothing;
    const { writing, message } = this.#bench;
    return html`${this.#renderTools()} ${this.tool ? this.#renderSurface(this.tool) : nothing} ${handTemplate(this.#bench)}
      ${writing ? writingTemplate(writing, this.#bench, this.#locale) : nothing} ${noticeTemplate(this.#bench, this.#locale)}
      <div class="visually-hidden" role="status">${message}</div>`;
  }

  #renderTools() {
    const { session, strokeStyle, selecting } = this.#bench;
    const view = {
      locale: this.#locale,
      tool: this.tool,
      style: selecting.chosen?.shape.style ?? strokeStyle,
      canUndo: session?.canUndo ?? false,
      canRedo: session?.canRedo ?? false,
      canRemove: selecting.chosen !== null,
      isSheet: this.#smallScreen.matches,
    };
    const label = this.#locale.t('canvas.tools');
    return html`${toolbarTemplate(view, {
        useTool: (tool) => (this.tool = tool),
        useStyle: (change) => this.#bench.useStyle(change),
        undo: () => this.#bench.undo(),
        redo: () => this.#bench.redo(),
        remove: () => this.#bench.remove(),
        close: () => this.#close(),
      })}
      <button class="icon open-tools" part="button" type="button" aria-label=${label} title=${label} @click=${this.#open}>
        ${toolIcons.freehand}
      </button>`;
  }

  #renderSurface(tool: Tool) {
    const { t } = this.#locale;
    const { drawing, selecting } = this.#bench;
    const help = tool === 'select' ? 'canvas.helpSelect' : tool === 'freehand' ? 'canvas.helpFreehand' : 'canvas.helpDraw';
    const isSelect = tool === 'select';
    return html`<div
        class="surface ${isSelect ? '' : 'drawing'}"
        part="surface"
        role="application"
        tabindex="0"
        aria-label=${t('canvas.surface', { tool: t(`canvas.${tool}`) })}
        aria-describedby="help"
        @keydown=${this.#surfaceKey}
        @keyup=${() => selecting.keysUp()}
        @blur=${() => selecting.keysUp()}
        @pointerdown=${isSelect ? nothing : (event: PointerEvent) => this.#pressed(event)}
        @pointermove=${(event: PointerEvent) => drawing.move(event)}
        @pointerup=${(event: PointerEvent) => drawing.up(event)}
        @pointercancel=${() => drawing.cancel()}
      >
        ${isSelect ? html`<div class="stage"></div>` : nothing}
      </div>
      <p id="help" class="visually-hidden">${t(help)}</p>`;
  }

  /** Into the field when it appears; back to the drawing area when it goes, unless the person is somewhere else already. */
  #focusWriting(): void {
    const field = this.renderRoot.querySelector<HTMLElement>('.writing') ?? undefined;
    if (field && !this.#field) field.focus();
    if (!field && this.#field && this.ownerDocument.activeElement === this.ownerDocument.body) this.#focusSurface();
    this.#field = field;
  }

  #focusSurface(): void {
    this.renderRoot.querySelector<HTMLElement>('.surface')?.focus({ preventScroll: true });
  }

  #open(): void {
    this.#isOpen = true;
    this.requestUpdate();
  }

  #close(): void {
    this.#isOpen = false;
    this.tool = null;
    this.requestUpdate();
  }

  #pressed(event: PointerEvent): void {
    const surface = event.currentTarget;
    if (!(surface instanceof HTMLElement)) return;
    surface.focus({ preventScroll: true });
    // The focus ring is for those who come by keyboard; round the whole picture it would only be in the way of a hand.
    surface.toggleAttribute('data-pointer', true);
    // Else the browser gives the focus back to the page after the text field has taken it.
    event.preventDefault();
    this.#bench.drawing.down(event, surface);
  }

  /** What goes full screen lies above what was open before: the sheet is opened again, above it. */
  readonly #restack = (): void => {
    const tools = this.renderRoot.querySelector<HTMLElement>('.tools:popover-open');
    tools?.hidePopover();
    this.requestUpdate();
  };

  readonly #surfaceKey = (event: KeyboardEvent): void => {
    (event.currentTarget as HTMLElement).removeAttribute('data-pointer');
    const taken = this.tool === 'select' ? this.#bench.selecting.key(event) : this.#bench.drawing.key(event);
    if (taken) stop(event);
  };

  readonly #shortcut = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.altKey || isTypedInto(event)) return;
    if (this.#bench.session && this.#act(event)) stop(event);
  };

  #act({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
    const bench = this.#bench;
    if (ctrlKey || metaKey) {
      if (key.toLowerCase() === 'y') bench.redo();
      else if (key.toLowerCase() !== 'z') return false;
      else if (shiftKey) bench.redo();
      else bench.undo();
      return true;
    }
    const tool = TOOLS[Number(key) - 1];
    if (tool) this.#useToolByKey(tool);
    else if ((key === 'Delete' || key === 'Backspace') && bench.selecting.chosen) bench.remove();
    else if (key === 'Escape' && this.tool) this.tool = null;
    else return false;
    return true;
  }

  #useToolByKey(tool: Tool): void {
    this.tool = tool;
    void this.updateComplete.then(() => this.#focusSurface());
  }
}

const stop = (event: Event): void => {
  event.preventDefault();
  event.stopPropagation();
};

const isTypedInto = (event: Event): boolean => {
  const target = event.composedPath()[0];
  if (target instanceof HTMLInputElement) return !['range', 'radio', 'checkbox', 'button'].includes(target.type);
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
};
