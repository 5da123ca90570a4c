import { html, nothing, type TemplateResult } from 'lit';
import type { Player } from '../../client/client.ts';
import type { ApiProblem } from '../../client/problem.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { problemWords } from '../../locales/problem-words.ts';
import { icons } from '../../styles/icons.ts';

/** The athlete's value in the select for "nobody yet". */
export const NOBODY = 'nobody';

/** The question who is in the clips. */
export function athleteField(
  players: readonly Player[],
  { chosen, isMissing }: { readonly chosen: string; readonly isMissing: boolean },
  { t }: LocaleController,
  onChange: (event: Event) => void,
): TemplateResult {
  return html`
    <div class="field">
      <label for="athlete">${t('uploader.athlete')}</label>
      <select id="athlete" aria-invalid=${isMissing} aria-describedby="missing" .value=${chosen} @change=${onChange}>
        <option value="">${t('uploader.chooseAthlete')}</option>
        ${players.map(({ id, displayName }) => html`<option value=${id} ?selected=${id === chosen}>${displayName}</option>`)}
        <option value=${NOBODY} ?selected=${chosen === NOBODY}>${t('uploader.noAthlete')}</option>
      </select>
      ${isMissing ? html`<p class="missing" id="missing" role="alert">${t('uploader.athleteMissing')}</p>` : nothing}
    </div>
  `;
}

/** Why nothing can be uploaded at all, and what to do. */
export function problemNotice(problem: ApiProblem, locale: LocaleController, retry: () => void): TemplateResult {
  const { t } = locale;
  const denied = problem.code.startsWith('access.');
  return html`
    <section class="notice" role="alert" aria-label=${t('uploader.region')}>
      <span class="mark">${denied ? icons.lock : icons.circleAlert}</span>
      <strong>${t(denied ? 'uploader.noAccess' : 'uploader.cannotStart')}</strong>
      <span class="hint">${problemWords(problem, locale)}</span>
      ${denied ? nothing : html`<button type="button" @click=${retry}>${t('common.retry')}</button>`}
      <span class="code">${t('common.code', { code: problem.code })}</span>
    </section>
  `;
}
