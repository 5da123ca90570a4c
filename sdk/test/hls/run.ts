/**
 * `npm run test:hls`: clips go through the API and the worker as they really run; what comes out is held against the standard, and
 * watched in Chromium, in Firefox and in GStreamer where these are installed. Real clips come from MEDIA_DIR, where that is there.
 * `npm run test:hls -- firefox` does one part: `conformance`, `chromium`, `firefox` or `gstreamer`.
 */
import path from 'node:path';
import { pageServer } from '../uploads/page-server.ts';
import { check, conclude } from './checks.ts';
import { watchInChromium } from './chromium.ts';
import { checkConformance } from './conformance.ts';
import { playInGstreamer, watchInFirefox } from './others.ts';
import { startHlsSystem, type HlsSystem } from './system.ts';

type Part = (hls: HlsSystem, origin: string) => Promise<void>;

const PARTS: Readonly<Record<string, Part>> = {
  conformance: async ({ clips, directory }) => {
    for (const clip of clips) {
      const { sources, frameIndex } = await clip.open();
      await checkConformance({ name: clip.name, url: sources.hls.url, frameIndex, directory });
    }
  },
  chromium: watchInChromium,
  firefox: watchInFirefox,
  gstreamer: playInGstreamer,
};

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
