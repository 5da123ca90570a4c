import { html, nothing, type TemplateResult } from 'lit';
import type { Person, PersonTies } from 'video-analysis-platform';
import { badge } from './parts.ts';
import { personPath } from './route.ts';
import { t } from './site.ts';

export type TieKind = 'coaches' | 'guardians';
type Tied = PersonTies['coaches'][number];

const KINDS = {
  coaches: { role: 'coach', title: 'coachesOf', none: 'noCoaches', choose: 'chooseCoach' },
  guardians: { role: 'guardian', title: 'guardiansOf', none: 'noGuardians', choose: 'chooseGuardian' },
} as const;

export interface TiesContext {
  readonly athlete: Person;
  /** Who could be tied: everybody with the role who is not shut out. */
  readonly candidates: Readonly<Record<TieKind, readonly Person[]>>;
  readonly tie: (kind: TieKind, externalId: string) => void;
  readonly part: (kind: TieKind, other: Tied) => void;
}

/** Who coaches an athlete, or answers for one, with the way to change it. */
export function tiesSection(kind: TieKind, tied: readonly Tied[], context: TiesContext): TemplateResult {
  const { athlete, candidates, tie, part } = context;
  const { role, title, none, choose } = KINDS[kind];
  const free = candidates[kind].filter(({ id }) => !tied.some((one) => one.id === id));
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const chosen = new FormData(event.currentTarget as HTMLFormElement).get('other');
    if (typeof chosen === 'string' && chosen !== '') tie(kind, chosen);
  };
  return html`
    <section class="panel" aria-labelledby=${`${kind}-title`}>
      <h2 id=${`${kind}-title`}>${t(title)}</h2>
      ${tied.length === 0 ? html`<p class="soft">${t(none)}</p>` : nothing}
      <ul class="tied">
        ${tied.map(
          (other) => html`
            <li>
              ${tiedPerson(other, other.role === role)}
              <button
                type="button"
                class="quiet"
                aria-label=${t('untieOf', { name: other.displayName, athlete: athlete.displayName })}
                @click=${() => part(kind, other)}
              >
                ${t('untie')}
              </button>
            </li>
          `,
        )}
      </ul>
      ${
        free.length === 0
          ? nothing
          : html`<form class="tie" @submit=${onSubmit}>
              <select name="other" required aria-label=${t(choose)}>
                <option value="">${t(choose)}</option>
                ${free.map(({ externalId, displayName }) => html`<option value=${externalId}>${displayName}</option>`)}
              </select>
              <button>${t('tie')}</button>
            </form>`
      }
    </section>
  `;
}

/** Whom a coach or a guardian is tied to. It is changed on the athlete's page, where the consequences are seen. */
export const athletesSection = (title: 'coachOf' | 'guardianOf', tied: readonly Tied[]): TemplateResult => html`
  <section class="panel" aria-labelledby=${`${title}-title`}>
    <h2 id=${`${title}-title`}>${t(title)}</h2>
    ${tied.length === 0 ? html`<p class="soft">${t('noAthletes')}</p>` : nothing}
    <ul class="tied">
      ${tied.map((athlete) => html`<li>${tiedPerson(athlete, athlete.role === 'player')}</li>`)}
    </ul>
  </section>
`;

const tiedPerson = ({ externalId, displayName, role, deactivatedAt }: Tied, fits: boolean): TemplateResult => html`
  ${badge(displayName)}
  <span class="row-words">
    <a href=${personPath(externalId)}>${displayName}</a>
    ${deactivatedAt !== null ? html`<span class="soft">${t('deactivated')}</span>` : fits ? nothing : html`<span class="soft">${t('tieSleeps', { role: t(role) })}</span>`}
  </span>
`;
