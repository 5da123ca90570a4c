/**
 * `npm run test:hls`: clips go through the API and the worker as they really run; what comes out is held against the standard, and
 * watched in Chromium, in Firefox and in GStreamer where these are installed. Real clips come from MEDIA_DIR, where that is there.
 * `npm run test:hls -- firefox` does one part: `conformance`, `planted`, `chromium`, `firefox` or `gstreamer`. What this machine has no
 * program for is named with the Debian package that has it. The last line is `N passed, N failed`.
 */
import path from 'node:path';
import { pageServer } from '../uploads/page-server.ts';
import { frameIndex } from '../../../domain/frames/frame-index.ts';
import { check, conclude } from './checks.ts';
import { watchInChromium } from './chromium.ts';
import { examine } from './conformance.ts';
import type { Watched } from './findings.ts';
import { fetchLadder } from './ladder-files.ts';
import { playInGstreamer, watchInFirefox } from './others.ts';
import { provePlants } from './planted.ts';
import { openProbes } from './probes.ts';
import { DRAWN_CLIP, startHlsSystem, type HlsSystem, type ReadyClip } from './system.ts';

type Part = (hls: HlsSystem, origin: string) => Promise<void>;

const PARTS: Readonly<Record<string, Part>> = {
  conformance: async (hls) => {
    for (const clip of hls.clips)
      for (const { rule, says, faults } of await examine(await watched(hls, clip))) check(`${clip.name}: ${rule}: ${says}`, faults);
  },
  planted: async (hls) => {
    const clip = hls.clips.find(({ name }) => name === DRAWN_CLIP);
    if (!clip) throw new Error('no clip to plant faults in');
    await provePlants(await watched(hls, clip));
  },
  chromium: watchInChromium,
  firefox: watchInFirefox,
  gstreamer: playInGstreamer,
};

async function watched({ directory }: HlsSystem, clip: ReadyClip): Promise<Watched> {
  const { sources, frameIndex: data } = await clip.open();
  const analysis = Buffer.from(await (await fetch(sources.analysis.url)).arrayBuffer());
  return { files: await fetchLadder(sources.hls.url), frames: frameIndex(data), analysis, probes: openProbes(directory) };
}

async function main(wanted: readonly string[]): Promise<void> {
  const parts = (wanted.length > 0 ? wanted : Object.keys(PARTS)).map((name) => {
    const part = PARTS[name];
    if (!part) throw new Error(`there is no part "${name}"; there are ${Object.keys(PARTS).join(', ')}`);
    return part;
  });
  const hls = await startHlsSystem();
  const site = await pageServer((origin) => hls.session(origin), path.join(import.meta.dirname, 'page.ts'));
  try {
    for (const part of parts) await part(hls, site.origin);
  } finally {
    await site.close();
    await hls.stop();
  }
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  check('the run came to its end', false);
});
process.exitCode = conclude() ? 0 : 1;
