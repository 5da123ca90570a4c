import { sendKeys } from '@web/test-runner-commands';
import { FakeVideoApi, idOf, PLAYERS } from '../../test/fake-video-api.ts';
import { assert, assertAccessible, inside, nextEvent, until } from '../../test/kit.ts';
import { cards, clip, ONE_ATHLETE, phase, pick, press, realClip, uploader, warnings } from './uploader.test-kit.ts';

describe('<video-uploader>', () => {
  for (const theme of ['light', 'dark'])
    it(`is accessible in the ${theme} theme: idle, staged and refused`, async () => {
      const element = await uploader(new FakeVideoApi(), [...PLAYERS], theme);
      await assertAccessible(element);
      pick(element, clip('a.mp4'), clip('notes.pdf', 10, 'application/pdf'));
      await until(() => cards(element).length === 2, 'the cards');
      await assertAccessible(element);
    });

  it('uploads a chosen clip with the keyboard alone and tells the page each step', async () => {
    const api = new FakeVideoApi();
    const element = await uploader(api);
    const [started, completed, processed] = [
      nextEvent(element, 'va-upload-start'),
      nextEvent(element, 'va-upload-complete'),
      nextEvent(element, 'va-video-processed'),
    ];
    pick(element, clip('Driver 3.mov'));
    await press(element, /Upload the clip/);
    assert.equal((await started).detail.fileName, 'Driver 3.mov');
    assert.equal((await completed).detail.videoId, idOf(501));
    assert.equal((await processed).detail.video.status, 'ready');
    assert.equal(api.opened[0]?.title, 'Driver 3');
    assert.equal(api.opened[0]?.playerId, idOf(801));
    await until(() => phase(element) === 'ready', 'the ready card');
    assert.ok(inside(element, '#said').textContent.includes('Driver 3 is ready'));
    await assertAccessible(element);

    const selected = nextEvent(element, 'va-video-select');
    await press(element, /^Open Driver 3/);
    assert.equal((await selected).detail.video.id, idOf(501));
  });

  it('takes the title a person gives', async () => {
    const api = new FakeVideoApi();
    const element = await uploader(api);
    pick(element, clip('IMG_1.mov'));
    await until(() => element.shadowRoot?.querySelector('.title'), 'the title');
    const title = inside<HTMLInputElement>(element, '.title');
    title.focus();
    title.select();
    await sendKeys({ type: 'First tee' });
    await press(element, /Upload the clip/);
    await until(() => api.opened.length === 1, 'the upload');
    assert.equal(api.opened[0]?.title, 'First tee');
  });

  it('asks who is in the clip where there are several athletes, before anything is sent', async () => {
    const api = new FakeVideoApi();
    const element = await uploader(api, [...PLAYERS]);
    pick(element, clip('a.mp4'));
    await press(element, /Upload the clip/);
    await until(() => element.shadowRoot?.querySelector('#missing'), 'the question');
    assert.equal(element.shadowRoot?.activeElement?.id, 'athlete');
    assert.deepEqual(api.opened, []);
    await assertAccessible(element);
    await sendKeys({ type: 'Jonas' });
    await until(() => inside<HTMLSelectElement>(element, 'select').value === idOf(802), 'the athlete');
    await press(element, /Upload the clip/);
    await until(() => phase(element) === 'ready', 'the ready card');
    assert.equal(api.opened[0]?.playerId, idOf(802));
  });

  it('asks nothing where there is one athlete', async () => {
    const element = await uploader(new FakeVideoApi());
    pick(element, clip('a.mp4'));
    await until(() => cards(element).length === 1, 'the card');
    assert.equal(element.shadowRoot?.querySelector('select'), null);
  });

  it('takes dropped files', async () => {
    const element = await uploader(new FakeVideoApi());
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(clip('dropped.mp4'));
    const section = inside(element, 'section');
    const over = new DragEvent('dragover', { dataTransfer, cancelable: true, bubbles: true });
    section.dispatchEvent(over);
    assert.ok(over.defaultPrevented, 'the browser would open the file');
    await element.updateComplete;
    assert.ok(inside(element, '.drop').hasAttribute('data-over'));
    section.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true, bubbles: true }));
    await until(() => phase(element) === 'staged', 'the card');
  });

  it('refuses what is no video or empty before the first byte, in words', async () => {
    const api = new FakeVideoApi();
    const element = await uploader(api);
    pick(element, clip('notes.pdf', 10, 'application/pdf'), clip('empty.mp4', 0));
    await until(() => cards(element).length === 2, 'the cards');
    assert.ok(/This kind of file cannot be uploaded/.test(cards(element)[0]?.textContent ?? ''));
    assert.ok(/The file is empty/.test(cards(element)[1]?.textContent ?? ''));
    assert.deepEqual(api.opened, []);
    assert.ok(!element.shadowRoot?.querySelector('.details'), 'there is nothing to start');
  });

  it('names both sizes when a file is too large, and offers no second try', async () => {
    const api = new FakeVideoApi();
    api.refuse(/init/, 413, 'upload.too_large', { sizeBytes: 700_000_000, maxSizeBytes: 500_000_000 });
    const element = await uploader(api);
    pick(element, clip('a.mp4'));
    await press(element, /Upload the clip/);
    await until(() => phase(element) === 'failed', 'the failure');
    const words = cards(element)[0]?.textContent ?? '';
    assert.ok(/700\u00a0MB/.test(words) && /500\u00a0MB/.test(words), words);
    assert.ok(!/Try/.test(cards(element)[0]?.querySelector('.actions')?.textContent ?? ''));
    await assertAccessible(element);
  });

  it('says that consent is missing, and what to do', async () => {
    const api = new FakeVideoApi();
    api.refuse(/init/, 403, 'access.consent_missing');
    const element = await uploader(api);
    pick(element, clip('a.mp4'));
    await press(element, /Upload the clip/);
    await until(() => phase(element) === 'failed', 'the failure');
    assert.ok(/has not said yes/.test(cards(element)[0]?.textContent ?? ''));
  });

  it('pauses, goes on, and finishes', async () => {
    const api = new FakeVideoApi();
    api.partAddress = '/test-parts/hold/';
    const element = await uploader(api);
    pick(element, clip('a.mp4'));
    await press(element, /Upload the clip/);
    await until(() => phase(element) === 'uploading', 'the upload');
    await assertAccessible(element);
    await press(element, /^Pause a/);
    await until(() => phase(element) === 'paused', 'the pause');
    assert.ok(inside(element, '#said').textContent.includes('a is paused'));
    api.partAddress = '/test-parts/';
    await press(element, /^Go on with a/);
    await until(() => phase(element) === 'ready', 'the end');
    assert.equal(api.opened[0]?.clientUploadId, api.opened[1]?.clientUploadId);
  });

  it('leaves nothing behind when an upload is cancelled', async () => {
    const api = new FakeVideoApi();
    api.partAddress = '/test-parts/hold/';
    const element = await uploader(api);
    pick(element, clip('a.mp4'));
    await press(element, /Upload the clip/);
    await until(() => phase(element) === 'uploading', 'the upload');
    await press(element, /^Cancel a/);
    await until(() => cards(element).length === 0 && api.videos.length === 0, 'nothing');
  });

  it('resumes a file that is chosen again after a reload', async () => {
    const api = new FakeVideoApi();
    api.partAddress = '/test-parts/hold/';
    const [first, file] = [await uploader(api), clip('a.mp4')];
    pick(first, file);
    await press(first, /Upload the clip/);
    await until(() => phase(first) === 'uploading', 'the upload');
    await press(first, /^Pause a/);
    first.remove();

    api.partAddress = '/test-parts/';
    const second = await uploader(api);
    pick(second, file);
    await press(second, /Upload the clip/);
    await until(() => phase(second) === 'ready', 'the end');
    assert.equal(new Set(api.opened.map(({ clientUploadId }) => clientUploadId)).size, 1);
    assert.equal(api.videos.length, 1);
  });

  it('sends two files at a time, in the order they were chosen', async () => {
    const api = new FakeVideoApi();
    api.partAddress = '/test-parts/hold/';
    const element = await uploader(api);
    pick(element, clip('a.mp4'), clip('b.mp4'), clip('c.mp4'));
    await press(element, /Upload 3 clips/);
    await until(() => cards(element).filter((card) => card.dataset['phase'] === 'uploading').length === 2, 'two uploads');
    assert.deepEqual(
      cards(element).map((_, i) => phase(element, i)),
      ['uploading', 'uploading', 'queued'],
    );
    await press(element, /^Cancel a/);
    await until(() => phase(element, 1) === 'uploading', 'the third upload');
  });

  it('follows the preparation in percent and says what went wrong in it', async () => {
    const api = new FakeVideoApi();
    api.afterUpload = (video) => ({ ...video, status: 'processing', progress: 0.37 });
    const element = await uploader(api);
    pick(element, clip('a.mp4'));
    await press(element, /Upload the clip/);
    await until(() => /Preparing for analysis: 37%/.test(cards(element)[0]?.textContent ?? ''), 'the percent');
    const processed = nextEvent(element, 'va-video-processed');
    api.videos = api.videos.map((video) => ({ ...video, status: 'failed', progress: null, errorCode: 'NOT_A_VIDEO' }));
    assert.equal((await processed).detail.video.status, 'failed');
    await until(() => /not a video/.test(cards(element)[0]?.textContent ?? ''), 'the reason');
    assert.ok(/NOT_A_VIDEO/.test(cards(element)[0]?.textContent ?? ''));
  });

  it('says when a person may not upload here', async () => {
    const api = new FakeVideoApi();
    api.refuse(/players/, 403, 'access.scope_missing');
    const element = await uploader(api);
    await until(() => element.shadowRoot?.querySelector('.notice'), 'the notice');
    assert.ok(inside(element, '.notice').textContent.includes('You cannot upload here'));
    await assertAccessible(element);
  });

  it('does not take the same file twice', async () => {
    const element = await uploader(new FakeVideoApi());
    const file = clip('a.mp4');
    pick(element, file);
    pick(element, file);
    await until(() => cards(element).length > 0, 'the card');
    assert.equal(cards(element).length, 1);
  });

  for (const theme of ['light', 'dark'])
    it(`says what is in the container before the first byte, and what to mind, in the ${theme} theme`, async () => {
      const api = new FakeVideoApi();
      api.limits = { ...api.limits, maxDurationMs: 1000 };
      const element = await uploader(api, ONE_ATHLETE, theme);
      pick(element, await realClip());
      await until(() => /fps/.test(cards(element)[0]?.textContent ?? ''), 'the facts');
      assert.ok(/\d+ × \d+/.test(cards(element)[0]?.textContent ?? ''), cards(element)[0]?.textContent);
      assert.ok(/at most 0:01 can be prepared/.test(warnings(element)), warnings(element));
      assert.ok(/at most 0:01/.test(inside(element, '#said').textContent), 'it is said aloud');
      assert.deepEqual(api.opened, []);
      await assertAccessible(element);
    });

  it('warns of a container it cannot read, and lets it be sent all the same', async () => {
    const api = new FakeVideoApi();
    const element = await uploader(api);
    pick(element, clip('odd.mp4'));
    await until(() => /cannot be looked into/.test(warnings(element)), 'the warning');
    await press(element, /Upload the clip/);
    await until(() => phase(element) === 'ready', 'the end');
  });

  it('refuses a file over the limit before the first byte, with both sizes', async () => {
    const api = new FakeVideoApi();
    api.limits = { ...api.limits, maxSizeBytes: 1000 };
    const element = await uploader(api);
    pick(element, clip('a.mp4', 2000));
    await until(() => phase(element) === 'failed', 'the refusal');
    assert.ok(/2\u00a0kB/.test(cards(element)[0]?.textContent ?? ''), cards(element)[0]?.textContent);
    assert.deepEqual(api.opened, []);
  });

  it('says that a clip is here already, opens that one, and sends it again only when asked', async () => {
    const api = new FakeVideoApi();
    const [element, file] = [await uploader(api), clip('a.mp4')];
    pick(element, file);
    await press(element, /Upload the clip/);
    await until(() => phase(element) === 'ready', 'the first');
    pick(element, new File([file], 'renamed.mp4', { type: 'video/mp4' }));
    await until(() => /uploaded this clip before/.test(warnings(element)), 'the warning');
    await assertAccessible(element);
    const selected = nextEvent(element, 'va-video-select');
    await press(element, /instead of uploading renamed/);
    assert.equal((await selected).detail.video.id, idOf(501));
    await press(element, /Upload the clip/);
    await until(() => api.opened.length === 2 && phase(element) === 'ready', 'the second');
  });

  it('names what was begun elsewhere and not finished, and gives it up when asked', async () => {
    const api = new FakeVideoApi();
    const begun = { id: idOf(71), videoId: idOf(72), clientUploadId: idOf(73), fingerprint: null, playerId: null };
    api.unfinished = [{ ...begun, title: 'First tee', sizeBytes: 480_000_000, createdAt: '2026-07-01T12:00:00Z' }];
    const element = await uploader(api);
    await until(() => element.shadowRoot?.querySelector('.unfinished'), 'the list');
    assert.ok(
      /First tee/.test(inside(element, '.unfinished').textContent) && /480\u00a0MB/.test(inside(element, '.unfinished').textContent),
    );
    await assertAccessible(element);
    await press(element, /Give up First tee/);
    await until(() => !element.shadowRoot?.querySelector('.unfinished'), 'its end');
    assert.deepEqual(api.unfinished, []);
  });

  it('waits for the network in words when nothing answers, and goes on by itself', async () => {
    const api = new FakeVideoApi();
    const element = await uploader(api);
    const { fetch } = globalThis;
    globalThis.fetch = (input, init) =>
      (input instanceof Request ? input.url : String(input)).includes('/health/live')
        ? Promise.reject(new TypeError('gone'))
        : fetch(input, init);
    try {
      api.offline = true;
      pick(element, clip('a.mp4'));
      await press(element, /Upload the clip/);
      await until(() => phase(element) === 'waiting', 'the wait');
      assert.ok(/Goes on by itself/.test(cards(element)[0]?.textContent ?? ''));
      assert.ok(/waits for the network/.test(inside(element, '#said').textContent));
      await assertAccessible(element);
    } finally {
      globalThis.fetch = fetch;
      api.offline = false;
    }
    await until(() => phase(element) === 'ready', 'the end');
  });
});
