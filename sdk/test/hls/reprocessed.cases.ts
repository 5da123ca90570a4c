import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { numberedCase } from '../../../api/test/support/cases.ts';
import { untilSettled, uploadClip } from '../../../api/test/support/clips.ts';
import { startJobRig, until, type JobRig } from '../../../api/test/support/job-rig.ts';
import { testClip } from '../../../api/test/support/test-clip.ts';
import { holdingFfmpeg } from '../../../api/test/support/trick-ffmpeg.ts';
import { pageServer, type PageServer } from '../uploads/page-server.ts';
import type { PlayerState } from './page.ts';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
/** A minute to play, and soon encoded. */
const FRAMES = 290;
const CLIP = { width: 320, height: 180, rate: '5', frames: FRAMES };
/** Beyond what a browser fetches ahead. */
const FAR = FRAMES - 10;

let rig: JobRig;
let site: PageServer;
let browser: Browser;

async function session(origin: string): Promise<object> {
  const actor = { externalId: 'player-1', role: 'player', displayName: 'Kari' } as const;
  const { data } = await rig.club.server.POST('/api/v1/sessions', { body: { actor, origins: [origin], ttlSeconds: 900 } });
  return data ?? {};
}

/** A page, and what it was answered: `<status> <last part of the address>`. */
async function staged(): Promise<{ readonly page: Page; readonly answers: readonly string[] }> {
  const page = await (await browser.newContext()).newPage();
  const answers: string[] = [];
  page.on('response', (response) =>
    answers.push(`${String(response.status())} ${new URL(response.url()).pathname.split('/').at(-1) ?? ''}`),
  );
  await page.clock.install();
  await page.goto(`${site.origin}/?api=${encodeURIComponent(rig.system.url)}`);
  return { page, answers };
}

const open = (page: Page, videoId: string): Promise<void> => page.evaluate((id) => globalThis.watching.open(id, 'analysis', 0), videoId);
const stateOf = (page: Page): Promise<PlayerState> => page.evaluate(() => globalThis.watching.state());
const widthOf = (page: Page): Promise<number | undefined> => page.evaluate(() => document.querySelector('video-player')?.media.videoWidth);

async function versionOf(videoId: string): Promise<number | undefined> {
  const { data } = await rig.player.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } });
  return data?.processingVersion;
}

/** Asks for other settings and waits for what comes of it. @param meanwhile is done between the start of the encode and its end. */
async function processAgain(videoId: string, meanwhile: () => Promise<void>): Promise<void> {
  const held = await holdingFfmpeg();
  const worker = await rig.worker({ ...held.env, ANALYSIS_LONGEST_SIDE: '160' });
  const { response } = await rig.club.server.POST('/api/v1/videos/{videoId}/reprocess', { params: { path: { videoId } } });
  assert.equal(response.status, 202);
  await until('the new encode', async () => (await held.pid()) !== null);
  await meanwhile();
  await held.release();
  await until('the new version', async () => (await versionOf(videoId)) === 2);
  await worker.stop();
}

async function playedThrough(): Promise<string> {
  const worker = await rig.worker();
  const { id } = await uploadClip(rig.player.api, testClip(CLIP));
  const { status, errorCode } = await untilSettled(rig.player.api, id);
  assert.equal(status, 'ready', String(errorCode));
  await worker.stop();

  const { page, answers } = await staged();
  await open(page, id);
  const { source } = await stateOf(page);
  const plays = async (after: number): Promise<void> => {
    await until('the player to go on', async () => {
      const state = await stateOf(page);
      assert.deepEqual([state.error, state.source], [null, source]);
      return state.seconds > after || state.ended;
    });
  };
  await page.evaluate(() => globalThis.watching.play());
  await plays(0.5);
  const [from, width] = [(await stateOf(page)).seconds, await widthOf(page)];
  await processAgain(id, () => plays(from + 0.5));
  const at = (await stateOf(page)).seconds;
  await plays(at + 0.5);

  // What it holds is renewed, and goes on being read, when the new version is long there.
  await page.clock.fastForward('02:30');
  await until('a renewal', () => Promise.resolve(answers.includes('200 renew')));
  await page.evaluate((frame) => globalThis.watching.seek(frame), FAR);
  const far = await stateOf(page);
  assert.deepEqual([far.frame, far.verified, far.source, await widthOf(page)], [FAR, true, source, width]);
  await page.evaluate(() => globalThis.watching.play());
  await until('the end', async () => (await stateOf(page)).ended);
  assert.deepEqual(
    answers.filter((answer) => /^[45]/.test(answer)),
    [],
  );
  const opened = answers.filter((answer) => answer === '200 playback').length;
  assert.equal(opened, 1);

  await open(page, id);
  const fresh = await widthOf(page);
  assert.deepEqual([width, fresh], [320, 160]);
  await page.context().close();
  return `played from ${from.toFixed(1)} s past the new version at ${at.toFixed(1)} s, its lease renewed, frame ${String(FAR)} sought and verified, to the end, under one lease and one address, nothing refused; opened again it is ${String(fresh)} wide`;
}

if (existsSync(CHROMIUM))
  describe('a player whose video is processed again', () => {
    before(async () => {
      rig = await startJobRig();
      // Whoever asks for it must be allowed to see the video.
      await rig.club.consents(rig.player, 'coach_review');
      site = await pageServer(session, path.join(import.meta.dirname, 'page.ts'));
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--disable-gpu'], chromiumSandbox: process.getuid?.() !== 0 });
    });
    after(async () => {
      await browser.close();
      await site.close();
      await rig.stop();
    });
    numberedCase('Show 5', 'chromium', 'a <video-player> plays in Chromium meanwhile', playedThrough);
  });
else console.log(`not run: a player in Chromium, which is not at ${CHROMIUM}`);
