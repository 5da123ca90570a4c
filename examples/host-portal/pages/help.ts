import { html, type TemplateResult } from 'lit';
import { icon } from './parts.ts';
import { t } from './site.ts';
import type { Words } from './words.ts';

type Rows = readonly (readonly [keys: readonly string[], words: keyof Words])[];

const ROWS: Rows = [
  [['space', 'K'], 'keyPlay'],
  [['←', '→'], 'keyStep'],
  [['Shift ←', 'Shift →'], 'keyTen'],
  [['J', 'K', 'L'], 'keyJkl'],
  [['I', 'O'], 'keyLoop'],
  [['Home', 'End'], 'keyEnds'],
  [['1 … 7'], 'keyTools'],
  [['Ctrl Z'], 'keyUndo'],
  [['Delete'], 'keyDelete'],
  [['?'], 'keyHelp'],
];

const dialog = (): HTMLDialogElement | null => document.querySelector('dialog.help');

export const openHelp = (): void => dialog()?.showModal();

const isTyping = (event: Event): boolean =>
  event
    .composedPath()
    .some((node) => node instanceof HTMLElement && (node.matches('input:not([type=range]), textarea, select') || node.isContentEditable));

addEventListener('keydown', (event) => {
  if (event.key === '?' && !isTyping(event) && document.body.dataset['view'] === 'review') openHelp();
});

export const helpDialog = (): TemplateResult => html`
  <dialog class="help" aria-labelledby="help-title" closedby="any">
    <div class="dialog-head">
      <h2 id="help-title">${t('keysTitle')}</h2>
      <form method="dialog"><button class="quiet" aria-label=${t('close')} title=${t('close')}>${icon('x')}</button></form>
    </div>
    <dl>
      ${ROWS.map(
        ([keys, words]) =>
          html`<div>
            <dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
            <dd>${t(words)}</dd>
          </div>`,
      )}
    </dl>
  </dialog>
`;
