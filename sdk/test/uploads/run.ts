/**
 * `npm run test:upload-resume`: uploads that are interrupted in every way at once, in a real browser against a real API, PostgreSQL
 * and store (an S3 engine when S3_TEST_ENDPOINT names one, otherwise the disk). UPLOAD_TEST_MB, or the first argument, is the
 * size of the file.
 */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { createWriteStream, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { pageServer, type PageServer } from './page-server.ts';
import { startUploadSystem, type Arrived, type UploadSystem } from './system.ts';

const MB = 1_000_000;
/** Of the contract's checksum of pieces: 4 MiB. */
const PIECE_BYTES = 4 * 1024 * 1024;
const SIZE_BYTES = Number(process.argv[2] ?? process.env['UPLOAD_TEST_MB'] ?? 480) * MB;
/** Parts are at least this long, and up to six travel when a line breaks: what a small file pays for that is no measure. */
const MEASURED_BYTES = 400 * MB;
/** On a disk the API takes the parts, so that its death breaks some of them too. */
const MOST_SENT = { S3: 1.05, disk: 1.08 } as const;
const LIMIT_MS = 240_000;
/** A good line from home: 48 Mbit/s. One on which an upload takes a while, and an interruption finds parts on their way. */
const LINE_BYTES_PER_SECOND = 6 * MB;

interface TestFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Over the SHA-256 of each 4 MiB. */
  readonly sha256OfPieces: string;
}

/** What a scenario works with. */
interface Stage {
  readonly system: UploadSystem;
  readonly site: PageServer;
  readonly browser: Browser;
  readonly folder: string;
}

const checks: { readonly what: string; readonly isGood: boolean }[] = [];
function check(what: string, isGood: boolean): void {
  checks.push({ what, isGood });
  console.log(`  ${isGood ? 'ok    ' : 'NOT OK'} ${what}`);
}

/** A file of noise, so that nothing on the way can make it smaller. */
async function noise(folder: string, name: string, sizeBytes: number): Promise<TestFile> {
  const [file, hash] = [path.join(folder, name), createHash('sha256')];
  const cipher = createCipheriv('aes-128-ctr', randomBytes(16), randomBytes(16));
  const zeros = Buffer.alloc(PIECE_BYTES);
  const digests = createHash('sha256');
  await pipeline(function* () {
    for (let left = sizeBytes; left > 0; left -= PIECE_BYTES) {
      const piece = cipher.update(zeros.subarray(0, Math.min(left, PIECE_BYTES)));
      hash.update(piece);
      digests.update(createHash('sha256').update(piece).digest());
      yield piece;
    }
  }, createWriteStream(file));
  return { file, sizeBytes, sha256: hash.digest('hex'), sha256OfPieces: digests.digest('hex') };
}

/** Counts the parts that a store has taken in from a page. */
function countParts(context: BrowserContext, taken: Map<string, number>): void {
  context.on('response', (response) => {
    if (response.request().method() !== 'PUT' || !response.ok()) return;
    const query = new URL(response.url()).searchParams;
    const part = query.get('partNumber') ?? query.get('part') ?? response.url();
    taken.set(part, (taken.get(part) ?? 0) + 1);
  });
}

async function open({ browser, site, system }: Stage, taken: Map<string, number>): Promise<Page> {
  const context = await browser.newContext({ locale: 'en' });
  countParts(context, taken);
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${site.origin}/?api=${encodeURIComponent(system.url)}`);
  return page;
}

async function choose(page: Page, { file }: TestFile): Promise<void> {
  await page.locator('video-uploader #picker').setInputFiles(file);
  await page.getByRole('button', { name: 'Upload the clip' }).click();
}

const card = (page: Page, phase: string): Promise<void> => page.locator(`video-uploader .card[data-phase="${phase}"]`).waitFor();

/** Resolves once so much of the file has left. */
const reaches = async (page: Page, share: number): Promise<void> => {
  await page.waitForFunction((wanted) => {
    const bar = document.querySelector('video-uploader')?.shadowRoot?.querySelector('progress');
    return bar && bar.value / bar.max >= wanted;
  }, share);
};

/** The page is reloaded, the API is killed, the network goes away: once each, on the way of one file. */
async function interrupted(stage: Stage): Promise<void> {
  const { folder, system } = stage;
  const clip = await noise(folder, 'interrupted.mp4', SIZE_BYTES);
  console.log(`${String(SIZE_BYTES / MB)} MB, interrupted by a reload, a kill -9 of the API and a cut network:`);
  const taken = new Map<string, number>();
  const before = system.partLine.sentBytes;
  const page = await open(stage, taken);
  await choose(page, clip);
  await reaches(page, 0.2);
  await page.reload();
  await choose(page, clip);
  await reaches(page, 0.4);

  await system.kill();
  // Where parts go to a store of its own, they go on without the API.
  if (system.engine === 'disk') await card(page, 'waiting');
  else await reaches(page, 0.5);
  await system.restart();
  await reaches(page, 0.65);

  for (const line of system.lines) line.cut();
  await card(page, 'waiting');
  await page.context().setOffline(true);
  for (const line of system.lines) line.mend();
  await page.context().setOffline(false);
  await card(page, 'processing');
  await page.context().close();
  report(clip, {
    taken,
    sentBytes: system.partLine.sentBytes - before,
    mostSent: MOST_SENT[system.engine],
    arrived: await system.arrived(),
  });
}

interface Outcome {
  readonly taken: ReadonlyMap<string, number>;
  readonly sentBytes: number;
  readonly mostSent: number;
  readonly arrived: readonly Arrived[];
}

function report(clip: TestFile, { taken, sentBytes, mostSent, arrived }: Outcome): void {
  const repeated = [...taken].filter(([, times]) => times > 1).map(([part]) => part);
  check(
    `no completed part was sent again (${String(taken.size)} parts${repeated.map((part) => `, ${part} again`).join('')})`,
    repeated.length === 0,
  );
  const share = sentBytes / clip.sizeBytes;
  const words = `bytes sent / file size: ${share.toFixed(3)}`;
  if (clip.sizeBytes >= MEASURED_BYTES) check(`${words}, at most ${String(mostSent)}`, share <= mostSent);
  else console.log(`         ${words} (measured from ${String(MEASURED_BYTES / MB)} MB on)`);
  const video = arrived.find(({ storedSha256 }) => storedSha256 === clip.sha256);
  check(`the stored object has the file's SHA-256 ${clip.sha256.slice(0, 16)}…`, video !== undefined);
  check('the browser told the right checksum of all its pieces', video?.checksumSha256OfPieces === clip.sha256OfPieces);
}

/** A device is lost in the middle; the same person goes on with the same file on another. */
async function elsewhere(stage: Stage): Promise<void> {
  const { folder, system } = stage;
  const clip = await noise(folder, 'IMG_0001.mp4', Math.min(SIZE_BYTES, 80 * MB));
  console.log(`${String(clip.sizeBytes / MB)} MB, begun in one browser profile and finished in another:`);
  const taken = new Map<string, number>();
  const before = { sentBytes: system.partLine.sentBytes, videos: (await system.arrived()).length };
  const first = await open(stage, taken);
  await choose(first, clip);
  await reaches(first, 0.6);
  await first.context().close();
  const here = new Map<string, number>();
  const second = await open(stage, here);
  const reminder = second.locator('video-uploader .unfinished');
  await reminder.waitFor();
  check('the second profile says what is not finished', (await reminder.textContent())?.includes('IMG_0001') === true);
  await choose(second, clip);
  await card(second, 'processing');
  await second.context().close();
  const arrived = (await system.arrived()).slice(before.videos);
  const again = [...here.keys()].filter((part) => taken.has(part));
  check(`it went on from ${String(taken.size)} parts and sent ${String(here.size)}`, taken.size > 0 && here.size > 0 && again.length === 0);
  check('there is one video, not two', arrived.length === 1);
  const sentBytes = system.partLine.sentBytes - before.sentBytes;
  report(clip, { taken: new Map([...taken, ...here]), sentBytes, mostSent: MOST_SENT[system.engine], arrived });
}

const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
    chromiumSandbox: process.getuid?.() !== 0,
  });

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'va-clips-'));
  const system = await startUploadSystem(LINE_BYTES_PER_SECOND);
  const site = await pageServer((origin) => system.session(origin));
  const browser = await launch();
  try {
    console.log(
      `store: ${system.engine === 'S3' ? `S3 at ${process.env['S3_TEST_ENDPOINT'] ?? ''}` : 'disk (S3_TEST_ENDPOINT is not set)'}`,
    );
    console.log(`chromium ${browser.version()}`);
    const stage = { system, site, browser, folder };
    await interrupted(stage);
    await elsewhere(stage);
  } finally {
    await browser.close();
    await site.close();
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await main().catch((error: unknown) => {
  console.error(error);
  check('the run came to its end', false);
});
const failed = checks.filter(({ isGood }) => !isGood).length;
const { COUNTS_FILE } = process.env;
if (COUNTS_FILE !== undefined) writeFileSync(COUNTS_FILE, JSON.stringify({ passed: checks.length - failed, failed, skipped: [] }));
console.log(`uploads: ${String(checks.length)} checks, ${String(failed)} failed`);
process.exitCode = failed === 0 ? 0 : 1;
