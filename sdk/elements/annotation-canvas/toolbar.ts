import { html, nothing, type TemplateResult } from 'lit';
import type { Style } from '../../../domain/annotation/document.ts';
import { cssVariables } from '../../controllers/css-variables.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { canvasIcons, toolIcons } from './icons.ts';
import { COLOURS, TOOLS, WIDTHS, type Tool } from './tools.ts';

export interface ToolbarView {
  readonly locale: LocaleController;
  readonly tool: Tool | null;
  readonly style: Style;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly canRemove: boolean;
  /** The tools are a sheet at the bottom of a small screen. */
  readonly isSheet: boolean;
}

export interface ToolbarActions {
  useTool(tool: Tool | null): void;
  useStyle(change: Partial<Style>): void;
  undo(): void;
  redo(): void;
  remove(): void;
  close(): void;
}

/** What each key is called on this keyboard. */
const command = /Mac|iP(hone|ad)/.test(globalThis.navigator?.userAgent ?? '') ? '⌘' : 'Ctrl+';
const KEYS = { undo: `${command}Z`, redo: `${command}Shift+Z`, remove: 'Delete' } as const;

export const toolbarTemplate = (view: ToolbarView, actions: ToolbarActions): TemplateResult => {
  const { t } = view.locale;
  return html`<div class="tools" part="tools" role="group" aria-label=${t('canvas.tools')} popover=${view.isSheet ? 'manual' : nothing}>
    ${TOOLS.map((tool, index) => toolTemplate(tool, index + 1, view, actions))}
    <span class="divider"></span>
    ${strokeTemplate(view, actions)}
    <span class="divider"></span>
    ${(['undo', 'redo', 'remove'] as const).map((name) => {
      const able = { undo: view.canUndo, redo: view.canRedo, remove: view.canRemove }[name];
      const label = t(`canvas.${name}`);
      return html`<button
        class="icon"
        part="button ${name}-button"
        type="button"
        aria-label=${label}
        title=${t('canvas.named', { name: label, key: KEYS[name] })}
        ?disabled=${!able}
        @click=${() => actions[name]()}
      >
        ${canvasIcons[name]}
      </button>`;
    })}
    ${view.isSheet ? closeTemplate(t('common.close'), actions) : nothing}
  </div>`;
};

const closeTemplate = (label: string, actions: ToolbarActions): TemplateResult =>
  html`<button class="icon" part="button close-button" type="button" aria-label=${label} title=${label} @click=${() => actions.close()}>
    ${canvasIcons.close}
  </button>`;

const toolTemplate = (tool: Tool, key: number, { tool: current, locale: { t } }: ToolbarView, actions: ToolbarActions): TemplateResult =>
  html`<button
    class="icon"
    part="button ${tool}-button"
    type="button"
    aria-label=${t(`canvas.${tool}`)}
    aria-pressed=${tool === current ? 'true' : 'false'}
    aria-keyshortcuts=${key}
    title=${t('canvas.named', { name: t(`canvas.${tool}`), key: String(key) })}
    @click=${() => actions.useTool(tool === current ? null : tool)}
  >
    ${toolIcons[tool]}
  </button>`;

/** The colour in use as a button, and a panel of colours and widths that the browser opens and closes. */
const strokeTemplate = ({ style, locale: { t } }: ToolbarView, actions: ToolbarActions): TemplateResult => html`
  <button
    class="icon stroke"
    part="button stroke-button"
    type="button"
    popovertarget="stroke"
    aria-label=${t('canvas.strokeOptions')}
    title=${t('canvas.strokeOptions')}
    ${cssVariables({ '--ink': style.color })}
  >
    <span class="swatch"></span>
  </button>
  <div
    id="stroke"
    class="panel"
    part="stroke-panel"
    popover
    role="group"
    aria-label=${t('canvas.strokeOptions')}
    @beforetoggle=${besideItsButton}
  >
    <div role="radiogroup" aria-label=${t('canvas.colour')}>
      ${COLOURS.map(
        ({ color, name }) =>
          html`<label class="choice" title=${t(name)} ${cssVariables({ '--ink': color })}>
            <input
              type="radio"
              name="colour"
              aria-label=${t(name)}
              .checked=${color === style.color}
              @change=${() => actions.useStyle({ color })}
            />
            <span class="swatch"></span>
          </label>`,
      )}
    </div>
    <div role="radiogroup" aria-label=${t('canvas.width')}>
      ${WIDTHS.map(
        ({ width, name }) =>
          html`<label
            class="choice"
            title=${t(name)}
            ${cssVariables({ '--thickness': `${String(Math.round(width * 1000))}px`, '--ink': style.color })}
          >
            <input
              type="radio"
              name="width"
              aria-label=${t(name)}
              .checked=${width === style.width}
              @change=${() => actions.useStyle({ width })}
            />
            <span class="rule"></span>
          </label>`,
      )}
    </div>
  </div>
`;

/** A popover lies above everything, so nothing of the player clips it; it is put where its button is. */
function besideItsButton({ currentTarget, newState }: ToggleEvent): void {
  if (newState !== 'open' || !(currentTarget instanceof HTMLElement)) return;
  const button = currentTarget.previousElementSibling?.getBoundingClientRect();
  if (!button) return;
  const { style } = currentTarget;
  // In the sheet there is no room beside the button: it opens above, in the middle.
  const isLow = button.top > globalThis.innerHeight - 200;
  style.left = isLow ? '0' : `${String(button.right + 10)}px`;
  style.right = isLow ? '0' : 'auto';
  style.top = isLow ? 'auto' : `${String(button.top - 8)}px`;
  style.bottom = isLow ? `${String(globalThis.innerHeight - button.top + 10)}px` : 'auto';
}
