import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { decodeFrameCounterFrom } from '../../sample-clips/index.ts';
import type { DemoLogin } from '../../../bin/system/demo.ts';
import { launchChromium } from './chromium.ts';
import { badFiles, counterClip, turnedClip, type Clip } from './clips.ts';
import { requestsAbout, type Places } from './refusals.ts';
import { isTooWide, keepPicture, seriousFaults, WINDOWS } from './screens.ts';
import { startSystem, type StartedSystem } from './started-system.ts';
import { Visitor, type VisitorOptions } from './visitor.ts';

const DRAWN_ON = 12;
const COUNTER = 'Med teller';
const TURNED = 'Fra telefonen';

let directory: string;
let system: StartedSystem;
let browser: Browser;
let coach: Visitor;
let turned: Clip & { readonly isReal: boolean };
let counter: Clip;
let counterId: string;
const complaints: string[] = [];

const login = (username: string): DemoLogin => {
  const found = system.demo.clubs.flatMap(({ logins }) => logins).find((one) => one.username === username);
  assert.ok(found, username);
  return found;
};

const arrive = (options?: VisitorOptions): Promise<Visitor> => Visitor.arrive(browser, system.portalUrl, options);

async function signedIn(username: string, options?: VisitorOptions): Promise<Visitor> {
  const visitor = await arrive(options);
  await visitor.signIn(username, login(username).password);
  return visitor;
}

/** Whoever leaves tells what the browser complained about. */
async function leave(visitor: Visitor): Promise<void> {
  complaints.push(...visitor.complaints);
  await visitor.leave();
}

const ask = (token: string, method: string, url: string, body?: unknown): Promise<Response> =>
  fetch(url, {
    method,
    headers: {
      ...(method === 'POST' && { 'Idempotency-Key': crypto.randomUUID() }),
      Authorization: `Bearer ${token}`,
      Origin: system.portalUrl,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

before(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'va-e2e-clips-'));
  browser = await launchChromium();
  system = await startSystem();
  [turned, counter] = [await turnedClip(directory), await counterClip(directory)];
});

after(async () => {
  await browser?.close();
  await system?.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('signing in', () => {
  it('sends a stranger to the door', async () => {
    const stranger = await arrive();
    await stranger.goTo('/review/00000000-0000-4000-8000-000000000000');
    assert.equal(new URL(stranger.page.url()).pathname, '/login');
    await leave(stranger);
  });

  it('says so when the password is wrong', async () => {
    const stranger = await arrive();
    await stranger.goTo('/login');
    await stranger.page.fill('[name=username]', 'kari');
    await stranger.page.fill('[name=password]', 'guess');
    await stranger.page.click('.sign-in button.primary');
    await stranger.page.getByRole('alert').waitFor();
    await leave(stranger);
  });

  it('keeps who is signed in where scripts cannot read it, and gives tokens to its own pages only', async () => {
    coach = await signedIn('kari');
    const cookie = (await coach.context.cookies()).find(({ name }) => name === 'portal');
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Lax']);
    const elsewhere = await fetch(`${system.portalUrl}/api/session-token`, {
      method: 'POST',
      headers: { Cookie: `portal=${cookie?.value ?? ''}`, Origin: 'https://elsewhere.example' },
    });
    assert.equal(elsewhere.status, 403);
    const nobody = await fetch(`${system.portalUrl}/api/session-token`, { method: 'POST', headers: { Origin: system.portalUrl } });
    assert.equal(nobody.status, 401);
  });
});

describe('a coach with clips', () => {
  it('is told at once what cannot be uploaded, and why', async () => {
    const refused = (await badFiles(directory, counter.file)).filter(({ atOnce }) => atOnce);
    await coach.choose(refused.map(({ file }) => file));
    for (const { file, code } of refused) {
      const card = coach.uploadCard(path.parse(file).name);
      await card.locator('.code', { hasText: code }).waitFor();
      await card.locator('.actions button').last().click();
    }
  });

  it(`uploads a clip that lies on its side and one with a frame counter, and sees them come without reloading`, async () => {
    await system.samplesReady;
    await coach.choose([turned.file, counter.file]);
    await coach.sendAs('Anna Berg');
    await coach.uploadCard(TURNED).and(coach.page.locator('[data-phase=processing]')).waitFor({ timeout: 60_000 });
    for (const title of [TURNED, COUNTER]) {
      await coach.uploadCard(title).and(coach.page.locator('[data-phase=ready]')).waitFor({ timeout: 90_000 });
      await coach.card(title).and(coach.page.locator('[data-status=ready]')).waitFor();
    }
    console.log(
      turned.isReal
        ? 'The phone clip is a real one.'
        : 'No footage in MEDIA_DIR: a drawn clip, stored on its side, stands in for the real one.',
    );
  });

  it('is told what is wrong with a file that is no clip, or not a whole one', async () => {
    const broken = (await badFiles(directory, counter.file)).filter(({ atOnce }) => !atOnce);
    await coach.choose(broken.map(({ file }) => file));
    await coach.sendAs('Anna Berg');
    for (const { file, code } of broken)
      await coach
        .uploadCard(path.parse(file).name)
        .locator('.code', { hasText: new RegExp(code) })
        .waitFor({ timeout: 60_000 });
    await keepPicture(coach, 'uploads-refused');
    await coach.page.click('.tray-head button');
  });

  it('steps the clip on its side twenty frames forward and twenty back, each one confirmed and upright', async () => {
    await coach.open(TURNED);
    const { width, height } = await coach.paintedTop();
    assert.ok(Math.abs(width / height - turned.width / turned.height) < 0.01, 'upright');
    await step(async () => undefined);
    await coach.page.click('.back');
  });

  it('steps the clip with the counter, and the picture says the same number each time', async () => {
    await coach.open(COUNTER);
    counterId = new URL(coach.page.url()).pathname.split('/').at(-1) ?? '';
    await step(async (frame) => assert.equal(decodeFrameCounterFrom(await coach.paintedTop()), frame));
  });
});

/** Twenty forward, twenty back, with the keyboard. */
async function step(look: (frame: number) => Promise<unknown>): Promise<void> {
  await coach.page.locator('video-player [part=base]').first().focus();
  const there = Array.from({ length: 20 }, (_, at) => ['.', at + 1] as const);
  const back = Array.from({ length: 20 }, (_, at) => [',', 19 - at] as const);
  for (const [key, frame] of [...there, ...back]) {
    await coach.page.keyboard.press(key);
    await coach.untilFrame(frame);
    await look(frame);
  }
}

describe('drawing on one frame', () => {
  const KINDS = [/^linje/, /^vinkel/, /Hold hodet stille/];
  const allShown = async ({ page }: Visitor): Promise<void> => {
    for (const kind of KINDS) await page.locator('annotation-layer li', { hasText: kind }).waitFor({ state: 'attached' });
  };

  it('takes a line, an angle and a text from mouse and keyboard', async () => {
    await coach.seek(DRAWN_ON);
    const { keyboard } = coach.page;
    await coach.page.locator('video-player [part=base]').first().focus();
    await keyboard.press('2');
    await coach.point([0.3, 0.4], [0.6, 0.7]);
    await keyboard.press('5');
    await coach.point([0.5, 0.4], [0.6, 0.5], [0.7, 0.4]);
    await keyboard.press('6');
    await coach.point([0.2, 0.85]);
    await coach.page.locator('annotation-canvas textarea').waitFor();
    await keyboard.type('Hold hodet stille');
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    await coach.page.locator('.drawing', { hasText: 'Hold hodet stille' }).waitFor();
    await coach.page.waitForFunction(() => !/Lagrer/.test(document.querySelector('.drawings')?.textContent ?? 'Lagrer'));
    await allShown(coach);
  });

  it('finds them after a reload on exactly that frame', async () => {
    await coach.page.reload();
    await coach.untilFrame(0);
    await coach.page.locator('.drawing').first().click();
    await coach.untilFrame(DRAWN_ON);
    await allShown(coach);
    for (const neighbour of [DRAWN_ON - 1, DRAWN_ON + 1]) {
      await coach.seek(neighbour);
      assert.deepEqual(await coach.drawingsOnScreen(), []);
    }
  });

  it('shows them to the athlete', async () => {
    const anna = await signedIn('anna');
    await anna.open(COUNTER);
    await anna.seek(DRAWN_ON);
    await allShown(anna);
    await leave(anna);
  });
});

describe('everybody else', () => {
  let places: Places;

  before(async () => {
    const token = await coach.token();
    const about = `${system.apiUrl}/api/v1/videos/${counterId}`;
    const playback = (await (await ask(token, 'GET', `${about}/playback`)).json()) as { sources: { analysis: { url: string } } };
    const drawings = (await (await ask(token, 'GET', `${about}/annotations`)).json()) as { items: { id: string }[] };
    const leaseId = /\/play\/([^/]+)\//.exec(playback.sources.analysis.url)?.[1] ?? '';
    places = { videoId: counterId, leaseId, annotationId: drawings.items[0]?.id ?? '', uploadId: crypto.randomUUID() };
  });

  it('in the club has no such clip', async () => {
    const jonas = await signedIn('jonas');
    await jonas.card('Jern 7').waitFor();
    assert.equal(await jonas.card(COUNTER).count(), 0);
    await jonas.goTo(`/review/${counterId}`);
    await jonas.page.locator('.review > .notice').waitFor();
    await keepPicture(jonas, 'no-access');
    const answer = await ask(await jonas.token(), 'GET', `${system.apiUrl}/api/v1/videos/${counterId}/playback`);
    assert.ok([403, 404].includes(answer.status), String(answer.status));
    await leave(jonas);
  });

  it('in another club gets 404 for each of its addresses, and changes nothing', async () => {
    const ola = await signedIn('ola');
    const token = await ola.token();
    const answers = await Promise.all(
      requestsAbout(places).map(async ({ operation, method, path: address, body }) => {
        const { status } = await ask(token, method, `${system.apiUrl}${address}`, body);
        return `${operation} ${String(status)}`;
      }),
    );
    assert.ok(answers.length >= 13, answers.join(', '));
    assert.deepEqual(
      answers.filter((answer) => !answer.endsWith(' 404')),
      [],
    );
    await ola.goTo(`/review/${counterId}`);
    await ola.page.locator('.review > .notice').waitFor();
    await leave(ola);
    const video = (await (await ask(await coach.token(), 'GET', `${system.apiUrl}/api/v1/videos/${counterId}`)).json()) as {
      title: string;
    };
    assert.equal(video.title, COUNTER);
  });

  it('with a copied address can play only until the session that opened it ends', async () => {
    const token = await coach.token();
    const opened = await ask(token, 'GET', `${system.apiUrl}/api/v1/videos/${counterId}/playback`);
    const { url } = ((await opened.json()) as { sources: { analysis: { url: string } } }).sources.analysis;
    assert.equal((await fetch(url, { headers: { Range: 'bytes=0-9' } })).status, 206);
    assert.equal((await ask(token, 'DELETE', `${system.apiUrl}/api/v1/sessions/current`)).status, 204);
    const read = async (): Promise<number> => (await fetch(url, { headers: { Range: 'bytes=0-9' } })).status;
    // Whoever remembers the lease hears of its end a moment after the answer.
    const patientUntil = Date.now() + 1000;
    let later = await read();
    while (later === 206 && Date.now() < patientUntil) later = await read();
    assert.ok([404, 410].includes(later), String(later));
  });
});

/** Every picture that is in the window has been loaded. */
const postersAreThere = (): boolean =>
  [...(document.querySelector('video-library')?.shadowRoot?.querySelectorAll('img') ?? [])]
    .filter((picture) => picture.getBoundingClientRect().top < innerHeight)
    .every((picture) => picture.complete && picture.naturalWidth > 0);

describe('the pages', () => {
  for (const language of ['nb', 'en'] as const)
    for (const theme of ['light', 'dark'] as const)
      for (const window of WINDOWS)
        it(`fit ${String(window.width)} × ${String(window.height)}, ${theme}, ${language}, with no serious fault of accessibility`, async () => {
          const visitor = await arrive({ ...window, theme, language });
          const name = `${String(window.width)}-${theme}-${language}`;
          await visitor.goTo('/login');
          await visitor.page.locator('.person').first().waitFor();
          await mustBeSound(visitor, `login-${name}`);
          await visitor.signIn('kari', login('kari').password);
          await visitor.card('Driver').locator('img[src]').waitFor();
          await visitor.page.waitForFunction(postersAreThere);
          await mustBeSound(visitor, `library-${name}`);
          await visitor.open('Driver');
          await visitor.page.locator('.drawing').first().click();
          await visitor.untilFrame(87);
          await mustBeSound(visitor, `review-${name}`);
          await leave(visitor);
        });

  async function mustBeSound(visitor: Visitor, name: string): Promise<void> {
    await keepPicture(visitor, name);
    assert.equal(await isTooWide(visitor), false, `${name} is wider than its window`);
    assert.deepEqual(await seriousFaults(visitor), [], name);
  }

  it('never made the browser complain', async () => {
    await leave(coach);
    assert.deepEqual(complaints, []);
  });
});
