import { html, nothing, type TemplateResult } from 'lit';
import type { ConsentPurpose } from '../../../domain/access/consent.ts';
import type { ApiProblem } from '../../client/problem.ts';
import type { ConsentText } from '../../locales/consent-texts.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { problemWords } from '../../locales/problem-words.ts';
import { icons } from '../../styles/icons.ts';
import { decisionWords } from './consent-words.ts';

export interface Question {
  readonly what: 'grant' | 'withdraw';
  readonly purpose: ConsentPurpose;
  readonly busy: boolean;
  readonly problem: ApiProblem | null;
}

export interface DialogContext {
  readonly text: ConsentText;
  readonly locale: LocaleController;
  /** For whom it is said, in a sentence. */
  readonly forWhom: string;
  readonly isOnPaper: boolean;
  readonly confirm: (reference: string | null) => void;
  readonly close: () => void;
}

/** Not a submit button: the first of those is what Enter in a field presses. */
const leave = ({ target }: Event): void => (target instanceof Element ? target.closest('dialog')?.close() : undefined);

/**
 * Says what a yes opens, or what a no ends at once, before it is said. The harmless answer comes first, so that it has the focus.
 * While it is sent the button is disabled in name only: with the focus lost, the dialog could not give it back when it closes.
 */
export function consentDialog(question: Question, context: DialogContext): TemplateResult {
  const { text, locale, forWhom, isOnPaper, close } = context;
  const { t } = locale;
  const isGrant = question.what === 'grant';
  const says = decisionWords(isOnPaper ? 'paper' : 'in_app', question.what);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const reference = new FormData(event.currentTarget as HTMLFormElement).get('reference');
    context.confirm(typeof reference === 'string' && isOnPaper ? reference.trim() : null);
  };
  return html`
    <dialog aria-labelledby="ask-title" aria-describedby="ask-text" @close=${close}>
      <form @submit=${onSubmit}>
        <h2 id="ask-title">${t(says.title)}</h2>
        <div id="ask-text">
          <p class="about" lang=${text.locale}>${text.title}</p>
          ${isGrant ? grantWords(text) : html`<p class="now">${icons.circleAlert}<span>${t(`consent.stop_${question.purpose}`)}</span></p>`}
          <p class="soft">${forWhom}</p>
        </div>
        ${isOnPaper ? paperField(locale) : nothing}
        ${question.problem ? html`<p class="trouble" role="alert">${problemWords(question.problem, locale)}</p>` : nothing}
        <div class="answers">
          <button type="button" @click=${leave}>${t('common.cancel')}</button>
          <button class=${isGrant ? 'primary' : 'danger'} aria-disabled=${question.busy}>${t(says.button)}</button>
        </div>
      </form>
    </dialog>
  `;
}

const grantWords = ({ means, limit, ends, locale }: ConsentText): TemplateResult => html`
  <div lang=${locale}>
    <p>${means}</p>
    <p>${limit}</p>
    <p>${ends}</p>
  </div>
`;

const paperField = ({ t }: LocaleController): TemplateResult => html`
  <label class="paper">
    ${t('consent.reference')}
    <input name="reference" required maxlength="200" autocomplete="off" aria-describedby="paper-hint" />
  </label>
  <p id="paper-hint" class="soft">${t('consent.referenceHint')}</p>
`;
