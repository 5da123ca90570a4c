import { ContextProvider } from '@lit/context';
import { sendKeys } from '@web/test-runner-commands';
import { html } from 'lit';
import { clientContext } from '../../contexts/client.ts';
import { PALETTE } from '../../styles/palette.ts';
import { PLAYERS, type FakeVideoApi } from '../../test/fake-video-api.ts';
import { fixture, inside, until } from '../../test/kit.ts';
import type { VideoUploader } from './video-uploader.ts';
import './define.ts';

/** What the tests of the uploader share: one on a page, with files as a person gives them. */

export const ONE_ATHLETE = PLAYERS.slice(0, 1);
let stamp = 0;

/** A file nobody has uploaded before: what is remembered of one test must not touch the next. */
export const clip = (name: string, sizeBytes = 2000, type = 'video/mp4'): File =>
  new File([Uint8Array.from({ length: sizeBytes }, (_, i) => (i < 8 ? ((stamp += 1) * 7919) >> i : i))], name, {
    type,
    lastModified: stamp,
  });

export async function uploader(api: FakeVideoApi, players = ONE_ATHLETE, theme = 'light'): Promise<VideoUploader> {
  api.players = players;
  const background = PALETTE['surface-0'][theme === 'light' ? 0 : 1];
  const stage = await fixture<HTMLElement>(html`<div lang="en" style="color-scheme: ${theme}; background: ${background}"></div>`);
  new ContextProvider(stage, { context: clientContext, initialValue: api.client });
  const element = document.createElement('video-uploader');
  stage.append(element);
  await until(() => api.requests.includes('GET /api/v1/players'), 'the question for athletes');
  await element.updateComplete;
  return element;
}

/** As the browser's picker does it. */
export function pick(element: VideoUploader, ...files: File[]): void {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  const picker = inside<HTMLInputElement>(element, '#picker');
  picker.files = transfer.files;
  picker.dispatchEvent(new Event('change'));
}

export const cards = (element: VideoUploader): HTMLElement[] => [...(element.shadowRoot?.querySelectorAll<HTMLElement>('.card') ?? [])];
export const phase = (element: VideoUploader, card = 0): string | undefined => cards(element)[card]?.dataset['phase'];
export const press = async (element: VideoUploader, words: RegExp): Promise<void> => {
  const question = (): HTMLButtonElement | undefined =>
    [...(element.shadowRoot?.querySelectorAll('button') ?? [])].find(
      (one) => !one.disabled && words.test(one.getAttribute('aria-label') ?? one.textContent),
    );
  const found = await until(question, `the button ${String(words)}`);
  found.focus();
  await sendKeys({ press: 'Enter' });
};

export const realClip = async (): Promise<File> =>
  new File([await (await fetch('/test-clips/landscape.mp4')).blob()], 'Swing.mp4', { type: 'video/mp4' });
/** What the cards warn of, in words. */
export const warnings = (element: VideoUploader): string =>
  [...(element.shadowRoot?.querySelectorAll('.warning') ?? [])].map(({ textContent }) => textContent.trim()).join(' | ');
