import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { unwrap, type VideoAnalysisClient } from '../../client/client.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { icons } from '../../styles/icons.ts';
import type { OpenUploadList, UploadQuota } from '../../upload/wire.ts';

type Item = OpenUploadList['items'][number];

/** What the person has begun, here or on another device, and not finished. The file itself only they can bring. */
export class Unfinished {
  #items: readonly Item[] = [];
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** @param known Videos that are in the list already. */
  items(known: ReadonlySet<string>): readonly Item[] {
    return this.#items.filter(({ videoId }) => !known.has(videoId));
  }

  /** Shows nothing where it cannot be asked: a reminder is not worth an error. @returns how much of its quota the club has used */
  async load({ api }: VideoAnalysisClient): Promise<UploadQuota | null> {
    const found = await unwrap(api.GET('/api/v1/media/uploads')).catch(() => null);
    this.#items = found?.items ?? [];
    this.#host.requestUpdate();
    return found?.quota ?? null;
  }

  /** Gives one up; what has arrived of it is removed. One that cannot be given up now stays listed. */
  async discard({ api }: VideoAnalysisClient, { id, videoId }: Item): Promise<void> {
    const ended = await api.POST('/api/v1/media/upload/abort', { body: { videoId, uploadId: id } }).then(
      () => true,
      () => false,
    );
    if (ended) this.#items = this.#items.filter((item) => item.id !== id);
    this.#host.requestUpdate();
  }
}

/** The unfinished uploads under the list, each with what to do about it. */
export function unfinishedList(
  items: readonly Item[],
  locale: LocaleController,
  discard: (item: Item) => void,
): TemplateResult | typeof nothing {
  const { t } = locale;
  if (items.length === 0) return nothing;
  return html`
    <section class="unfinished" aria-labelledby="unfinished">
      <strong id="unfinished">${t('uploader.unfinished')}</strong>
      <span class="hint">${t('uploader.unfinishedHint')}</span>
      <ul>
        ${items.map(
          (item) => html`
            <li>
              <span class="name" title=${item.title}>${item.title}</span>
              <span class="figures">${locale.bytes(item.sizeBytes)} · ${locale.date(new Date(item.createdAt))}</span>
              <button
                type="button"
                class="icon"
                aria-label=${t('uploader.discardOf', { name: item.title })}
                title=${t('uploader.discardOf', { name: item.title })}
                @click=${() => discard(item)}
              >
                ${icons.x}
              </button>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
