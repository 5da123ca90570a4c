import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { check, notRun } from './checks.ts';
import type { PlayerState } from './page.ts';
import { DRAWN_CLIP, LONG, type HlsSystem, type ReadyClip } from './system.ts';

export const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const LIMIT_MS = 60_000;
const TWENTY_MINUTES = '20:00';

/** One page and what it has asked for. */
interface Stage {
  readonly page: Page;
  readonly hls: HlsSystem;
  /** How often a file of this name was asked for. */
  asked(name: RegExp): number;
  /** Lets the lease lapse that the page plays under. Resolves when the gateway has heard of it. */
  lapse(clip: ReadyClip): Promise<void>;
  readonly hosts: ReadonlySet<string>;
}

/** The browser of the machine, talking to nobody but the pages it is sent to. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
    chromiumSandbox: process.getuid?.() !== 0,
  });

export async function watchInChromium(hls: HlsSystem, origin: string): Promise<void> {
  if (!existsSync(CHROMIUM)) return notRun(`chromium: there is none at ${CHROMIUM} (Debian: chromium)`);
  const browser = await launchChromium();
  try {
    console.log(`chromium ${browser.version()}`);
    for (const clip of hls.clips.filter(({ name }) => name !== LONG)) await toTheEnd(await staged(browser, hls, origin), clip);
    const drawn = hls.clips.find(({ name }) => name === DRAWN_CLIP);
    const long = hls.clips.find(({ name }) => name === LONG);
    if (!drawn || !long) throw new Error('no clip to step through');
    await stepThrough(await staged(browser, hls, origin), drawn);
    await sleep20Minutes(await staged(browser, hls, origin), long);
    await lapseUnnoticed(await staged(browser, hls, origin), long);
    await analysisAfterSleep(await staged(browser, hls, origin), long);
  } finally {
    await browser.close();
  }
}

async function staged(browser: Browser, hls: HlsSystem, origin: string): Promise<Stage> {
  const context = await browser.newContext({ viewport: { width: 960, height: 720 } });
  const page = await context.newPage();
  await page.clock.install();
  const urls: URL[] = [];
  page.on('request', (request) => urls.push(new URL(request.url())));
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${origin}/?api=${encodeURIComponent(hls.system.url)}`);
  return {
    ...{ page, hls },
    asked: (name) => urls.filter(({ pathname }) => name.test(pathname)).length,
    lapse: async ({ videoId }) => {
      await hls.lapse(videoId);
      const under = urls.findLast(({ pathname }) => SEGMENT.test(pathname) || ANALYSIS.test(pathname));
      while (under && (await fetch(under, { method: 'HEAD' })).status !== 410) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    get hosts() {
      return new Set(urls.filter(({ protocol }) => protocol.startsWith('http')).map(({ host }) => host));
    },
  };
}

const open = ({ page }: Stage, { videoId }: ReadyClip, delivery: 'hls' | 'analysis'): Promise<void> =>
  page.evaluate(([id, how]) => globalThis.watching.open(id, how, 0), [videoId, delivery] as const);

const stateOf = ({ page }: Stage): Promise<PlayerState> => page.evaluate(() => globalThis.watching.state());

/** Waits in real time: the page's own clock is ours to move. */
async function until(stage: Stage, what: (state: PlayerState) => boolean): Promise<PlayerState> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const state = await stateOf(stage);
    if (what(state) || state.error !== null || Date.now() > deadline) return state;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const MANIFEST = /\/hls\.m3u8$/;
const RENEW = /\/renew$/;
const SEGMENT = /\.m4s$/;
const ANALYSIS = /\/analysis\.mp4$/;

const close = ({ page }: Stage): Promise<void> => page.context().close();

async function toTheEnd(stage: Stage, clip: ReadyClip): Promise<void> {
  await open(stage, clip, 'hls');
  await stage.page.evaluate(() => globalThis.watching.play());
  const end = await until(stage, ({ ended }) => ended);
  const [manifests, segments, analysis] = [MANIFEST, SEGMENT, ANALYSIS].map((name) => stage.asked(name));
  check(
    `chromium, ${clip.name}: plays to its end at ${end.seconds.toFixed(2)} s from ${String(segments)} segments, ${String(manifests)} manifest load`,
    end.ended && end.error === null && manifests === 1 && analysis === 0,
  );
  await close(stage);
}

async function stepThrough(stage: Stage, clip: ReadyClip): Promise<void> {
  const { page } = stage;
  await open(stage, clip, 'hls');
  await page.evaluate(() => globalThis.watching.play());
  await until(stage, ({ seconds }) => seconds > 1);
  await page.evaluate(() => globalThis.watching.pause());
  const paused = await until(stage, ({ playing, verified }) => !playing && verified);
  check(`chromium, ${clip.name}: a pause stays on HLS, at frame ${String(paused.frame)}, and asks for no MP4`, [
    ...(paused.source.startsWith('blob:') && stage.asked(ANALYSIS) === 0 ? [] : [paused.source]),
    ...((await page.evaluate(() => globalThis.watching.seen())) === paused.frame ? [] : ['the picture is another']),
  ]);
  const faults: string[] = [];
  for (const by of [1, 1, -1, 10, -3]) {
    const { frame } = await stateOf(stage);
    await page.evaluate((frames) => globalThis.watching.step(frames), by);
    const after = await stateOf(stage);
    const seen = await page.evaluate(() => globalThis.watching.seen());
    if (after.frame !== frame + by || !after.verified || seen !== after.frame || !ANALYSIS.test(new URL(after.source).pathname))
      faults.push(JSON.stringify({ from: frame, by, seen, ...after }));
  }
  check(`chromium, ${clip.name}: steps go over the analysis rendition, each verified and with its number in the pixels`, faults);
  const { frame } = await stateOf(stage);
  await page.evaluate(() => globalThis.watching.play());
  const on = await until(stage, (state) => state.frame > frame + 5);
  const end = await until(stage, ({ ended }) => ended);
  check(`chromium, ${clip.name}: plays on over HLS from frame ${String(frame)} to the end, with the playlists it has`, [
    ...(on.source.startsWith('blob:') && on.frame < frame + 45 ? [] : [JSON.stringify(on)]),
    ...(end.ended && stage.asked(MANIFEST) === 1 ? [] : [JSON.stringify({ ...end, manifests: stage.asked(MANIFEST) })]),
  ]);
  await close(stage);
}

/** G56. The server's clock is moved by letting the lease lapse, the page's by moving it. */
async function sleep20Minutes(stage: Stage, clip: ReadyClip): Promise<void> {
  const { page } = stage;
  await open(stage, clip, 'hls');
  await page.evaluate(() => globalThis.watching.play());
  await until(stage, ({ seconds }) => seconds > 2);
  await page.evaluate(() => globalThis.watching.pause());
  const before = await until(stage, ({ playing, verified }) => !playing && verified);
  await stage.lapse(clip);
  await page.clock.fastForward(TWENTY_MINUTES);
  await page.evaluate(() => globalThis.watching.play());
  const after = await until(stage, ({ playing, seconds }) => playing && seconds > before.seconds + 0.2);
  // far beyond what was fetched ahead
  await page.evaluate(() => globalThis.watching.seek(1400));
  const far = await until(stage, ({ frame }) => frame > 1405);
  check(`G56 HLS after 20 minutes asleep: goes on from ${before.seconds.toFixed(2)} s; ${renewals(stage)}`, [
    ...(after.seconds > before.seconds && after.seconds < before.seconds + 3 ? [] : [JSON.stringify(after)]),
    ...(far.frame > 1405 && far.error === null ? [] : [JSON.stringify(far)]),
    ...(stage.asked(MANIFEST) === 1 && stage.asked(RENEW) === 1 ? [] : ['expected one and one']),
  ]);
  await close(stage);
}

const renewals = (stage: Stage): string => `${String(stage.asked(MANIFEST))} manifest load, ${String(stage.asked(RENEW))} renewal`;

/** The lease dies while the page believes in it: the first refusal tells. */
async function lapseUnnoticed(stage: Stage, clip: ReadyClip): Promise<void> {
  const { page } = stage;
  await open(stage, clip, 'hls');
  await page.evaluate(() => globalThis.watching.play());
  await until(stage, ({ seconds }) => seconds > 1);
  await stage.lapse(clip);
  await page.evaluate(() => globalThis.watching.seek(1400));
  const far = await until(stage, ({ frame }) => frame > 1405);
  check(`HLS refused with 410 in the middle: is at frame ${String(far.frame)} soon after; ${renewals(stage)}`, [
    ...(far.frame > 1405 && far.error === null ? [] : [JSON.stringify(far)]),
    ...(stage.asked(MANIFEST) === 1 && stage.asked(RENEW) >= 1 ? [] : ['expected one and at least one']),
  ]);
  await close(stage);
}

/** G59. */
async function analysisAfterSleep(stage: Stage, clip: ReadyClip): Promise<void> {
  const { page, hls } = stage;
  await open(stage, clip, 'analysis');
  await page.evaluate(() => globalThis.watching.play());
  await until(stage, ({ seconds }) => seconds > 0.5);
  await page.evaluate(() => globalThis.watching.pause());
  await until(stage, ({ playing, verified }) => !playing && verified);
  await stage.lapse(clip);
  await page.clock.fastForward(TWENTY_MINUTES);
  await page.evaluate(() => globalThis.watching.seek(1400));
  const sought = await stateOf(stage);
  await page.evaluate(() => globalThis.watching.play());
  const on = await until(stage, ({ frame }) => frame > 1410);
  const hosts = [...stage.hosts];
  const known = [new URL(hls.system.url).host, new URL(page.url()).host];
  check(
    `G59 MP4 after a lapse: frame 1400 is shown and it plays on to ${String(on.frame)}; ${String(stage.asked(RENEW))} renewal; only the API was asked`,
    [
      ...(sought.frame === 1400 && sought.verified && on.frame > 1410 && on.error === null ? [] : [JSON.stringify({ sought, on })]),
      ...hosts.filter((host) => !known.includes(host)),
      ...(stage.asked(RENEW) === 1 ? [] : ['expected one renewal']),
    ],
  );
  await close(stage);
}
