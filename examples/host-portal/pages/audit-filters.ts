import { html, nothing, type TemplateResult } from 'lit';
import { KNOWN_ACTIONS, sayAction } from './audit-words.ts';
import type { AuditNames } from './audit-names.ts';
import { icon } from './parts.ts';
import { language, t } from './site.ts';

/** What is looked for, as it stands in the page's address. Days are the reader's own. */
const NAMES = ['action', 'actorId', 'subjectId', 'videoId', 'from', 'until', 'kind'] as const;
export type AuditFilters = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

export const filtersOf = (search: string): AuditFilters => {
  const query = new URLSearchParams(search);
  return Object.fromEntries(NAMES.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? '']] : [])));
};

export const addressOf = (filters: AuditFilters): string => {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== '')).toString();
  return query === '' ? '/audit' : `/audit?${query}`;
};

/** The API's own query. `until` is a day that still counts, so the first instant after it no longer does. */
export function queryOf({ action, actorId, subjectId, videoId, from, until, kind }: AuditFilters) {
  return {
    ...(action !== undefined && { action }),
    ...(actorId !== undefined && { actorId }),
    ...(subjectId !== undefined && { subjectId }),
    ...(videoId !== undefined && { resourceType: 'video', resourceId: videoId }),
    ...(from !== undefined && { from: startOf(from, 0) }),
    ...(until !== undefined && { to: startOf(until, 1) }),
    ...(kind === 'anomaly' && { kind: 'anomaly' as const }),
  };
}

const startOf = (day: string, daysLater: number): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString();
};

export interface FilterContext {
  readonly filters: AuditFilters;
  readonly names: AuditNames;
  readonly choose: (filters: AuditFilters) => void;
}

type Options = readonly (readonly [value: string, words: string])[];

export function auditFilters({ filters, names, choose }: FilterContext): TemplateResult {
  const set = (name: keyof AuditFilters) => (event: Event) => choose({ ...filters, [name]: (event.target as HTMLInputElement).value });
  const select = (name: keyof AuditFilters, label: string, all: string, options: Options): TemplateResult => html`
    <label>
      ${label}
      <select @change=${set(name)}>
        <option value="" ?selected=${filters[name] === undefined}>${all}</option>
        ${options.map(([value, words]) => html`<option value=${value} ?selected=${value === filters[name]}>${words}</option>`)}
      </select>
    </label>
  `;
  const day = (name: 'from' | 'until'): TemplateResult =>
    html`<label>${t(name)}<input type="date" .value=${filters[name] ?? ''} @change=${set(name)} /></label>`;
  const isAnomalies = filters.kind === 'anomaly';
  return html`
    <div class="audit-filters">
      ${select('action', t('what'), t('anything'), byWords(KNOWN_ACTIONS.map((action) => [action, sayAction(language(), action)])))}
      ${select('actorId', t('doneBy'), t('anybody'), byWords(names.people.map(({ id, displayName }) => [id, displayName])))}
      ${select(
        'subjectId',
        t('aboutWhom'),
        t('anyAthlete'),
        byWords(names.people.filter(({ role }) => role === 'player').map(({ id, displayName }) => [id, displayName])),
      )}
      ${select('videoId', t('aboutVideo'), t('anyVideo'), byWords(withChosen(names, filters.videoId)))} ${day('from')} ${day('until')}
    </div>
    <div class="chips">
      <button
        type="button"
        class="chip"
        title=${t('anomalyHint')}
        aria-pressed=${isAnomalies}
        @click=${() => choose({ ...filters, kind: isAnomalies ? '' : 'anomaly' })}
      >
        ${icon('shield-alert')}${t('anomalies')}
      </button>
      ${Object.keys(filters).length === 0 ? nothing : html`<button type="button" class="quiet" @click=${() => choose({})}>${t('clearFilters')}</button>`}
    </div>
  `;
}

const byWords = (options: Options): Options => [...options].sort(([, a], [, b]) => a.localeCompare(b, language()));

/** A video that is asked for in the address stands in the list, also when it is gone. */
const withChosen = ({ videos }: AuditNames, chosen: string | undefined): Options =>
  chosen === undefined || videos.some(([id]) => id === chosen) ? videos : [...videos, [chosen, t('aVideo')]];
