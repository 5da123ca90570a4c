import { html, nothing, type TemplateResult } from 'lit';
import type { Player } from '../../client/client.ts';
import type { LocaleController } from '../../locales/locale.ts';
import type { Filters } from './library-feed.ts';

/** More athletes than this are a list to choose from, not a row of chips. */
const MOST_CHIPS = 4;

const STATUSES = [
  ['ready', 'ready'],
  ['processing', 'inMotion'],
  ['failed', 'failed'],
] as const;

export interface FilterContext {
  readonly filters: Filters;
  readonly players: readonly Player[];
  readonly categories: readonly string[];
  readonly locale: LocaleController;
  readonly choose: (filters: Filters) => void;
}

/** The row of chips above the cards. */
export function libraryFilters(context: FilterContext): TemplateResult {
  const { filters, players, categories, locale } = context;
  const { t } = locale;
  const isFiltered = Object.keys(filters).length > 0;
  return html`
    <div class="filters" role="group" aria-label=${t('library.filters')}>
      ${
        players.length > 1
          ? players.length > MOST_CHIPS
            ? athleteSelect(context)
            : group(
                t('library.athlete'),
                players.map(({ id, displayName }) => chip(context, 'playerId', id, displayName)),
              )
          : nothing
      }
      ${group(
        t('library.status'),
        STATUSES.map(([status, words]) => chip(context, 'status', status, t(`library.${words}`))),
      )}
      ${
        categories.length > 0
          ? group(
              t('library.category'),
              categories.map((category) => chip(context, 'category', category, category)),
            )
          : nothing
      }
      ${isFiltered ? html`<button type="button" class="quiet chip" @click=${() => context.choose({})}>${t('library.clear')}</button>` : nothing}
    </div>
  `;
}

const group = (label: string, chips: TemplateResult[]): TemplateResult =>
  html`<div class="chips" role="group" aria-label=${label}>${chips}</div>`;

const chip = ({ filters, choose }: FilterContext, name: keyof Filters, value: string, words: string): TemplateResult => {
  const isOn = filters[name] === value;
  return html`<button
    type="button"
    class="chip"
    aria-pressed=${isOn}
    @click=${() => choose(isOn ? without(filters, name) : { ...filters, [name]: value })}
  >
    ${words}
  </button>`;
};

const athleteSelect = ({ filters, players, locale, choose }: FilterContext): TemplateResult => {
  const onChange = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    choose(value === '' ? without(filters, 'playerId') : { ...filters, playerId: value });
  };
  return html`
    <select class="chip" aria-label=${locale.t('library.athlete')} data-on=${filters.playerId !== undefined} @change=${onChange}>
      <option value="" ?selected=${filters.playerId === undefined}>${locale.t('library.allAthletes')}</option>
      ${players.map(({ id, displayName }) => html`<option value=${id} ?selected=${id === filters.playerId}>${displayName}</option>`)}
    </select>
  `;
};

const without = (filters: Filters, name: keyof Filters): Filters =>
  Object.fromEntries(Object.entries(filters).filter(([other]) => other !== name));
