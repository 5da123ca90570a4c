import { html, nothing, type TemplateResult } from 'lit';
import type { Consent } from '../../client/client.ts';
import { consentText } from '../../locales/consent-texts.ts';
import { momentsOf } from './consent-state.ts';
import { sayerWords, type Reader } from './consent-words.ts';

/** Every yes and no there has been, closed until somebody wants to know. */
export function consentHistory(history: readonly Consent[], reader: Reader): TemplateResult | typeof nothing {
  const moments = momentsOf(history);
  if (moments.length === 0) return nothing;
  const { locale } = reader;
  return html`
    <details part="history">
      <summary>${locale.t('consent.history', { count: moments.length })}</summary>
      <ol>
        ${moments.map(({ at, what, record }) => {
          const text = consentText(record.purpose, locale.language);
          return html`
            <li>
              <time datetime=${at}>${locale.date(new Date(at), { dateStyle: 'medium', timeStyle: 'short' })}</time>
              <span class="moment">
                <strong>${locale.t(what === 'granted' ? 'consent.agreed' : 'consent.withdrawn')}</strong>
                <span lang=${text.locale}>${text.title}</span>
                <span class="soft">${sayerWords(record, what, reader)}</span>
              </span>
            </li>
          `;
        })}
      </ol>
    </details>
  `;
}
