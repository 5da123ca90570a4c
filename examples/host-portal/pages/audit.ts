import { html, nothing, type TemplateResult } from 'lit';
import { ApiProblem, consentTexts, unwrap, type AuditEvent, type VideoAnalysisClient } from 'video-analysis-platform';
import { addressOf, auditFilters, filtersOf, queryOf, type AuditFilters } from './audit-filters.ts';
import { saveLog } from './audit-export.ts';
import { AuditNames } from './audit-names.ts';
import { isAnomaly, sayAction, sayDetail } from './audit-words.ts';
import { icon, notice } from './parts.ts';
import { personPath } from './route.ts';
import { data, language, t } from './site.ts';

const PAGE = 50;

const moment = (text: string): string =>
  new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(text));

/** What was done and read in the club, with what is looked for in the page's address. */
export class Audit {
  #items: readonly AuditEvent[] | null = null;
  #nextCursor: string | null = null;
  #filters: AuditFilters = {};
  #problem: ApiProblem | null = null;
  #saving = false;
  #leaving = new AbortController();
  readonly #names: AuditNames;
  readonly #client: VideoAnalysisClient;
  readonly #redraw: () => void;
  readonly #go: (path: string) => void;

  constructor(client: VideoAnalysisClient, redraw: () => void, go: (path: string) => void) {
    this.#client = client;
    this.#names = new AuditNames(client);
    this.#redraw = redraw;
    this.#go = go;
  }

  /** Looks anew for what the address says. */
  open(search: string): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#filters = filtersOf(search);
    this.#items = null;
    this.#nextCursor = null;
    this.#problem = null;
    void this.#more();
  }

  render(): TemplateResult {
    return html`
      <main class="desk" data-view="audit" tabindex="-1">
        <div class="heading">
          <div>
            <h1 tabindex="-1">${t('audit')}</h1>
            <p class="soft">${t('introAudit', { club: data.club ?? '' })}</p>
          </div>
          <button type="button" aria-disabled=${this.#saving} @click=${() => void this.#save()}>
            ${icon('download')}${t('exportLog')}
          </button>
        </div>
        ${auditFilters({ filters: this.#filters, names: this.#names, choose: (filters) => this.#go(addressOf(filters)) })}
        ${this.#renderList()}
      </main>
    `;
  }

  #renderList(): TemplateResult {
    if (this.#problem)
      return notice(
        this.#problem.code === 'network.unreachable' ? 'wifi-off' : 'circle-alert',
        t('auditBroken'),
        t('brokenText'),
        html`<button type="button" @click=${() => this.open(location.search)}>${t('again')}</button>
          <span class="code">${t('code', { code: this.#problem.code })}</span>`,
      );
    if (!this.#items) return html`<div class="rows skeleton-rows" aria-busy="true">${[1, 2, 3, 4, 5, 6].map(() => html`<i></i>`)}</div>`;
    if (this.#items.length === 0) return notice('scroll-text', t('nothingLogged'), t('nothingLoggedText'));
    return html`
      <ol class="rows log">
        ${this.#items.map((event) => this.#renderEvent(event))}
      </ol>
      ${this.#nextCursor === null ? nothing : html`<p class="more"><button type="button" @click=${() => void this.#more()}>${t('showMore')}</button></p>`}
    `;
  }

  #renderEvent(event: AuditEvent): TemplateResult {
    const { action, occurredAt, sequence } = event;
    const details = detailsOf(event);
    return html`
      <li class="entry" data-anomaly=${isAnomaly(action) ? '' : nothing}>
        <time datetime=${occurredAt} title=${t('entry', { number: sequence })}>${moment(occurredAt)}</time>
        <span class="entry-who">${this.#renderActor(event.actorId)}</span>
        <span class="entry-what">
          <span>${sayAction(language(), action)}${details === '' ? nothing : html`<span class="soft">: ${details}</span>`}</span>
          ${isAnomaly(action) ? html`<span class="tag" data-tone="trouble" title=${t('anomalyHint')}>${icon('shield-alert')}${t('anomaly')}</span>` : nothing}
        </span>
        <span class="entry-about">${this.#renderAbout(event)}</span>
      </li>
    `;
  }

  #renderActor(actorId: string | null): TemplateResult {
    const person = this.#names.person(actorId);
    if (person) return html`<a href=${personPath(person.externalId)}>${person.displayName}</a>`;
    return html`<span class="soft">${t(actorId === null ? 'bySystem' : 'byServer')}</span>`;
  }

  /** The thing and the athlete it is about, each once. */
  #renderAbout({ resourceType, resourceId, subjectId, actorId, metadata }: AuditEvent): TemplateResult {
    const { forPerson } = metadata;
    const video =
      resourceType === 'video'
        ? html`<a href=${addressOf({ videoId: resourceId })}>${this.#names.video(resourceId) ?? t('aVideo')}</a>`
        : nothing;
    const ids = [
      ...new Set([resourceType === 'person' ? resourceId : null, subjectId, typeof forPerson === 'string' ? forPerson : null]),
    ].filter((id) => id !== actorId);
    const people = ids.flatMap((id) => this.#names.person(id) ?? []);
    return html`${video} ${people.map(({ externalId, displayName }) => html`<a href=${personPath(externalId)}>${displayName}</a> `)}`;
  }

  async #save(): Promise<void> {
    if (this.#saving) return;
    this.#saving = true;
    this.#redraw();
    try {
      await saveLog(this.#client, this.#filters);
    } catch (thrown) {
      this.#problem = ApiProblem.of(thrown);
    }
    this.#saving = false;
    this.#redraw();
  }

  async #more(): Promise<void> {
    const { signal } = this.#leaving;
    this.#redraw();
    const query = { limit: PAGE, ...queryOf(this.#filters), ...(this.#nextCursor !== null && { cursor: this.#nextCursor }) };
    try {
      const page = await unwrap(this.#client.api.GET('/api/v1/audit-events', { params: { query }, signal }));
      await this.#names.learn(page.items, signal);
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

/** What an entry tells besides, where a person can make something of it. */
function detailsOf({ metadata }: AuditEvent): string {
  const { purpose, fields, kind, method } = metadata;
  const words = [
    ...(typeof purpose === 'string' ? [consentTexts(language()).find((text) => text.purpose === purpose)?.title ?? purpose] : []),
    ...(typeof fields === 'string' ? fields.split(',').map((field) => sayDetail(language(), field)) : []),
    ...(typeof kind === 'string' ? [sayDetail(language(), kind)] : []),
    ...(method === 'paper' ? [sayDetail(language(), method)] : []),
  ];
  return words.join(', ');
}
