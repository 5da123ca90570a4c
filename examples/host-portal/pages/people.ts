import { html, nothing, type TemplateResult } from 'lit';
import { ApiProblem, unwrap, type Person, type VideoAnalysisClient } from 'video-analysis-platform';
import { badge, icon, notice } from './parts.ts';
import { PersonForm } from './person-form.ts';
import { personPath } from './route.ts';
import { data, t, type Role } from './site.ts';
import type { Words } from './words.ts';

const PAGE = 50;

const FILTERS: readonly (readonly [role: Role | null, words: keyof Words])[] = [
  [null, 'everybody'],
  ['player', 'players'],
  ['coach', 'coaches'],
  ['guardian', 'guardians'],
  ['admin', 'admins'],
];

/** What hangs on a person's age, where it matters. */
export const ageWords = ({ role, isMinor }: Person): string | null =>
  role === 'player' ? t(isMinor === null ? 'ageUnknown' : isMinor ? 'minor' : 'ofAge') : null;

export const personBadges = (person: Person): TemplateResult => html`
  ${person.role === 'player' ? html`<span class="tag" data-tone=${person.isMinor === true ? 'mind' : nothing}>${ageWords(person)}</span>` : nothing}
  ${person.deactivatedAt === null ? nothing : html`<span class="tag" data-tone="trouble">${t('deactivated')}</span>`}
`;

/** Everybody the club has named, page by page. */
export class People {
  #items: readonly Person[] | null = null;
  #nextCursor: string | null = null;
  #role: Role | null = null;
  #problem: ApiProblem | null = null;
  #leaving = new AbortController();
  readonly #form: PersonForm;
  readonly #client: VideoAnalysisClient;
  readonly #redraw: () => void;

  constructor(client: VideoAnalysisClient, redraw: () => void, go: (path: string) => void) {
    this.#client = client;
    this.#redraw = redraw;
    this.#form = new PersonForm(redraw, ({ externalId }) => go(personPath(externalId)));
  }

  /** Looks again whenever the page is come to. */
  open(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#items = null;
    this.#nextCursor = null;
    this.#problem = null;
    void this.#more();
  }

  render(): TemplateResult {
    return html`
      <main class="desk" data-view="people" tabindex="-1">
        <div class="heading">
          <div>
            <h1 tabindex="-1">${t('people')}</h1>
            <p class="soft">${t('introPeople', { club: data.club ?? '' })}</p>
          </div>
          <button class="primary" type="button" @click=${() => this.#form.add()}>${icon('user-plus')}${t('addPerson')}</button>
        </div>
        <div class="chips" role="group" aria-label=${t('roleFilter')}>
          ${FILTERS.map(
            ([role, words]) =>
              html`<button type="button" class="chip" aria-pressed=${role === this.#role} @click=${() => this.#choose(role)}>
                ${t(words)}
              </button>`,
          )}
        </div>
        ${this.#renderList()} ${this.#form.render()}
      </main>
    `;
  }

  #choose(role: Role | null): void {
    this.#role = role;
    this.open();
  }

  #renderList(): TemplateResult {
    if (this.#problem)
      return notice(
        this.#problem.code === 'network.unreachable' ? 'wifi-off' : 'circle-alert',
        t('peopleBroken'),
        t('brokenText'),
        html`<button type="button" @click=${() => this.open()}>${t('again')}</button
          ><span class="code">${t('code', { code: this.#problem.code })}</span>`,
      );
    if (!this.#items) return html`<div class="rows skeleton-rows" aria-busy="true">${[1, 2, 3, 4, 5, 6].map(() => html`<i></i>`)}</div>`;
    if (this.#items.length === 0) return notice('users', t('nobodyHere'), t('nobodyHereText'));
    return html`
      <ul class="rows">
        ${this.#items.map(
          (person) => html`
            <li>
              <a class="row" href=${personPath(person.externalId)}>
                ${badge(person.displayName)}
                <span class="row-words"><strong>${person.displayName}</strong><span class="soft">${t(person.role)}</span></span>
                <span class="row-tags">${personBadges(person)}</span>
                ${icon('chevron-right')}
              </a>
            </li>
          `,
        )}
      </ul>
      ${this.#nextCursor === null ? nothing : html`<p class="more"><button type="button" @click=${() => void this.#more()}>${t('showMore')}</button></p>`}
    `;
  }

  async #more(): Promise<void> {
    const { signal } = this.#leaving;
    this.#redraw();
    const query = {
      limit: PAGE,
      ...(this.#role !== null && { role: this.#role }),
      ...(this.#nextCursor !== null && { cursor: this.#nextCursor }),
    };
    try {
      const page = await unwrap(this.#client.api.GET('/api/v1/people', { params: { query }, signal }));
      if (signal.aborted) return;
      this.#items = [...(this.#items ?? []), ...page.items];
      this.#nextCursor = page.nextCursor;
    } catch (thrown) {
      if (signal.aborted) return;
      this.#problem = ApiProblem.of(thrown);
    }
    this.#redraw();
  }
}
