import type { Browser, BrowserContext, Page } from 'playwright-core';

/** What the tests use of `<video-player>`. */
interface PlayerElement extends HTMLElement {
  readonly frame: number;
  readonly verified: boolean;
  readonly media: HTMLVideoElement;
  seek(frame: number): Promise<void>;
}

export interface VisitorOptions {
  readonly width?: number;
  readonly height?: number;
  readonly isTouch?: boolean;
  readonly theme?: 'light' | 'dark';
  readonly language?: 'nb' | 'en';
}

/** Somebody in front of a browser, and everything the browser complained about meanwhile. */
export class Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[] = [];
  readonly #portalUrl: string;

  private constructor(context: BrowserContext, page: Page, portalUrl: string) {
    this.context = context;
    this.page = page;
    this.#portalUrl = portalUrl;
    page.on('pageerror', (error) => this.complaints.push(error.stack ?? error.message));
    page.on('console', (message) => {
      // A refusal that a test provokes is reported by the browser as a failed resource; tests look at those themselves.
      if (message.type() === 'error' && !/^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text()))
        this.complaints.push(message.text());
    });
  }

  static async arrive(browser: Browser, portalUrl: string, options: VisitorOptions = {}): Promise<Visitor> {
    const { width = 1440, height = 900, isTouch = false, theme = 'light', language = 'nb' } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      ...{ hasTouch: isTouch, isMobile: isTouch, colorScheme: theme, locale: language === 'nb' ? 'nb-NO' : 'en-GB' },
    });
    return new Visitor(context, await context.newPage(), portalUrl);
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(`${this.#portalUrl}${path}`);
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.goTo('/login');
    await this.page.fill('[name=username]', username);
    await this.page.fill('[name=password]', password);
    await this.page.click('.sign-in button.primary');
    await this.page.waitForURL(`${this.#portalUrl}/`);
  }

  /** The session the page itself gets from the portal. */
  token(): Promise<string> {
    return this.page.evaluate(async () => {
      const response = await fetch('/api/session-token', { method: 'POST' });
      return ((await response.json()) as { token: string }).token;
    });
  }

  card(title: string) {
    return this.page.locator('video-library .card').filter({ hasText: title });
  }

  uploadCard(title: string) {
    return this.page.locator('video-uploader .card').filter({ hasText: title });
  }

  /** Gives files to the uploader in the tray as the file picker does. */
  async choose(files: readonly string[]): Promise<void> {
    if (!(await this.page.locator('.tray').isVisible())) await this.page.click('.heading .primary');
    await this.page.locator('video-uploader #picker').setInputFiles([...files]);
  }

  async sendAs(athlete: string): Promise<void> {
    await this.page.locator('video-uploader select').selectOption({ label: athlete });
    await this.page.locator('video-uploader .details .primary').click();
  }

  /** Opens a video of the library and waits for its first confirmed frame. */
  async open(title: string): Promise<void> {
    await this.card(title).locator('.open').click();
    await this.untilFrame(0);
  }

  untilFrame(frame: number): Promise<unknown> {
    return this.page.waitForFunction((wanted) => {
      const player = document.querySelector<PlayerElement>('video-player');
      return player?.frame === wanted && player.verified;
    }, frame);
  }

  async seek(frame: number): Promise<void> {
    await this.page.evaluate(async (wanted) => document.querySelector<PlayerElement>('video-player')?.seek(wanted), frame);
    await this.untilFrame(frame);
  }

  /** The top of the painted picture, small, as the frame counter is read from it. */
  paintedTop(): Promise<{ width: number; height: number; data: number[] }> {
    return this.page.evaluate(() => {
      const player = document.querySelector<PlayerElement>('video-player');
      if (!player) throw new Error('no player');
      const { media } = player;
      const width = 320;
      const height = Math.round((width * media.videoHeight) / media.videoWidth);
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [width, height];
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      context.drawImage(media, 0, 0, width, height);
      return { width, height, data: [...context.getImageData(0, 0, width, Math.ceil(height * 0.1)).data] };
    });
  }

  /** Drags or clicks with the mouse at places given as fractions of the picture. */
  async point(...places: readonly (readonly [x: number, y: number])[]): Promise<void> {
    const box = await this.page.locator('video-player [part=picture]').first().boundingBox();
    if (!box) throw new Error('no picture');
    for (const [x, y] of places) {
      await this.page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
      await this.page.mouse.down();
      await this.page.mouse.up();
    }
  }

  /** The drawings on the screen, as the layer says them to a screen reader. */
  async drawingsOnScreen(): Promise<string[]> {
    return this.page.locator('annotation-layer li').allInnerTexts();
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
