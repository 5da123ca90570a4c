import { FakeVideoApi } from '../../test/fake-video-api.ts';
import { assert, until } from '../../test/kit.ts';
import { clip, phase, pick, press, uploader } from './uploader.test-kit.ts';

/** A screen that notes who keeps it on, in place of the browser's own. */
class FakeScreen {
  requests = 0;
  refuses = false;
  readonly #locks = new Set<object>();

  get held(): number {
    return this.#locks.size;
  }

  async request(): Promise<{ release: () => Promise<void> }> {
    this.requests += 1;
    if (this.refuses) throw new DOMException('The battery is low', 'NotAllowedError');
    const lock = {
      release: async (): Promise<void> => {
        this.#locks.delete(lock);
      },
    };
    this.#locks.add(lock);
    return lock;
  }

  /** The browser lets go by itself when the page is hidden. */
  hide(): void {
    this.#locks.clear();
    show('hidden');
  }
}

const show = (state: DocumentVisibilityState): void => {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
};

const put = (screen: FakeScreen | undefined): void => {
  Object.defineProperty(navigator, 'wakeLock', { value: screen, configurable: true });
};

describe('the screen during an upload', () => {
  afterEach(() => {
    Reflect.deleteProperty(document, 'visibilityState');
    Reflect.deleteProperty(navigator, 'wakeLock');
  });

  async function sending(): Promise<{ readonly api: FakeVideoApi; readonly element: Awaited<ReturnType<typeof uploader>> }> {
    const api = new FakeVideoApi();
    api.partAddress = '/test-parts/hold/';
    const element = await uploader(api);
    pick(element, clip('a.mp4'));
    await press(element, /Upload the clip/);
    await until(() => phase(element) === 'uploading', 'the upload');
    return { api, element };
  }

  it('is off limits before a file is sent, stays on while it is, and goes dark again at the end', async () => {
    const screen = new FakeScreen();
    put(screen);
    const { api, element } = await sending();
    assert.deepEqual([screen.requests, screen.held], [1, 1]);
    await press(element, /^Pause a/);
    await until(() => screen.held === 0, 'the release in the pause');
    api.partAddress = '/test-parts/';
    await press(element, /^Go on with a/);
    await until(() => phase(element) === 'ready' && screen.held === 0, 'the end');
    assert.equal(screen.requests, 2);
  });

  it('is asked for once however many files there are, and let go with the last', async () => {
    const screen = new FakeScreen();
    put(screen);
    const { element } = await sending();
    pick(element, clip('b.mp4'));
    await press(element, /Upload the clip/);
    await until(() => phase(element, 0) === 'uploading', 'the second');
    assert.equal(screen.requests, 1);
    await press(element, /^Cancel a/);
    await until(() => phase(element) === 'uploading', 'the other');
    assert.equal(screen.held, 1);
    await press(element, /^Cancel b/);
    await until(() => screen.held === 0, 'the end');
  });

  it('is kept on again when the page comes back, one lock at a time, and not once nothing is sent', async () => {
    const screen = new FakeScreen();
    put(screen);
    const { element } = await sending();
    screen.hide();
    assert.equal(screen.requests, 1);
    show('visible');
    await until(() => screen.held === 1, 'the lock');
    show('visible');
    await until(() => screen.requests === 3 && screen.held === 1, 'no second lock');
    await press(element, /^Cancel a/);
    await until(() => screen.held === 0, 'the release');
    show('visible');
    assert.equal(screen.requests, 3);
  });

  it('is let go when the uploader leaves the page, and held again when it returns', async () => {
    const screen = new FakeScreen();
    put(screen);
    const { element } = await sending();
    const stage = element.parentElement;
    element.remove();
    await until(() => screen.held === 0, 'the release');
    stage?.append(element);
    await until(() => screen.held === 1, 'the lock');
    await press(element, /^Cancel a/);
    await until(() => screen.held === 0, 'the end');
  });

  for (const [name, screen] of [
    ['refuses', Object.assign(new FakeScreen(), { refuses: true })],
    ['cannot', undefined],
  ] as const)
    it(`behaves as ever where the browser ${name}: the upload goes on`, async () => {
      put(screen);
      const api = new FakeVideoApi();
      const element = await uploader(api);
      pick(element, clip('a.mp4'));
      await press(element, /Upload the clip/);
      await until(() => phase(element) === 'ready', 'the end');
    });
});
