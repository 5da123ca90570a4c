import { html, type TemplateResult } from 'lit';
import type { Video } from 'video-analysis-platform';
import { icon } from './parts.ts';
import { t } from './site.ts';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
const uploader = () => document.querySelector('video-uploader');

/** The uploads, in a tray that stays while views change. Files may be dropped anywhere on the page. */
export class Tray {
  isOpen = false;
  /** Something has been chosen here, so there is a reason to come back. */
  hasUploads = false;
  #isOver = false;
  readonly #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
    addEventListener('dragover', (event) => this.#dragged(event, true));
    addEventListener('dragleave', (event) => this.#dragged(event, event.relatedTarget !== null));
    addEventListener('drop', (event) => this.#dropped(event));
  }

  open(): void {
    this.isOpen = true;
    this.#redraw();
    document.querySelector<HTMLElement>('.tray h2')?.focus();
  }

  close(): void {
    this.isOpen = false;
    this.#redraw();
  }

  render(show: (video: Video) => void): TemplateResult {
    return html`
      <aside class="tray" aria-labelledby="tray-title" ?hidden=${!this.isOpen} @keydown=${this.#closeOnEscape}>
        <div class="tray-head">
          <h2 id="tray-title" tabindex="-1">${t('uploads')}</h2>
          <button class="quiet" type="button" aria-label=${t('closeUploads')} title=${t('closeUploads')} @click=${() => this.close()}>
            ${icon('x')}
          </button>
        </div>
        <div class="tray-body">
          <video-uploader
            @va-upload-start=${this.#started}
            @va-video-select=${(event: HTMLElementEventMap['va-video-select']) => show(event.detail.video)}
          ></video-uploader>
        </div>
      </aside>
      <div class="veil" ?hidden=${!this.#isOver}><p>${icon('upload')}${t('dropAnywhere')}</p></div>
    `;
  }

  readonly #started = (): void => {
    this.hasUploads = true;
  };

  readonly #closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.defaultPrevented) this.close();
  };

  #dragged(event: DragEvent, isOver: boolean): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (isOver === this.#isOver) return;
    this.#isOver = isOver;
    this.#redraw();
  }

  #dropped(event: DragEvent): void {
    if (!hasFiles(event)) return;
    const target = uploader();
    // What falls on the uploader itself it has taken already.
    if (target && !event.composedPath().includes(target)) target.addFiles(event.dataTransfer?.files ?? []);
    event.preventDefault();
    this.#isOver = false;
    this.isOpen = true;
    this.#redraw();
  }
}
