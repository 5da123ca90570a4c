import { html, type TemplateResult } from 'lit';
import type { Player } from '../../client/client.ts';
import type { LocaleController } from '../../locales/locale.ts';

/** More athletes than this are a list to choose from, not a row of chips. */
const MOST_CHIPS = 4;

export interface ChoiceContext {
  readonly athletes: readonly Player[];
  readonly chosen: string | null;
  readonly locale: LocaleController;
  readonly choose: (playerId: string) => void;
}

/** Whose consents are shown, where somebody answers for several. */
export function athleteChoice({ athletes, chosen, locale, choose }: ChoiceContext): TemplateResult {
  const label = locale.t('consent.athlete');
  if (athletes.length > MOST_CHIPS)
    return html`
      <select class="choice" aria-label=${label} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
        ${athletes.map(({ id, displayName }) => html`<option value=${id} ?selected=${id === chosen}>${displayName}</option>`)}
      </select>
    `;
  return html`
    <div class="choice" role="group" aria-label=${label}>
      ${athletes.map(
        ({ id, displayName }) =>
          html`<button type="button" class="chip" aria-pressed=${id === chosen} @click=${() => choose(id)}>${displayName}</button>`,
      )}
    </div>
  `;
}
