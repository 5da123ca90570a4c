import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { ApiProblem } from '../../client/problem.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { problemWords } from '../../locales/problem-words.ts';
import { icons } from '../../styles/icons.ts';
import type { Found, NewLink, ShareFeed } from './share-feed.ts';
import { daysField, textOf, trouble } from './share-fields.ts';
import { LINK_DAYS, untilOf } from './share-words.ts';

const SHORTEST_PASSWORD = 8;
const DEFAULT_DAYS = 7;

/** A link: how it is to open, and then, once, the link itself. */
export class LinkPart {
  #made: NewLink | null = null;
  #isCopied: boolean | null = null;
  #isPasswordShown = false;
  #isTooShort = false;
  #isBusy = false;
  #problem: ApiProblem | null = null;
  readonly #host: LitElement;
  readonly #feed: ShareFeed;
  readonly #locale: LocaleController;
  readonly #onMade: (link: NewLink) => void;

  constructor(host: LitElement, feed: ShareFeed, locale: LocaleController, onMade: (link: NewLink) => void) {
    this.#host = host;
    this.#feed = feed;
    this.#locale = locale;
    this.#onMade = onMade;
  }

  reset(): void {
    this.#made = null;
    this.#isCopied = null;
    this.#isPasswordShown = false;
    this.#isTooShort = false;
    this.#isBusy = false;
    this.#problem = null;
  }

  render({ role }: Found, addressOf: (token: string) => string): TemplateResult {
    if (this.#made) return this.#renderMade(addressOf(this.#made.token));
    return role === 'coach' ? this.#renderNotForCoach() : this.#renderForm();
  }

  /** To show an athlete to everybody is not for a coach to decide, so nothing is offered that would be refused. */
  #renderNotForCoach(): TemplateResult {
    const { t } = this.#locale;
    return html`<div class="notice">
      <span class="mark">${icons.lock}</span>
      <strong>${t('share.linkNotForCoach')}</strong>
      <p>${t('share.linkNotForCoachText')}</p>
    </div>`;
  }

  #renderForm(): TemplateResult {
    const { t } = this.#locale;
    return html`
      <form @submit=${this.#make} novalidate>
        <p class="soft">${t('share.linkIntro')}</p>
        <label class="field">
          ${t('share.label')}<input name="label" maxlength="100" autocomplete="off" aria-describedby="label-hint" />
        </label>
        <p class="hint" id="label-hint">${t('share.labelHint')}</p>
        ${this.#renderPassword()}
        <div class="row top">
          ${daysField(LINK_DAYS, DEFAULT_DAYS, this.#locale)}
          <div class="field">
            <label class="field">
              ${t('share.howOften')}
              <input name="maxViews" type="number" inputmode="numeric" min="1" max="10000" step="1" aria-describedby="often-hint" />
            </label>
            <small id="often-hint">${t('share.howOftenHint')}</small>
          </div>
        </div>
        <label class="check"><input type="checkbox" name="canComment" />${t('share.mayComment')}</label>
        ${this.#problem ? trouble(this.#refusal(this.#problem)) : nothing}
        <button class="primary wide" part="make-link" aria-disabled=${this.#isBusy}>${t('share.makeLink')}</button>
      </form>
    `;
  }

  #renderPassword(): TemplateResult {
    const { t } = this.#locale;
    const eye = t(this.#isPasswordShown ? 'share.passwordHide' : 'share.passwordShow');
    return html`
      <label class="field" for="password">${t('share.password')}</label>
      <div class="secret">
        <input
          id="password"
          name="password"
          type=${this.#isPasswordShown ? 'text' : 'password'}
          maxlength="128"
          autocomplete="new-password"
          aria-describedby="password-hint"
          aria-invalid=${this.#isTooShort}
        />
        <button type="button" class="icon" aria-label=${eye} title=${eye} aria-pressed=${this.#isPasswordShown} @click=${this.#turnEye}>
          ${this.#isPasswordShown ? icons.eyeOff : icons.eye}
        </button>
      </div>
      <p class="hint" id="password-hint">${t('share.passwordHint')}</p>
      ${this.#isTooShort ? trouble(t('share.passwordShort')) : nothing}
    `;
  }

  #renderMade(address: string): TemplateResult {
    const { t } = this.#locale;
    return html`<div class="made" part="made">
      <h3 tabindex="-1">${t('share.madeTitle')}</h3>
      <p class="now">${icons.circleAlert}<span>${t('share.madeOnce')}</span></p>
      <div class="secret">
        <input readonly part="address" aria-label=${t('share.address')} .value=${address} @focus=${selectAll} />
        <button type="button" class="primary" part="copy" @click=${() => void this.#copy(address)}>
          ${this.#isCopied ? icons.check : icons.copy}${t(this.#isCopied ? 'share.copied' : 'share.copy')}
        </button>
      </div>
      <p class="hint" role="status">${this.#isCopied === null ? nothing : t(this.#isCopied ? 'share.copied' : 'share.notCopied')}</p>
      <button type="button" @click=${this.#again}>${t('share.another')}</button>
    </div>`;
  }

  readonly #turnEye = (): void => {
    this.#isPasswordShown = !this.#isPasswordShown;
    this.#host.requestUpdate();
  };

  readonly #again = (): void => {
    this.reset();
    this.#host.requestUpdate();
    this.#focus('[name=label]');
  };

  /** Once it is drawn: what had the focus is not there any more. */
  #focus(selector: string): void {
    void this.#host.updateComplete.then(() => this.#host.renderRoot.querySelector<HTMLElement>(selector)?.focus());
  }

  async #copy(address: string): Promise<void> {
    this.#isCopied = await navigator.clipboard.writeText(address).then(
      () => true,
      () => false,
    );
    this.#host.requestUpdate();
  }

  readonly #make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.#isBusy) return;
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const password = textOf(fields, 'password');
    this.#isTooShort = password !== '' && password.length < SHORTEST_PASSWORD;
    this.#problem = null;
    if (!this.#isTooShort) await this.#makeWith(fields, password);
    this.#host.requestUpdate();
  };

  async #makeWith(fields: FormData, password: string): Promise<void> {
    const label = textOf(fields, 'label');
    const maxViews = Math.round(Number(textOf(fields, 'maxViews')));
    this.#isBusy = true;
    this.#host.requestUpdate();
    try {
      this.#made = await this.#feed.makeLink({
        ...{ canComment: fields.has('canComment') },
        ...untilOf(Number(fields.get('days'))),
        ...(label !== '' && { label }),
        ...(password !== '' && { password }),
        ...(maxViews > 0 && { maxViews }),
      });
      this.#onMade(this.#made);
      this.#focus('.made h3');
    } catch (thrown) {
      this.#problem = ApiProblem.of(thrown);
    } finally {
      this.#isBusy = false;
    }
  }

  #refusal(problem: ApiProblem): string {
    const isForOthers = problem.members['reason'] === 'role_not_allowed';
    return isForOthers ? this.#locale.t('share.linkNotForCoachText') : problemWords(problem, this.#locale);
  }
}

const selectAll = (event: Event): void => (event.target as HTMLInputElement).select();
