import { html, type TemplateResult } from 'lit';
import type { LocaleController } from '../../locales/locale.ts';

/** How long it lasts. Its value is a number of days; 0 is without an end. */
export const daysField = (choices: readonly number[], chosen: number, { t }: LocaleController): TemplateResult => html`
  <label class="field">
    ${t('share.until')}
    <select name="days">
      ${choices.map(
        (days) =>
          html`<option value=${days} ?selected=${days === chosen}>
            ${days === 0 ? t('share.forever') : t('share.days', { count: days })}
          </option>`,
      )}
    </select>
  </label>
`;

export const trouble = (words: string): TemplateResult => html`<p class="trouble" role="alert">${words}</p>`;

export function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
