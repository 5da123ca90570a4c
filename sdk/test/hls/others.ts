import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { launch } from 'puppeteer-core';
import { frameIndex } from '../../../domain/frames/frame-index.ts';
import { check, notRun } from './checks.ts';
import { LONG, type HlsSystem, type ReadyClip } from './system.ts';

const FIREFOX = process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr';
const LIMIT_MS = 60_000;

/** Through WebDriver BiDi: the Firefox of the system, without a driver beside it. */
export async function watchInFirefox(hls: HlsSystem, origin: string): Promise<void> {
  if (!existsSync(FIREFOX)) return notRun(`firefox: there is none at ${FIREFOX} (Debian: firefox-esr)`);
  const browser = await launch({
    ...{ browser: 'firefox', executablePath: FIREFOX, headless: true, protocolTimeout: 2 * LIMIT_MS },
    extraPrefsFirefox: { 'media.autoplay.default': 0 },
  });
  try {
    console.log(await browser.version());
    for (const clip of hls.clips.filter(({ name }) => name !== LONG)) {
      const page = await browser.newPage();
      await page.goto(`${origin}/?api=${encodeURIComponent(hls.system.url)}`);
      await page.evaluate((id) => globalThis.watching.open(id, 'hls', 0), clip.videoId);
      await page.evaluate(() => globalThis.watching.play());
      await page.waitForFunction(() => globalThis.watching.state().ended || globalThis.watching.state().error !== null, {
        timeout: LIMIT_MS,
      });
      const end = await page.evaluate(() => globalThis.watching.state());
      check(
        `firefox, ${clip.name}: plays to its end at ${end.seconds.toFixed(2)} s, frame ${String(end.frame)}`,
        end.ended && end.error === null && end.source.startsWith('blob:') ? [] : [JSON.stringify(end)],
      );
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

const run = promisify(execFile);

/** What a ladder takes, and where it comes from. */
const GST_ELEMENTS: Readonly<Record<string, string>> = {
  playbin3: 'gstreamer1.0-plugins-base',
  qtdemux: 'gstreamer1.0-plugins-good',
  souphttpsrc: 'gstreamer1.0-plugins-good',
  hlsdemux: 'gstreamer1.0-plugins-bad',
  avdec_h264: 'gstreamer1.0-libav',
};

/** Everything the playlist names, through GStreamer's own HLS, demultiplexers and decoders, as fast as it goes. */
export async function playInGstreamer(hls: HlsSystem): Promise<void> {
  const { stdout } = await run('gst-launch-1.0', ['--version']).catch(() => ({ stdout: '' }));
  if (stdout === '') return notRun('gstreamer: there is no gst-launch-1.0 (Debian: gstreamer1.0-tools)');
  for (const [element, packageName] of Object.entries(GST_ELEMENTS))
    if (!(await run('gst-inspect-1.0', ['--exists', element]).catch(() => null)))
      return notRun(`gstreamer: it has no ${element} (Debian: ${packageName})`);
  console.log(stdout.split('\n')[1] ?? stdout);
  for (const clip of hls.clips.filter(({ name }) => name !== LONG)) await playOne(clip);
}

async function playOne(clip: ReadyClip): Promise<void> {
  const { sources, frameIndex: data } = await clip.open();
  const sinks = ['video-sink=fakesink name=pictures sync=false silent=false', 'audio-sink=fakesink sync=false'];
  const { stdout, stderr } = await run('gst-launch-1.0', ['-v', 'playbin3', `uri=${sources.hls.url}`, ...sinks], {
    timeout: LIMIT_MS,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => ({ stdout: '', stderr: String(error) }));
  const pictures = [...stdout.matchAll(/pictures: last-message = chain/g)].length;
  const complaints = `${stdout}\n${stderr}`.split('\n').filter((line) => /^(?:ERROR|WARNING)|Command failed/.test(line));
  const { count } = frameIndex(data);
  check(`gstreamer, ${clip.name}: plays ${String(pictures)} pictures to its end`, [
    ...complaints,
    ...(stdout.includes('Got EOS') ? [] : ['no end']),
    ...(pictures === count ? [] : [`the analysis rendition has ${String(count)}`]),
  ]);
}
