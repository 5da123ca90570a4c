import { html, nothing, type TemplateResult } from 'lit';
import type { ConsentOverview } from '../../client/client.ts';
import type { ConsentText } from '../../locales/consent-texts.ts';
import type { ConsentState } from './consent-state.ts';
import { decisionWords, stateWords, type Reader } from './consent-words.ts';

export interface CardContext {
  readonly reader: Reader;
  readonly decides: ConsentOverview['decides'];
  /** Somebody else has to agree, and this says who. */
  readonly whoAgrees: string | null;
  readonly ask: (what: 'grant' | 'withdraw') => void;
}

const BADGES = { agreed: 'consent.agreed', withdrawn: 'consent.withdrawn', ended: 'consent.ended', never: 'consent.never' } as const;

/** One purpose: what it means, how it stands, and the one thing to do about it. A yes is not made to look better than none. */
export function consentCard(text: ConsentText, state: ConsentState, { reader, decides, whoAgrees, ask }: CardContext): TemplateResult {
  const { t } = reader.locale;
  const isAgreed = state.kind === 'agreed';
  const what = isAgreed ? 'withdraw' : 'grant';
  const says = decisionWords(decides.method, what);
  const isEarlier = isAgreed && state.record.textVersion !== null && state.record.textVersion !== text.version;
  return html`
    <li class="card" part="card" data-state=${state.kind}>
      <div class="words" lang=${text.locale}>
        <h3>${text.title}</h3>
        <p>${text.means}</p>
        <p class="soft">${text.limit}</p>
        <p class="soft">${text.ends}</p>
      </div>
      <div class="standing">
        <span class="badge" part="state">${t(BADGES[state.kind])}</span>
        ${state.kind === 'never' ? nothing : html`<p>${stateWords(state, reader).join(' ')}</p>`}
        ${isEarlier ? html`<p>${t('consent.earlierWords')}</p>` : nothing}
        ${isAgreed || decides.mayGrant || whoAgrees === null ? nothing : html`<p>${whoAgrees}</p>`}
      </div>
      ${
        (isAgreed ? decides.mayWithdraw : decides.mayGrant)
          ? html`<button
              type="button"
              class=${isAgreed ? 'danger' : ''}
              aria-label=${t(says.buttonOf, { title: text.title })}
              @click=${() => ask(what)}
            >
              ${t(says.button)}
            </button>`
          : nothing
      }
    </li>
  `;
}
