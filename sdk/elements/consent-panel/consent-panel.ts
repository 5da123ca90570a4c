import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ConsentOverview, Player } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import { clientContext } from '../../contexts/client.ts';
import { emit } from '../../events.ts';
import { consentText, consentTexts } from '../../locales/consent-texts.ts';
import { LocaleController } from '../../locales/locale.ts';
import { problemWords } from '../../locales/problem-words.ts';
import { controls } from '../../styles/controls.ts';
import { icons } from '../../styles/icons.ts';
import { notices } from '../../styles/notices.ts';
import { tokens } from '../../styles/tokens.ts';
import { athleteChoice } from './athlete-choice.ts';
import { consentCard } from './consent-card.ts';
import { consentDialog, type Question } from './consent-dialog.ts';
import { ConsentFeed, type ConsentViewer } from './consent-feed.ts';
import { consentHistory } from './consent-history.ts';
import { stateOf } from './consent-state.ts';
import type { Reader } from './consent-words.ts';
import { styles } from './styles.ts';

declare global {
  interface HTMLElementTagNameMap {
    'consent-panel': ConsentPanel;
  }
}

/**
 * What has been agreed to for one athlete, purpose by purpose, in plain words: for the athlete, a guardian, and an administrator who
 * holds forms on paper. Each yes and no is asked about once more, with what it opens or ends at once.
 *
 * @summary Consents of an athlete: read, give, take back, look back.
 * @fires va-consent-changed - Somebody agreed to a purpose or took it back here.
 * @csspart card - One purpose.
 * @csspart state - The badge that says how a purpose stands.
 * @csspart history - Everything that was said, latest first.
 */
export class ConsentPanel extends LitElement {
  static override styles = [tokens, controls, notices, styles];

  static override properties = {
    playerId: { attribute: 'player-id' },
    question: { state: true },
    said: { state: true },
  };

  readonly #locale = new LocaleController(this);
  readonly #feed = new ConsentFeed(this);
  declare protected question: Question | null;
  declare protected said: string;
  /** The athlete it is about, by the platform's id. Left out, the viewer's own athletes can be chosen from. */
  declare playerId: string | null;

  constructor() {
    super();
    this.playerId = null;
    this.question = null;
    this.said = '';
    new ContextConsumer(this, { context: clientContext, subscribe: true, callback: (client) => this.#feed.connect(client) });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('playerId')) this.#show(this.playerId);
  }

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (this.question && dialog && !dialog.open) dialog.showModal();
  }

  /** Asks again how things stand, as after a change that was made elsewhere. */
  refresh(): Promise<void> {
    return this.#feed.refresh();
  }

  override render() {
    const { problem, overview, viewer } = this.#feed;
    return html`
      <section aria-label=${this.#locale.t('consent.region')} aria-busy=${!problem && !viewer}>
        ${problem ? this.#renderProblem(problem) : viewer ? this.#renderFor(viewer, overview) : this.#renderSkeleton()}
        <p class="visually-hidden" role="status">${this.said}</p>
      </section>
    `;
  }

  #show(playerId: string | null): void {
    this.question = null;
    this.said = '';
    this.#feed.show(playerId);
  }

  async #decide(reference: string | null): Promise<void> {
    const { question } = this;
    const playerId = this.#feed.athleteId;
    if (!question || question.busy || playerId === null) return;
    const { what, purpose } = question;
    const text = consentText(purpose, this.#locale.language);
    this.question = { ...question, busy: true, problem: null };
    try {
      await this.#feed.decide({ what, purpose, text, reference });
    } catch (thrown) {
      this.question = { ...question, busy: false, problem: ApiProblem.of(thrown) };
      return;
    }
    // Closed before it is taken away, so that the focus goes back to where it came from.
    this.renderRoot.querySelector('dialog')?.close();
    this.question = null;
    this.said = this.#locale.t(what === 'grant' ? 'consent.saidAgreed' : 'consent.saidWithdrawn', { title: text.title });
    emit(this, 'va-consent-changed', { playerId, purpose, isAgreed: what === 'grant' });
    await this.#feed.refresh();
  }

  #renderFor(viewer: ConsentViewer, overview: ConsentOverview | null): TemplateResult {
    const { t } = this.#locale;
    if (!this.#feed.isOpenToViewer) return notice(icons.lock, t('consent.coachTitle'), t('consent.coachText'));
    const { athleteId } = this.#feed;
    if (athleteId === null) return notice(icons.user, t('consent.emptyTitle'), t('consent.emptyText'));
    return html`${this.#renderChoice(viewer.athletes)}
    ${overview ? this.#renderOverview(viewer, athleteId, overview) : this.#renderSkeleton()}`;
  }

  #renderChoice(athletes: readonly Player[]): TemplateResult | typeof nothing {
    if (this.playerId !== null || athletes.length < 2) return nothing;
    return athleteChoice({ athletes, chosen: this.#feed.athleteId, locale: this.#locale, choose: (id) => this.#show(id) });
  }

  #renderOverview(viewer: ConsentViewer, athleteId: string, overview: ConsentOverview): TemplateResult {
    const { t, language } = this.#locale;
    const athleteName = this.#feed.athlete?.displayName ?? t('consent.theAthlete');
    const reader: Reader = { locale: this.#locale, viewerId: viewer.actor.id, athleteId, athleteName };
    const isOwn = viewer.actor.id === athleteId;
    const whoAgrees = isOwn && overview.isMinor === true ? t('consent.guardianAgrees') : null;
    const { decides } = overview;
    return html`
      <h2>
        ${isOwn ? t(overview.isMinor === true ? 'consent.titleOwnMinor' : 'consent.titleOwn') : t('consent.title', { athlete: athleteName })}
      </h2>
      <p class="intro">${this.#introFor(overview, isOwn, athleteName)}</p>
      <ul class="cards">
        ${consentTexts(language).map((text) => {
          const { purpose } = text;
          const ask = (what: 'grant' | 'withdraw'): void => void (this.question = { what, purpose, busy: false, problem: null });
          return consentCard(text, stateOf(overview, purpose), { reader, decides, whoAgrees, ask });
        })}
      </ul>
      ${consentHistory(overview.history, reader)} ${this.#renderQuestion(isOwn, athleteName, overview)}
    `;
  }

  /** Who decides here, and why it may not be the reader. */
  #introFor({ isMinor, decides: { method, mayGrant, mayWithdraw } }: ConsentOverview, isOwn: boolean, athlete: string): string {
    const { t } = this.#locale;
    if (method === 'paper') return t('consent.introPaper', { athlete });
    if (isOwn && isMinor === true && mayWithdraw && !mayGrant) return t('consent.introMinor');
    if (mayGrant)
      return isOwn ? t('consent.introOwn') : t(isMinor === null ? 'consent.introAgeUnknown' : 'consent.introGuardian', { athlete });
    return isMinor === false && !isOwn ? t('consent.introOfAge', { athlete }) : t('consent.introReadOnly');
  }

  #renderQuestion(isOwn: boolean, athlete: string, { decides }: ConsentOverview): TemplateResult | typeof nothing {
    const { question } = this;
    if (!question) return nothing;
    const isOnPaper = decides.method === 'paper';
    const { t, language } = this.#locale;
    return consentDialog(question, {
      ...{ text: consentText(question.purpose, language), locale: this.#locale, isOnPaper },
      forWhom: isOwn ? t('consent.forYou') : t(isOnPaper ? 'consent.forOnPaper' : 'consent.forChild', { athlete }),
      confirm: (reference) => void this.#decide(reference),
      close: () => (this.question = null),
    });
  }

  #renderSkeleton(): TemplateResult {
    return html`
      <ul class="cards" aria-hidden="true">
        ${[1, 2, 3].map(() => html`<li class="card ghost"><i></i><i></i><i></i></li>`)}
      </ul>
      <p class="visually-hidden" role="status">${this.#locale.t('common.loading')}</p>
    `;
  }

  #renderProblem(problem: ApiProblem): TemplateResult {
    const { t } = this.#locale;
    const denied = problem.code.startsWith('access.');
    const offline = problem.code === 'network.unreachable';
    const title = t(denied ? 'consent.noAccess' : offline ? 'consent.offline' : 'consent.failedToLoad');
    return html`<div role="alert">
      ${notice(
        denied ? icons.lock : offline ? icons.wifiOff : icons.circleAlert,
        title,
        problemWords(problem, this.#locale),
        html`${denied ? nothing : html`<button type="button" @click=${() => this.#feed.restart()}>${t('common.retry')}</button>`}
          <span class="code">${t('common.code', { code: problem.code })}</span>`,
      )}
    </div>`;
  }
}

const notice = (mark: TemplateResult, title: string, text: string, more: TemplateResult | typeof nothing = nothing): TemplateResult => html`
  <div class="notice">
    <span class="mark">${mark}</span>
    <strong>${title}</strong>
    <p>${text}</p>
    ${more}
  </div>
`;
