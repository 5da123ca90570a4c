import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { LocaleController } from '../../locales/locale.ts';
import { quotaHint, quotaWords, takenOf } from '../../locales/quota-words.ts';
import { icons } from '../../styles/icons.ts';
import type { UploadQuota } from '../../upload/wire.ts';

/** That the club comes near one of its limits: one notice for the whole uploader, whatever told of it last. */
export class QuotaNotice {
  #quota: UploadQuota | null = null;
  #said = '';
  readonly #host: ReactiveControllerHost;
  readonly #locale: LocaleController;

  constructor(host: ReactiveControllerHost, locale: LocaleController) {
    this.#host = host;
    this.#locale = locale;
  }

  /** @param quota Null where nothing was told. */
  note(quota: UploadQuota | null): void {
    if (quota === null || quota === this.#quota) return;
    this.#quota = quota;
    // Once: whoever listens is told of the limit, not of each clip that brings it nearer.
    if (quota.isNearLimit && this.#said === '') this.#said = this.#words(quota);
    this.#host.requestUpdate();
  }

  render(): TemplateResult {
    const quota = this.#quota;
    return html`
      ${
        quota?.isNearLimit === true
          ? html`<p class="quota">
              ${icons.circleAlert}<span><strong>${quotaWords(takenOf(quota), this.#locale)}</strong> ${this.#hint(quota)}</span>
            </p>`
          : nothing
      }
      <p class="visually-hidden" id="quota-said" role="status">${this.#said}</p>
    `;
  }

  #words(quota: UploadQuota): string {
    return `${quotaWords(takenOf(quota), this.#locale)} ${this.#hint(quota)}`;
  }

  #hint(quota: UploadQuota): string {
    return quotaHint(takenOf(quota), this.#locale);
  }
}
