import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Share, ShareCandidate } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { problemWords } from '../../locales/problem-words.ts';
import { icons } from '../../styles/icons.ts';
import type { ShareFeed } from './share-feed.ts';
import { daysField, textOf, trouble } from './share-fields.ts';
import { listed, SHARE_DAYS, untilOf, whoWords, whyNot } from './share-words.ts';

/** So many are drawn at once; a name finds the others. */
const MOST_SHOWN = 40;

/** Whom the video is shown to, by name: choose, see who is reached besides, send. */
export class PeoplePart {
  #chosen: readonly string[] = [];
  #query = '';
  #isBusy = false;
  #isNobody = false;
  #problem: ApiProblem | null = null;
  readonly #host: ReactiveControllerHost;
  readonly #feed: ShareFeed;
  readonly #locale: LocaleController;
  readonly #onShared: (share: Share) => void;

  constructor(host: ReactiveControllerHost, feed: ShareFeed, locale: LocaleController, onShared: (share: Share) => void) {
    this.#host = host;
    this.#feed = feed;
    this.#locale = locale;
    this.#onShared = onShared;
  }

  reset(): void {
    this.#chosen = [];
    this.#query = '';
    this.#isBusy = false;
    this.#isNobody = false;
    this.#problem = null;
  }

  render(candidates: readonly ShareCandidate[]): TemplateResult {
    const { t } = this.#locale;
    const [can, cannot] = [candidates.filter(({ canReceive }) => canReceive), candidates.filter(({ canReceive }) => !canReceive)];
    const chosen = this.#chosen.flatMap((id) => can.find(({ person }) => person.id === id) ?? []);
    return html`
      <form @submit=${this.#send} novalidate>
        ${candidates.length === 0 ? html`<p class="soft">${t('share.nobody')}</p>` : this.#renderSearch()} ${this.#renderChosen(chosen)}
        ${this.#renderList(can)} ${this.#renderCannot(cannot)}
        <div class="row">
          ${daysField(SHARE_DAYS, 0, this.#locale)}
          <label class="check"><input type="checkbox" name="canComment" />${t('share.mayComment')}</label>
        </div>
        <label class="field">${t('share.message')}<textarea name="message" rows="2" maxlength="500"></textarea></label>
        ${this.#isNobody ? trouble(t('share.chooseFirst')) : nothing}
        ${this.#problem ? trouble(this.#refusal(this.#problem, chosen)) : nothing}
        <button class="primary wide" part="send" aria-disabled=${this.#isBusy}>
          ${chosen.length === 0 ? t('share.sendNone') : t('share.send', { count: chosen.length })}
        </button>
      </form>
    `;
  }

  #renderSearch(): TemplateResult {
    return html`<label class="field">
      ${this.#locale.t('share.find')}
      <input type="search" autocomplete="off" .value=${this.#query} @input=${this.#onQuery} @keydown=${notSent} />
    </label>`;
  }

  /** Everybody who will be reached, before it is sent: those chosen, and those who come along. */
  #renderChosen(chosen: readonly ShareCandidate[]): TemplateResult | typeof nothing {
    if (chosen.length === 0) return nothing;
    const { t } = this.#locale;
    const along = alongWith(chosen);
    return html`<div class="reach" part="reach">
      <span class="caption" id="reach">${t('share.chosen')}</span>
      <ul class="chips" aria-labelledby="reach">
        ${chosen.map(
          ({ person: { id, displayName } }) =>
            html`<li>
              <button type="button" class="chip" aria-label=${t('share.take', { name: displayName })} @click=${() => this.#toggle(id)}>
                ${displayName}${icons.x}
              </button>
            </li>`,
        )}
        ${along.map((name) => html`<li class="chip along" part="along">${icons.user}${name}</li>`)}
      </ul>
      <p class="along-why" role="status">${along.length > 0 ? t('share.along', { names: listed(along, this.#locale) }) : nothing}</p>
    </div>`;
  }

  #renderList(can: readonly ShareCandidate[]): TemplateResult | typeof nothing {
    const fitting = this.#fitting(can);
    const more = fitting.length - MOST_SHOWN;
    const { t } = this.#locale;
    if (can.length === 0) return nothing;
    return html`
      <ul class="people" aria-label=${t('share.candidates')}>
        ${repeat(
          fitting.slice(0, MOST_SHOWN),
          ({ person }) => person.id,
          (candidate) => this.#renderCandidate(candidate),
        )}
      </ul>
      ${fitting.length === 0 ? html`<p class="soft">${t('share.nobodyFits')}</p>` : nothing}
      ${more > 0 ? html`<p class="soft">${t('share.more', { count: more })}</p>` : nothing}
    `;
  }

  #renderCandidate(candidate: ShareCandidate): TemplateResult {
    const { id, displayName } = candidate.person;
    return html`<li>
      <label class="person">
        <input type="checkbox" .checked=${this.#chosen.includes(id)} @change=${() => this.#toggle(id)} />
        <span><strong>${displayName}</strong><small>${whoWords(candidate, this.#locale)}</small></span>
      </label>
    </li>`;
  }

  #renderCannot(cannot: readonly ShareCandidate[]): TemplateResult | typeof nothing {
    const fitting = this.#fitting(cannot);
    if (fitting.length === 0) return nothing;
    return html`<details class="cannot" ?open=${this.#query !== ''}>
      <summary>${this.#locale.t('share.cannot', { count: fitting.length })}</summary>
      <ul>
        ${fitting.slice(0, MOST_SHOWN).map(
          (candidate) =>
            html`<li class="person">
              ${icons.lock}
              <span>
                <strong>${candidate.person.displayName}</strong><small>${whoWords(candidate, this.#locale)}</small>
                <small class="why">${whyNot(candidate, this.#locale)}</small>
              </span>
            </li>`,
        )}
      </ul>
    </details>`;
  }

  #fitting(candidates: readonly ShareCandidate[]): readonly ShareCandidate[] {
    const { language } = this.#locale;
    const words = this.#query.toLocaleLowerCase(language).split(/\s+/);
    return candidates.filter(({ person }) => words.every((word) => person.displayName.toLocaleLowerCase(language).includes(word)));
  }

  readonly #onQuery = (event: Event): void => {
    this.#query = (event.target as HTMLInputElement).value;
    this.#host.requestUpdate();
  };

  #toggle(id: string): void {
    this.#chosen = this.#chosen.includes(id) ? this.#chosen.filter((one) => one !== id) : [...this.#chosen, id];
    this.#isNobody = false;
    this.#problem = null;
    this.#host.requestUpdate();
  }

  readonly #send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.#isBusy) return;
    const form = event.currentTarget as HTMLFormElement;
    const recipientIds = [...this.#chosen];
    this.#isNobody = recipientIds.length === 0;
    this.#problem = null;
    if (!this.#isNobody) await this.#sendTo(recipientIds, form);
    this.#host.requestUpdate();
  };

  async #sendTo(recipientIds: string[], form: HTMLFormElement): Promise<void> {
    const fields = new FormData(form);
    const message = textOf(fields, 'message');
    this.#isBusy = true;
    this.#host.requestUpdate();
    try {
      const share = await this.#feed.share({
        ...{ recipientIds, canComment: fields.has('canComment') },
        ...untilOf(Number(fields.get('days'))),
        ...(message !== '' && { message }),
      });
      this.reset();
      form.reset();
      this.#onShared(share);
    } catch (thrown) {
      this.#problem = ApiProblem.of(thrown);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Says of whom it is, where the answer tells. */
  #refusal(problem: ApiProblem, chosen: readonly ShareCandidate[]): string {
    const place = /^recipientIds[.[](\d+)/.exec(problem.field ?? '')?.[1];
    const name = place === undefined ? undefined : chosen[Number(place)]?.person.displayName;
    const words = problemWords(problem, this.#locale);
    return name === undefined ? words : `${name}: ${words}`;
  }
}

/** The names of those who are reached only because of others. */
function alongWith(chosen: readonly ShareCandidate[]): readonly string[] {
  const named = new Set(chosen.map(({ person }) => person.id));
  const along = new Map(chosen.flatMap(({ secondAdults }) => secondAdults).map(({ id, displayName }) => [id, displayName]));
  return [...along].flatMap(([id, displayName]) => (named.has(id) ? [] : displayName));
}

/** Enter in the search looks for somebody; it does not share. */
const notSent = (event: KeyboardEvent): void => {
  if (event.key === 'Enter') event.preventDefault();
};
