/**
 * `node sdk/test/frames/run.ts chromium`: frame truth, end to end. Counter clips are prepared by the worker's own code and
 * stepped through in the real player; the number in the pixels must be the frame that was asked for and the one the element
 * tells. Clips come from `MEDIA_DIR` where that is there, and are drawn where it is not. FRAMES_SEED repeats a run.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { frameIndex } from '../../../domain/frames/frame-index.ts';
import { clipServer } from './clip-server.ts';
import type { Sighting } from './page.ts';
import { COUNTER_CLIPS, drawnClip, preparedClip, type PreparedClip } from './test-clips.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const MEDIA_DIR = path.resolve(ROOT, process.env['MEDIA_DIR'] ?? '../shared/media');
const CACHE = path.join(ROOT, 'node_modules/.cache/frame-clips');
const SEEKS = 200;
const STEPS = 100;
const PAUSES = 10;

const BROWSERS: Readonly<Record<string, () => Promise<Browser>>> = {
  chromium: () =>
    chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
      chromiumSandbox: process.getuid?.() !== 0,
    }),
};

interface Tally {
  readonly seeks: number;
  readonly steps: number;
  readonly wrong: readonly string[];
  readonly unverified: number;
}

async function prepareClips(): Promise<Map<string, PreparedClip>> {
  const real = path.join(MEDIA_DIR, 'generated');
  console.log(existsSync(real) ? `clips: ${real}` : `clips: drawn here, as there is no ${real}`);
  const clips = new Map<string, PreparedClip>();
  for (const [name, plan] of Object.entries(COUNTER_CLIPS)) {
    const source = path.join(real, `${name}.mp4`);
    clips.set(
      name,
      existsSync(source)
        ? await preparedClip(path.join(CACHE, 'real'), name, source)
        : await drawnClip(path.join(CACHE, 'drawn'), name, plan),
    );
  }
  return clips;
}

/** The number drawn on a frame: the frame itself, or in the variable clip the tick of a sixtieth second at which it appears. */
const numberOn = (name: string, clip: PreparedClip): ((frame: number) => number) => {
  const index = frameIndex(clip.frameIndex);
  return name.includes('vfr') ? (frame) => Math.round((index.ptsOf(frame) - index.ptsOf(0)) * 60) : (frame) => frame;
};

function tally(sightings: readonly Sighting[], numberOf: (frame: number) => number): Tally {
  const isWrong = ({ asked, frame, seen }: Sighting): boolean => seen !== numberOf(frame) || (asked !== null && frame !== asked);
  return {
    seeks: sightings.filter(({ how }) => how === 'seek').length,
    steps: sightings.reduce((sum, { steps }) => sum + steps, 0),
    wrong: sightings
      .filter(isWrong)
      .map((sighting) => JSON.stringify({ ...sighting, expected: numberOf(sighting.asked ?? sighting.frame) })),
    unverified: sightings.filter(({ verified }) => !verified).length,
  };
}

async function main(browserName: string): Promise<boolean> {
  const launch = BROWSERS[browserName];
  if (!launch) throw new Error(`There is no browser "${browserName}" here. There are: ${Object.keys(BROWSERS).join(', ')}.`);
  const seed = Number(process.env['FRAMES_SEED'] ?? Date.now() % 1_000_000);
  const clips = await prepareClips();
  const server = await clipServer(clips);
  const browser = await launch();
  const totals = { seeks: 0, steps: 0, wrong: 0 };
  try {
    const page = await browser.newPage({ viewport: { width: 960, height: 720 } });
    page.on('pageerror', (error) => console.error(error));
    await page.goto(server.origin);
    console.log(`${browserName} ${browser.version()}, seed ${String(seed)}`);
    for (const [name, clip] of clips) {
      const started = Date.now();
      const plan = { clip: name, seed, seeks: SEEKS, steps: STEPS, pauses: PAUSES };
      const sightings = await page.evaluate((wanted) => globalThis.exercise(wanted), plan);
      const found = tally(sightings, numberOn(name, clip));
      const pauses = sightings.filter(({ how }) => how === 'pause').length;
      console.log(
        `${name.padEnd(14)} ${String(found.seeks)} seeks, ${String(found.steps)} steps, ${String(pauses)} pauses: ` +
          `${String(found.wrong.length)} wrong, ${String(found.unverified)} unverified (${((Date.now() - started) / 1000).toFixed(1)} s)`,
      );
      for (const line of found.wrong.slice(0, 5)) console.log(`  ${line}`);
      totals.seeks += found.seeks;
      totals.steps += found.steps;
      totals.wrong += found.wrong.length;
    }
  } finally {
    await browser.close();
    await server.close();
  }
  console.log(`frames: ${String(totals.seeks)} seeks, ${String(totals.steps)} steps, ${String(totals.wrong)} wrong`);
  return totals.wrong === 0 && totals.seeks > 0;
}

process.exitCode = (await main(process.argv[2] ?? 'chromium')) ? 0 : 1;
