import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { decodeFrameCounterFrom } from '../../sample-clips/index.ts';
import { launchChromium } from './chromium.ts';
import { counterClip, footage, phoneClip, type Clip } from './clips.ts';
import { encoderGate, type EncoderGate } from './encoder-gate.ts';
import { isTooWide, keepPicture, seriousFaults, WINDOWS } from './screens.ts';
import { startSystem, type StartedSystem } from './started-system.ts';
import { Visitor, type VisitorOptions } from './visitor.ts';
import { difference, greyPicture, watchChange } from './watched-change.ts';

const DRAWN_ON = 12;

let directory: string;
let gate: EncoderGate;
let system: StartedSystem;
let browser: Browser;
let coach: Visitor;
const complaints: string[] = [];

async function signedIn(options?: VisitorOptions): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, system.portalUrl, options);
  const kari = system.demo.clubs.flatMap(({ logins }) => logins).find(({ username }) => username === 'kari');
  await visitor.signIn('kari', kari?.password ?? '');
  return visitor;
}

async function leave(visitor: Visitor): Promise<void> {
  complaints.push(...visitor.complaints);
  await visitor.leave();
}

async function mustBeSound(visitor: Visitor, name: string): Promise<void> {
  await keepPicture(visitor, name);
  assert.equal(await isTooWide(visitor), false, `${name} is wider than its window`);
  assert.deepEqual(await seriousFaults(visitor), [], name);
}

before(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'va-e2e-preview-'));
  gate = encoderGate(directory);
  browser = await launchChromium();
  system = await startSystem(gate.env);
  await system.samplesReady;
  coach = await signedIn();
});

after(async () => {
  gate?.open();
  await browser?.close();
  await system?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Uploads a clip that is then held between its preview and its analysis rendition. */
async function uploadAndHold(file: string): Promise<string> {
  gate.open();
  await coach.goTo('/');
  await coach.card('Driver').waitFor();
  await coach.page.locator('video-library .card[data-status=processing]').waitFor({ state: 'detached', timeout: 60_000 });
  gate.shut();
  await coach.choose([file]);
  await coach.sendAs('Anna Berg');
  const title = path.parse(file).name;
  await coach.card(title).and(coach.page.locator('[data-status=processing][data-playable]')).waitFor({ timeout: 60_000 });
  await coach.page.click('.tray-head button');
  return title;
}

describe('a clip that is still being prepared', () => {
  let counter: Clip;

  it('can be opened from its card', async () => {
    counter = await counterClip(directory);
    const title = await uploadAndHold(counter.file);
    await coach.card(title).locator('img[src]').waitFor();
    for (const window of WINDOWS)
      for (const theme of ['light', 'dark'] as const) {
        const visitor = await signedIn({ ...window, theme });
        await visitor.card(title).locator('img[src]').waitFor();
        await mustBeSound(visitor, `preparing-${String(window.width)}-${theme}`);
        await leave(visitor);
      }
    await coach.open(title);
  });

  it('is drawn on, and the drawing is on the same frame of the finished clip, in a player that stays open', async () => {
    await coach.seek(DRAWN_ON);
    await coach.page.locator('video-player [part=base]').first().focus();
    await coach.page.keyboard.press('2');
    await coach.point([0.3, 0.4], [0.6, 0.7]);
    await coach.page.keyboard.press('Escape');
    await coach.page.locator('.drawing').waitFor();
    await coach.page.waitForFunction(() => !/Lagrer/.test(document.querySelector('.drawings')?.textContent ?? 'Lagrer'));
    assert.equal(decodeFrameCounterFrom(await coach.paintedTop()), DRAWN_ON);
    const [drawn, picture] = [await coach.drawingsOnScreen(), await greyPicture(coach)];
    assert.equal(drawn.length, 1);
    await keepPicture(coach, 'preview-drawn');

    const changed = await watchChange(coach);
    gate.open();
    const change = await changed();
    assert.notEqual(change.from, change.to);
    assert.deepEqual(change.frames, [DRAWN_ON]);
    await coach.untilFrame(DRAWN_ON);
    assert.equal(decodeFrameCounterFrom(await coach.paintedTop()), DRAWN_ON);
    assert.deepEqual(await coach.drawingsOnScreen(), drawn);
    const same = difference(picture, await greyPicture(coach));
    await keepPicture(coach, 'preview-replaced');
    await coach.seek(DRAWN_ON + 1);
    assert.deepEqual(await coach.drawingsOnScreen(), []);
    assert.equal(decodeFrameCounterFrom(await coach.paintedTop()), DRAWN_ON + 1);
    // Two encodings of one picture.
    assert.ok(same < 4, `the picture changed by ${String(same)} of 255`);
    console.log(`The picture of the finished clip differs by ${same.toFixed(2)} of 255, and was held for ${change.heldMs.toFixed(0)} ms.`);
  });

  it('of a phone plays on while it is replaced, and never goes back', async (test) => {
    const phone = await phoneClip(directory);
    if (!phone) return test.diagnostic('No footage in MEDIA_DIR.');
    const title = await uploadAndHold(phone.file);
    await coach.open(title);
    const { width, height } = await coach.paintedTop();
    assert.ok(Math.abs(width / height - phone.width / phone.height) < 0.01, 'upright');
    await coach.seek(40);
    const picture = await greyPicture(coach);
    await coach.page.evaluate(() => {
      const player = document.querySelector<HTMLElement & { loop: object; rate: number; play(): Promise<void> }>('video-player');
      Object.assign(player ?? {}, { rate: 0.5, loop: { from: 10, to: 110 } });
      return player?.play();
    });
    const changed = await watchChange(coach);
    gate.open();
    const { frames, wasPlaying, isPlaying, from, to, heldMs } = await changed();
    assert.deepEqual([wasPlaying, isPlaying, from === to], [true, true, false]);
    const last = frames.at(-1) ?? 0;
    // Back only at the loop's end.
    assert.deepEqual(
      frames.filter((frame, n) => frame < (frames[n - 1] ?? 0) && frame > 15),
      [],
      frames.join(' '),
    );
    await coach.page.waitForFunction(
      (told) => document.querySelector<HTMLElement & { frame: number }>('video-player')?.frame !== told,
      last,
    );
    console.log(`Of ${title}, playing, one picture was held for ${heldMs.toFixed(0)} ms.`);
    await coach.page.keyboard.press('k');
    await coach.seek(40);
    const same = difference(picture, await greyPicture(coach));
    assert.ok(same < 6, `the picture of frame 40 changed by ${String(same)} of 255`);
  });

  // The last is uneven: its pictures carry the sixtieth of a second at which they come.
  for (const [name, frames] of [
    ['fc-29.97', [0, 1, 2, 29, 44, 45, 88, 89]],
    ['fc-240', [0, 1, 2, 119, 360, 361, 718, 719]],
    ['fc-vfr-60tick', [0, 1, 2, 30, 61, 75, 100, 130]],
  ] as const)
    it(`has the same picture for each frame as its preview: ${name}`, async (test) => {
      const file = await footage(directory, `generated/${name}.mp4`, `Teller ${name.slice(3)}`);
      if (file === null) return test.diagnostic('No footage in MEDIA_DIR.');
      await coach.open(await uploadAndHold(file));
      const numbers = async (): Promise<(number | null)[]> => {
        const read: (number | null)[] = [];
        for (const frame of frames) {
          await coach.seek(frame);
          read.push(decodeFrameCounterFrom(await coach.paintedTop()));
        }
        return read;
      };
      const before = await numbers();
      if (!name.includes('vfr')) assert.deepEqual(before, frames);
      const changed = await watchChange(coach);
      gate.open();
      assert.deepEqual((await changed()).frames, [frames.at(-1)]);
      assert.deepEqual(await numbers(), before);
    });

  const small = [
    { width: 320, height: 568, isTouch: true, title: 'Jern 7' },
    { width: 844, height: 390, isTouch: true, title: 'Jern 7' },
  ] as const;
  for (const { title = 'Driver', ...window } of [...WINDOWS, ...small] as readonly ((typeof WINDOWS | typeof small)[number] & {
    title?: string;
  })[])
    for (const theme of ['light', 'dark'] as const)
      it(`shows its storyboard once it is finished: ${String(window.width)} × ${String(window.height)}, ${theme}`, async () => {
        const visitor = await signedIn({ ...window, theme });
        await visitor.open(title);
        const box = await visitor.page.locator('video-player [part~=timeline-range]').boundingBox();
        assert.ok(box);
        const [x, y] = [box.x + box.width * 0.9, box.y + box.height / 2];
        const fingers = await visitor.context.newCDPSession(visitor.page);
        const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at: number) =>
          fingers.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: at, y }] });
        if (window.isTouch) {
          await touch('touchStart', x - 40);
          await touch('touchMove', x);
        } else await visitor.page.mouse.move(x, y);
        const picture = visitor.page.locator('video-player [part=peek-picture]');
        await picture.waitFor();
        await picture.evaluate((image: HTMLImageElement) => image.decode());
        await mustBeSound(visitor, `storyboard-${String(window.width)}-${theme}`);
        if (window.isTouch) {
          await touch('touchEnd', x);
          await picture.waitFor({ state: 'detached' });
        }
        await leave(visitor);
      });

  it('never made the browser complain', async () => {
    await leave(coach);
    assert.deepEqual(complaints, []);
  });
});
