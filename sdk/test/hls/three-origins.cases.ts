import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import type { Browser } from 'playwright-core';
import { numberedCase } from '../../../api/test/support/cases.ts';
import { s3Settings } from '../../../api/test/support/gateway-rig.ts';
import { startClub } from '../../../api/test/support/club.ts';
import { startTestSystem, type TestSystem } from '../../../api/test/support/system.ts';
import { testClip } from '../../../api/test/support/test-clip.ts';
import { startTestWorker, type TestProcess } from '../../../api/test/support/worker.ts';
import { s3Store } from '../../../api/platform/object-store.s3.ts';
import { s3ReadSigner, type SigningOptions } from '../../../api/platform/read-signer.ts';
import { pageServer, type PageServer } from '../uploads/page-server.ts';
import { CHROMIUM, launchChromium } from './chromium.ts';
import { startRecordingProxy, type RecordingProxy } from './recording-proxy.ts';
import { readyClip, sessionFor, type ReadyClip } from './system.ts';

const settings = s3Settings(process.env);
if (!settings) console.log('S3_TEST_ENDPOINT is not set: the page, the API and the store at three origins did not run.');
else if (!existsSync(CHROMIUM)) console.log(`There is no Chromium at ${CHROMIUM} (Debian: chromium): three origins did not run.`);
else threeOrigins(settings);

interface Stage {
  readonly system: TestSystem;
  readonly store: RecordingProxy;
  readonly site: PageServer;
  readonly worker: TestProcess;
  readonly clip: ReadyClip;
}

/** The page's site, the API that redirects, and the store that players are sent to. */
async function setUp(options: SigningOptions & { readonly endpoint: string }): Promise<Stage> {
  const store = await startRecordingProxy(options.endpoint);
  const signer = s3ReadSigner({ ...options, endpoint: store.url });
  const system = await startTestSystem((services) => services, { place: () => s3Store(options), delivery: { kind: 'redirect', signer } });
  const club = await startClub(system, 'Fairway');
  const coach = await club.person('coach', 'coach-1');
  const worker = await startTestWorker(system, {
    ...{ STORE: 's3', S3_ENDPOINT: options.endpoint, S3_BUCKET: options.bucket, S3_ENCRYPTION: 'none' },
    ...{ S3_ACCESS_KEY_ID: options.accessKeyId, S3_SECRET_ACCESS_KEY: options.secretAccessKey },
  });
  const bytes = testClip({ width: 640, height: 360, rate: '30', frames: 270 });
  const clip = await readyClip(system, coach, worker, 'three origins', bytes);
  const site = await pageServer((origin) => sessionFor(club, origin), path.join(import.meta.dirname, 'page.ts'));
  return { system, store, site, worker, clip };
}

function threeOrigins(options: SigningOptions & { readonly endpoint: string }): void {
  describe('a page of A, the API at B and the store at C, in Chromium', () => {
    let stage: Stage;
    let browser: Browser;
    before(async () => {
      stage = await setUp(options);
      browser = await launchChromium();
    });
    after(async () => {
      await browser.close();
      await stage.site.close();
      await stage.worker.stop();
      await stage.system.stop();
      await stage.store.stop();
    });
    numberedCase('G62', 'S3', 'HLS in Chromium: a page of A, the API at B that redirects, the store at C', () => plays(stage, browser));
  });
}

async function plays({ system, store, site, clip }: Stage, browser: Browser): Promise<string> {
  assert.equal(new Set([site.origin, new URL(system.url).origin, store.url]).size, 3);
  const page = await browser.newPage();
  await page.goto(`${site.origin}/?api=${encodeURIComponent(system.url)}`);
  const before = store.requests.length;
  await page.evaluate((id) => globalThis.watching.open(id, 'hls', 0), clip.videoId);
  await page.evaluate(() => globalThis.watching.play());
  await page.waitForFunction(() => globalThis.watching.state().ended || globalThis.watching.state().error !== null, { timeout: 60_000 });
  const { ended, error, source, seconds } = await page.evaluate(() => globalThis.watching.state());
  assert.deepEqual([ended, error, source.startsWith('blob:')], [true, null, true]);
  const asked = store.requests.slice(before);
  assert.ok(asked.length >= 2, `${String(asked.length)} requests at the store`);
  for (const { method, path: address, headers } of asked) {
    const { origin, authorization, cookie, referer } = headers;
    assert.match(address, /\.m4s\?/);
    assert.deepEqual([method, origin, authorization, cookie, referer], ['GET', 'null', undefined, undefined, undefined], address);
  }
  await page.close();
  return `plays to its end at ${seconds.toFixed(2)} s; ${String(asked.length)} segments from C, each with Origin: null, no Authorization, Cookie or Referer`;
}
