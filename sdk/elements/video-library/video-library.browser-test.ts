import { ContextProvider } from '@lit/context';
import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { html } from 'lit';
import type { Video } from '../../client/client.ts';
import { clientContext } from '../../contexts/client.ts';
import { PALETTE } from '../../styles/palette.ts';
import { FakeVideoApi, idOf, videoOf } from '../../test/fake-video-api.ts';
import { assert, assertAccessible, fixture, inside, until } from '../../test/kit.ts';
import type { VideoLibrary } from './video-library.ts';
import './define.ts';

const MIXED: Video[] = [
  videoOf(1, { title: 'Driver', captureFps: 240, annotationCount: 2, category: 'Long game', hasPoster: true }),
  videoOf(2, { title: 'Putt', playerId: idOf(802), durationMs: 61_400 }),
  videoOf(3, { title: 'Chip', status: 'processing', progress: 0.42, durationMs: null, fps: null }),
  videoOf(4, { title: 'Bunker', status: 'failed', errorCode: 'DURATION_EXCEEDED', durationMs: null, fps: null }),
];

/** A library on the page, connected to the fake. */
async function library(api: FakeVideoApi, { wait = true, theme = 'light' } = {}): Promise<VideoLibrary> {
  const background = PALETTE['surface-0'][theme === 'light' ? 0 : 1];
  const stage = await fixture<HTMLElement>(
    html`<div lang="en" style="width: 900px; color-scheme: ${theme}; background: ${background}"></div>`,
  );
  new ContextProvider(stage, { context: clientContext, initialValue: api.client });
  const element = document.createElement('video-library');
  stage.append(element);
  await element.updateComplete;
  if (wait) await until(() => cards(element).length > 0 || notice(element), 'the library');
  return element;
}

const cards = (element: VideoLibrary): HTMLElement[] => [...(element.shadowRoot?.querySelectorAll<HTMLElement>('.card:not(.ghost)') ?? [])];
const titles = (element: VideoLibrary): string[] => cards(element).map((card) => card.querySelector('h3')?.textContent.trim() ?? '');
const notice = (element: VideoLibrary): HTMLElement | null => element.shadowRoot?.querySelector<HTMLElement>('.notice') ?? null;
const button = (element: VideoLibrary, words: string): HTMLButtonElement => {
  const found = [...(element.shadowRoot?.querySelectorAll('button') ?? [])].find(
    (one) => one.textContent.trim() === words || one.getAttribute('aria-label') === words,
  );
  if (!found) throw new Error(`no button "${words}"`);
  return found;
};

const clickOn = async (target: Element): Promise<void> => {
  target.scrollIntoView({ block: 'center' });
  const { x, y, width, height } = target.getBoundingClientRect();
  await sendMouse({ type: 'click', position: [Math.round(x + width / 2), Math.round(y + height / 2)] });
};

const selections = (element: VideoLibrary): string[] => {
  const chosen: string[] = [];
  element.addEventListener('va-video-select', ({ detail }) => chosen.push(detail.video.id));
  return chosen;
};

describe('<video-library>', () => {
  for (const theme of ['light', 'dark'])
    it(`is accessible in the ${theme} theme, with every kind of card`, async () => {
      const element = await library(new FakeVideoApi(MIXED), { theme });
      await assertAccessible(element);
    });

  it('tells of each video what it is, whose, how long, how fast, and how far', async () => {
    const element = await library(new FakeVideoApi(MIXED));
    const words = cards(element).map((card) => card.textContent.replace(/\s+/g, ' '));
    assert.ok(/240 fps/.test(words[0] ?? '') && /0:04/.test(words[0] ?? '') && /Emma Larsen/.test(words[0] ?? ''), words[0]);
    assert.ok(/2 drawings/.test(words[0] ?? ''), words[0]);
    assert.ok(/1:01/.test(words[1] ?? '') && /Jonas Berg/.test(words[1] ?? ''), words[1]);
    assert.ok(/Preparing 42%/.test(words[2] ?? ''), words[2]);
    assert.ok(/too long/.test(words[3] ?? '') && /DURATION_EXCEEDED/.test(words[3] ?? ''), words[3]);
  });

  it('opens a ready video by a click anywhere on its card, and by Enter', async () => {
    const element = await library(new FakeVideoApi(MIXED));
    const chosen = selections(element);
    const [driver, putt] = cards(element);
    assert.ok(driver && putt);
    await clickOn(driver);
    assert.deepEqual(chosen, [idOf(1)]);
    putt.querySelector<HTMLElement>('.open')?.focus();
    await sendKeys({ press: 'Enter' });
    assert.deepEqual(chosen, [idOf(1), idOf(2)]);
  });

  it('does not open a video that is not ready', async () => {
    const element = await library(new FakeVideoApi(MIXED));
    const chosen = selections(element);
    const chip = cards(element)[2];
    assert.ok(chip);
    await clickOn(chip);
    assert.deepEqual(chosen, []);
  });

  it('shows a poster whole, and gives its memory back', async () => {
    const api = new FakeVideoApi(MIXED);
    const canvas = new OffscreenCanvas(90, 160);
    canvas.getContext('2d')?.fillRect(0, 0, 90, 160);
    api.poster = await canvas.convertToBlob({ type: 'image/jpeg' });
    const element = await library(api);
    const image = inside<HTMLImageElement>(element, 'img');
    await until(() => image.naturalWidth === 90, 'the poster');
    assert.equal(getComputedStyle(image).objectFit, 'contain');
    const { src } = image;
    element.remove();
    await assert.rejects(fetch(src), /fetch/i);
  });

  it('filters by athlete and state, and shows all again', async () => {
    const api = new FakeVideoApi(MIXED);
    const element = await library(api);
    await clickOn(button(element, 'Jonas Berg'));
    await until(() => titles(element).join() === 'Putt', 'the filtered cards');
    assert.equal(button(element, 'Jonas Berg').getAttribute('aria-pressed'), 'true');
    await clickOn(button(element, 'Failed'));
    await until(() => notice(element)?.textContent.includes('No video fits'), 'the empty answer');
    await clickOn(button(element, 'Clear filters'));
    await until(() => cards(element).length === 4, 'all cards');
  });

  it('loads the next page when the end comes near, each video once', async () => {
    const api = new FakeVideoApi(Array.from({ length: 60 }, (_, i) => videoOf(i + 1)));
    const element = await library(api);
    assert.equal(cards(element).length, 24);
    window.scrollTo(0, document.body.scrollHeight);
    await until(() => cards(element).length > 24, 'the second page');
    await until(() => (window.scrollTo(0, document.body.scrollHeight), cards(element).length === 60), 'the last page');
    assert.equal(new Set(titles(element)).size, 60);
    assert.equal(element.shadowRoot?.querySelector('.more'), null);
    window.scrollTo(0, 0);
  });

  it('says of a video that can be watched while it is still processing that it can, and opens it', async () => {
    const api = new FakeVideoApi([videoOf(1, { title: 'Pitch', status: 'processing', progress: 0.1, isPlayable: true })]);
    const element = await library(api);
    assert.ok(cards(element)[0]?.textContent.includes('Can be opened already'));
    await assertAccessible(element);
    const chosen = selections(element);
    await clickOn(button(element, 'Pitch'));
    assert.deepEqual(chosen, [idOf(1)]);
  });

  it('keeps the size of a card when its video is ready', async () => {
    const api = new FakeVideoApi([videoOf(1, { status: 'processing', progress: 0.9, isPlayable: true })]);
    const element = await library(api);
    const isDrawn = () => cards(element)[0]?.querySelector('h3')?.checkVisibility({ contentVisibilityAuto: true });
    await until(isDrawn, 'the card, which holds a place of another size before');
    const before = cards(element)[0]?.getBoundingClientRect().height ?? 0;
    api.videos = api.videos.map((video) => ({ ...video, status: 'ready', progress: null }));
    await until(() => cards(element)[0]?.dataset['status'] === 'ready' && isDrawn(), 'the ready card');
    assert.near(cards(element)[0]?.getBoundingClientRect().height ?? 0, before);
    assert.ok(!cards(element)[0]?.textContent.includes('Can be opened already'));
  });

  it('follows a video until it is ready', async () => {
    const api = new FakeVideoApi(MIXED);
    const element = await library(api);
    api.videos = api.videos.map((video) => (video.title === 'Chip' ? { ...video, status: 'ready', progress: null } : video));
    await until(() => cards(element)[2]?.dataset['status'] === 'ready', 'the ready card');
    const asked = api.requests.length;
    await element.refresh();
    assert.equal(api.requests.length, asked + 1, 'nothing is in motion: only the refresh asks.');
  });

  it('shows on refresh what is new and not what is gone', async () => {
    const api = new FakeVideoApi(MIXED);
    const element = await library(api);
    api.videos = [videoOf(0, { title: 'New' }), ...api.videos.filter(({ title }) => title !== 'Putt')];
    await element.refresh();
    await element.updateComplete;
    assert.deepEqual(titles(element), ['New', 'Driver', 'Chip', 'Bunker']);
  });

  it('asks before it deletes, and Escape means no', async () => {
    const api = new FakeVideoApi(MIXED);
    const element = await library(api);
    button(element, 'Delete Driver').click();
    await until(() => inside<HTMLDialogElement>(element, 'dialog').open, 'the dialog');
    assert.equal(element.shadowRoot?.activeElement?.textContent.trim(), 'Cancel');
    await assertAccessible(element);
    await sendKeys({ press: 'Escape' });
    await until(() => !inside<HTMLDialogElement>(element, 'dialog').open, 'the dialog to close');
    assert.equal(api.videos.length, 4);

    button(element, 'Delete Driver').click();
    await until(() => inside<HTMLDialogElement>(element, 'dialog').open, 'the dialog');
    await clickOn(button(element, 'Delete'));
    await until(() => titles(element).join() === 'Putt,Chip,Bunker', 'the card to go');
    assert.equal(api.videos.length, 3);
    assert.ok(inside(element, '[role=status]').textContent.includes('Driver is deleted'));
  });

  it('keeps the video and says why when deleting is refused', async () => {
    const api = new FakeVideoApi(MIXED);
    const element = await library(api);
    api.refuse(/^DELETE/, 403, 'access.denied');
    button(element, 'Delete Driver').click();
    await until(() => inside<HTMLDialogElement>(element, 'dialog').open, 'the dialog');
    await clickOn(button(element, 'Delete'));
    await until(() => inside(element, 'dialog').textContent.includes('You do not have access'), 'the reason');
    assert.equal(cards(element).length, 4);
  });

  it('offers nothing to delete to an athlete who neither filmed nor is filmed', async () => {
    const api = new FakeVideoApi(MIXED);
    api.session = { ...api.session, actor: { id: idOf(777), externalId: 'x', role: 'coach', displayName: 'X' } };
    const element = await library(api);
    assert.equal(element.shadowRoot?.querySelector('.remove'), null);
  });

  it('says that there is nothing yet, and leaves room for the host to help', async () => {
    const element = await library(new FakeVideoApi());
    assert.ok(notice(element)?.textContent.includes('No videos yet'));
    assert.ok(notice(element)?.querySelector('slot[name=empty]'));
    await assertAccessible(element);
  });

  it('says that there is no access, with the code', async () => {
    const api = new FakeVideoApi(MIXED);
    api.refuse(/videos/, 403, 'access.scope_missing');
    const element = await library(api);
    assert.ok(notice(element)?.textContent.includes('access.scope_missing'));
    assert.equal(notice(element)?.querySelector('button'), null);
    await assertAccessible(element);
  });

  it('says that it is offline, and comes back by itself', async () => {
    const api = new FakeVideoApi(MIXED);
    api.offline = true;
    const element = await library(api);
    assert.ok(notice(element)?.textContent.includes('You are offline'));
    api.offline = false;
    window.dispatchEvent(new Event('online'));
    await until(() => cards(element).length === 4, 'the cards');
  });

  it('tries again when asked, after a failure', async () => {
    const api = new FakeVideoApi(MIXED);
    api.refuse(/videos/, 503, 'service.unavailable');
    const element = await library(api);
    api.allow();
    await clickOn(button(element, 'Try again'));
    await until(() => cards(element).length === 4, 'the cards');
  });

  it('shows the shape of what is coming while it loads', async () => {
    const element = await library(new FakeVideoApi(MIXED), { wait: false });
    assert.equal(element.shadowRoot?.querySelectorAll('.ghost').length, 8);
    assert.equal(inside(element, 'section').getAttribute('aria-busy'), 'true');
  });

  it('speaks the language of its place, also when that changes', async () => {
    const element = await library(new FakeVideoApi(MIXED));
    element.parentElement?.setAttribute('lang', 'nb');
    await until(() => cards(element)[2]?.textContent.includes('Klargjøres'), 'the Norwegian words');
  });

  it('keeps five hundred cards smooth: what is far away is not laid out', async () => {
    const api = new FakeVideoApi(Array.from({ length: 500 }, (_, i) => videoOf(i + 1)));
    const element = await library(api);
    await until(() => (window.scrollTo(0, document.body.scrollHeight), cards(element).length === 500), 'five hundred cards', 15_000);
    window.scrollTo(0, 0);
    const last = cards(element).at(-1);
    assert.ok(last);
    await until(() => !last.querySelector('h3')?.checkVisibility({ contentVisibilityAuto: true }), 'the last card to be skipped');
    await until(() => cards(element)[0]?.querySelector('h3')?.checkVisibility({ contentVisibilityAuto: true }), 'the first card');
  });
});
