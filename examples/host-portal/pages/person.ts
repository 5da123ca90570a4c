import { html, nothing, type TemplateResult } from 'lit';
import { ApiProblem, unwrap, type Person, type PersonTies, type VideoAnalysisClient } from 'video-analysis-platform';
import { clubProblemWords, writePeople } from './club-api.ts';
import { Confirm } from './confirm.ts';
import { badge, icon, notice } from './parts.ts';
import { ageWords, personBadges } from './people.ts';
import { PersonForm } from './person-form.ts';
import { athletesSection, tiesSection, type TieKind, type TiesContext } from './person-ties.ts';
import { language, t } from './site.ts';

type Candidates = TiesContext['candidates'];

const day = (text: string): string => new Intl.DateTimeFormat(language(), { dateStyle: 'long' }).format(new Date(text));

/** One person: who it is, who is tied to whom, what has been agreed to, and the way to change each. */
export class PersonPage {
  #externalId: string | null = null;
  #person: Person | null = null;
  #ties: PersonTies | null = null;
  #candidates: Candidates = { coaches: [], guardians: [] };
  #problem: ApiProblem | null = null;
  /** What came of a change that was refused. */
  #trouble: ApiProblem | null = null;
  #said = '';
  #leaving = new AbortController();
  readonly #form: PersonForm;
  readonly #confirm: Confirm;
  readonly #client: VideoAnalysisClient;
  readonly #redraw: () => void;

  constructor(client: VideoAnalysisClient, redraw: () => void) {
    this.#client = client;
    this.#redraw = redraw;
    this.#confirm = new Confirm(redraw);
    this.#form = new PersonForm(redraw, ({ displayName }) => void this.#reload(t('saidSaved', { name: displayName })));
  }

  get title(): string {
    return this.#person?.displayName ?? t('people');
  }

  /** @param externalId Null when another view is shown. */
  open(externalId: string | null): void {
    if (externalId === this.#externalId) return;
    this.#externalId = externalId;
    this.#person = null;
    this.#ties = null;
    this.#said = '';
    if (externalId !== null) void this.#reload('');
    else this.#leaving.abort();
  }

  render(): TemplateResult {
    return html`
      <main class="desk" data-view="person" tabindex="-1">
        <a class="back" href="/people">${icon('arrow-left')}${t('backToPeople')}</a>
        ${this.#renderContent()} ${this.#form.render()} ${this.#confirm.render()}
        <p class="visually-hidden" role="status">${this.#said}</p>
      </main>
    `;
  }

  #renderContent(): TemplateResult {
    const [person, ties] = [this.#person, this.#ties];
    if (this.#problem) return this.#renderProblem(this.#problem);
    if (!person || !ties) return html`<div class="rows skeleton-rows" aria-busy="true">${[1, 2, 3, 4].map(() => html`<i></i>`)}</div>`;
    return html`
      <div class="heading">
        <div class="who">
          ${badge(person.displayName)}
          <div>
            <h1 tabindex="-1">${person.displayName}</h1>
            <p class="soft">${t(person.role)} ${personBadges(person)}</p>
          </div>
        </div>
        <button type="button" @click=${() => this.#form.change(person)}>${icon('pencil')}${t('changePerson')}</button>
      </div>
      ${person.isMinor === true && person.role === 'player' && ties.guardians.length === 0 ? html`<p class="mind">${icon('triangle-alert')}${t('minorAlone')}</p>` : nothing}
      ${this.#trouble ? html`<p class="refused" role="alert">${clubProblemWords(this.#trouble)}</p>` : nothing}
      <div class="panels">${this.#renderAbout(person)} ${this.#renderTies(person, ties)}</div>
      ${person.role === 'player' ? html`<consent-panel player-id=${person.id}></consent-panel>` : nothing}
    `;
  }

  #renderAbout(person: Person): TemplateResult {
    const age = ageWords(person);
    const rows = [
      [t('role'), t(person.role)],
      ...(age === null ? [] : [[t('age'), age]]),
      [t('since'), day(person.createdAt)],
      [t('memberId'), person.externalId],
    ];
    const filter = person.role === 'player' ? 'subjectId' : 'actorId';
    return html`
      <section class="panel" aria-labelledby="about-title">
        <h2 id="about-title">${t('about')}</h2>
        <dl class="facts">
          ${rows.map(
            ([name, value]) =>
              html`<div>
                <dt>${name}</dt>
                <dd>${value}</dd>
              </div>`,
          )}
        </dl>
        <p class="acts">
          <a class="button" href=${`/audit?${filter}=${person.id}`}>${icon('scroll-text')}${t('whatWasDone')}</a>
          ${
            person.deactivatedAt === null
              ? html`<button type="button" class="danger" @click=${() => this.#askToDeactivate(person)}>${t('deactivate')}</button>`
              : html`<button type="button" @click=${() => void this.#reactivate(person)}>${t('reactivate')}</button>`
          }
        </p>
        ${person.deactivatedAt === null ? nothing : html`<p class="soft">${t('reactivateText', { name: person.displayName, date: day(person.deactivatedAt) })}</p>`}
      </section>
    `;
  }

  #renderTies(person: Person, ties: PersonTies): TemplateResult {
    if (person.role === 'coach') return athletesSection('coachOf', ties.coachOf);
    if (person.role === 'guardian') return athletesSection('guardianOf', ties.guardianOf);
    if (person.role === 'admin') return html``;
    const context: TiesContext = {
      ...{ athlete: person, candidates: this.#candidates },
      tie: (kind, other) => void this.#tie(person, kind, other),
      part: (kind, other) => this.#askToPart(person, kind, other),
    };
    return html`${tiesSection('guardians', ties.guardians, context)} ${tiesSection('coaches', ties.coaches, context)}`;
  }

  #renderProblem({ code }: ApiProblem): TemplateResult {
    if (code === 'user.not_found') return notice('users', t('personGone'), t('personGoneText'));
    return notice(
      code === 'network.unreachable' ? 'wifi-off' : 'circle-alert',
      t('peopleBroken'),
      t('brokenText'),
      html`<button type="button" @click=${() => void this.#reload('')}>${t('again')}</button
        ><span class="code">${t('code', { code })}</span>`,
    );
  }

  #askToDeactivate({ externalId, displayName: name }: Person): void {
    this.#confirm.ask({
      ...{ title: t('deactivateTitle', { name }), text: t('deactivateText', { name }), action: t('deactivate') },
      act: async () => {
        await writePeople('POST', `/${encodeURIComponent(externalId)}/deactivate`);
        await this.#reload(t('saidOut', { name }));
      },
    });
  }

  #askToPart(athlete: Person, kind: TieKind, { externalId, displayName: name }: PersonTies['coaches'][number]): void {
    const names = { name, athlete: athlete.displayName };
    this.#confirm.ask({
      ...{ title: t('untieTitle', names), text: t(kind === 'coaches' ? 'untieCoachText' : 'untieGuardianText', names), action: t('untie') },
      act: async () => {
        await writePeople('DELETE', tiePath(athlete, kind, externalId));
        await this.#reload(t('saidParted', { name }));
      },
    });
  }

  async #tie(athlete: Person, kind: TieKind, other: string): Promise<void> {
    const name = this.#candidates[kind].find(({ externalId }) => externalId === other)?.displayName ?? '';
    await this.#doing(() => writePeople('PUT', tiePath(athlete, kind, other)), t('saidTied', { name }));
  }

  async #reactivate({ externalId, displayName, role }: Person): Promise<void> {
    const body = { displayName, role, reactivate: true };
    await this.#doing(() => writePeople('PUT', `/${encodeURIComponent(externalId)}`, body), t('saidIn', { name: displayName }));
  }

  async #doing(write: () => Promise<unknown>, said: string): Promise<void> {
    try {
      await write();
      await this.#reload(said);
    } catch (thrown) {
      this.#trouble = ApiProblem.of(thrown);
      this.#redraw();
    }
  }

  /** Looks again, keeping what is there on the screen meanwhile. */
  async #reload(said: string): Promise<void> {
    const externalId = this.#externalId;
    if (externalId === null) return;
    this.#leaving.abort();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.#problem = null;
    this.#trouble = null;
    this.#redraw();
    try {
      const asked = { params: { path: { externalId } }, signal };
      const [person, ties, coaches, guardians] = await Promise.all([
        unwrap(this.#client.api.GET('/api/v1/people/{externalId}', asked)),
        unwrap(this.#client.api.GET('/api/v1/people/{externalId}/ties', asked)),
        this.#everybodyWho('coach', signal),
        this.#everybodyWho('guardian', signal),
      ]);
      if (signal.aborted) return;
      [this.#person, this.#ties, this.#candidates, this.#said] = [person, ties, { coaches, guardians }, said];
    } catch (thrown) {
      if (signal.aborted) return;
      this.#problem = ApiProblem.of(thrown);
    }
    this.#redraw();
  }

  async #everybodyWho(role: 'coach' | 'guardian', signal: AbortSignal, cursor?: string): Promise<readonly Person[]> {
    const query = { role, limit: 100, ...(cursor !== undefined && { cursor }) };
    const { items, nextCursor } = await unwrap(this.#client.api.GET('/api/v1/people', { params: { query }, signal }));
    const here = items.filter(({ deactivatedAt }) => deactivatedAt === null);
    return nextCursor === null ? here : [...here, ...(await this.#everybodyWho(role, signal, nextCursor))];
  }
}

const tiePath = ({ externalId }: Person, kind: TieKind, other: string): string =>
  `/${encodeURIComponent(externalId)}/${kind}/${encodeURIComponent(other)}`;
