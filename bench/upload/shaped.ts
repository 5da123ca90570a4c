/**
 * `npm run bench:upload-shaped`: 200 MB (BENCH_MEGABYTES) from Chromium to an S3 engine over a line of 50 ms round trip and 40 Mb/s a
 * connection: the package's `uploadVideo`, Uppy's S3 plugin as it comes, and six presigned PUTs of a sixth each, in turns
 * (BENCH_ROUNDS, 3). Prints the ratios of the medians last. The line is for what goes to the store; signers and API are near.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser } from 'playwright-core';
import { startUploadRig, type UploadRig } from '../../api/test/support/upload-rig.ts';
import { engineFor } from '../../bin/s3/engine.ts';
import { installPeers, median, randomFile, removeNewest } from './common.ts';
import { presign } from './presign.ts';
import { startShapedLine } from './shaped-line.ts';

const MEGABYTES = Number(process.env['BENCH_MEGABYTES'] ?? 200);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const SHAPE = { bytesPerSecond: 5_000_000, roundTripMs: 50 };
const WAYS = ['ours', 'uppy', 'raw'] as const;
type Way = (typeof WAYS)[number];

const PAGE = '<!doctype html><html lang="en"><title>Uploads</title><body><input type="file"><script type="module" src="/page.js"></script>';

/** What Uppy asks to have signed. */
interface UppyRequest {
  readonly method: 'PUT' | 'POST' | 'GET' | 'DELETE';
  readonly key: string;
  readonly uploadId?: string;
  readonly partNumber?: number;
}

interface Signer {
  sign(request: UppyRequest): object;
  raw(request: { readonly count: number }): object;
}

/** Signs for the line's address, as a host's own server does for Uppy. */
function signerFor(endpoint: string, prefix: string): Signer {
  const { S3_TEST_ACCESS_KEY: accessKeyId = '', S3_TEST_SECRET_KEY: secretAccessKey = '', S3_TEST_BUCKET: bucket = '' } = process.env;
  const place = { endpoint, bucket, accessKeyId, secretAccessKey };
  return {
    sign: ({ method, key: wanted, uploadId, partNumber }) => {
      const key = wanted.startsWith(prefix) ? wanted : `${prefix}${wanted}`;
      const begins = method === 'POST' && uploadId === undefined;
      const query = {
        ...(begins && { uploads: '' }),
        ...(uploadId !== undefined && { uploadId }),
        ...(partNumber !== undefined && { partNumber: String(partNumber) }),
      };
      return { url: presign(place, { method, key, query }), key };
    },
    raw: ({ count }) => ({
      urls: Array.from({ length: count }, () => presign(place, { method: 'PUT', key: `${prefix}${randomUUID()}`, query: {} })),
    }),
  };
}

/** The host's site: the page, a session for it, and a signer. */
async function startSite(rig: UploadRig, signer: Signer): Promise<{ origin: string; close(): void }> {
  const { outputFiles } = await build({
    ...{ entryPoints: [path.join(import.meta.dirname, 'shaped-page.mjs')], bundle: true, write: false, format: 'esm', target: 'es2024' },
    ...{ platform: 'browser', tsconfigRaw: {} },
  });
  const answers: Record<string, (body: never) => object> = {
    '/sign': (body: UppyRequest) => signer.sign(body),
    '/raw': (body: { count: number }) => signer.raw(body),
    '/session': async () => {
      const actor = { externalId: 'player-1', role: 'player', displayName: 'Emma' } as const;
      const { data } = await rig.club.server.POST('/api/v1/sessions', { body: { actor, origins: [origin] } });
      return data ?? {};
    },
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const answer = answers[pathname];
    if (pathname === '/') response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
    else if (pathname === '/page.js') response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(outputFiles[0]?.text);
    else if (!answer) response.writeHead(404).end();
    else
      bodyOf(request)
        .then((body) => answer(body as never))
        .then(
          (made) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(made)),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { origin, close: () => server.close().closeAllConnections() };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** In a browser profile of its own: no connection and no remembered upload is there yet. */
async function measure(browser: Browser, address: string, file: string, way: Way): Promise<number> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(address);
    await page.locator('input').setInputFiles(file);
    return await page.evaluate((name) => (globalThis as unknown as { measure: (name: string) => Promise<number> }).measure(name), way);
  } finally {
    await context.close();
  }
}

async function compare(rig: UploadRig, browser: Browser, address: string, file: string, prefix: string): Promise<void> {
  const took: Record<Way, number[]> = { ours: [], uppy: [], raw: [] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const way of WAYS) took[way].push(await measure(browser, address, file, way));
    await rig.store().removePrefix(prefix);
    await removeNewest(rig);
    console.log(`round ${String(round)}: ${WAYS.map((way) => `${way} ${((took[way].at(-1) ?? NaN) / 1000).toFixed(2)} s`).join(', ')}`);
  }
  const [ours, uppy, raw] = WAYS.map((way) => median(took[way]));
  console.log(
    `\n${String(MEGABYTES)} MB, ${String(SHAPE.roundTripMs)} ms, 40 Mb/s a connection, ${String(ROUNDS)} rounds in turns, medians`,
  );
  console.log(
    `ours ${((ours ?? NaN) / 1000).toFixed(2)} s, Uppy ${((uppy ?? NaN) / 1000).toFixed(2)} s, six raw PUTs ${((raw ?? NaN) / 1000).toFixed(2)} s`,
  );
  console.log(`ours / Uppy 6.3.1                  ${((ours ?? NaN) / (uppy ?? NaN)).toFixed(2)}   (at most 0.35)`);
  console.log(`ours / six raw PUTs                ${((ours ?? NaN) / (raw ?? NaN)).toFixed(2)}   (at most 1.15)`);
}

async function run(directory: string): Promise<void> {
  const file = await randomFile(directory, MEGABYTES);
  const line = await startShapedLine(new URL(process.env['S3_TEST_ENDPOINT'] ?? ''), SHAPE);
  const rig = await startUploadRig('S3', { partsPassTheProxy: false, publicEndpoint: line.url });
  const prefix = `t/${randomUUID()}/v/${randomUUID()}/`;
  const site = await startSite(rig, signerFor(line.url, prefix));
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    await rig.database.admin('tenant').update({ maxUploadBytes: 1e9 });
    await compare(rig, browser, `${site.origin}/?api=${encodeURIComponent(rig.url)}`, file, prefix);
  } finally {
    await browser.close();
    site.close();
    await rig.stop();
    await line.close();
  }
}

installPeers();
const engine = engineFor(process.env, { store: 'memstore' });
if (typeof engine === 'string') throw new Error(`there is no S3 engine: ${engine}`);
const directory = mkdtempSync(path.join(tmpdir(), 'va-bench-'));
try {
  Object.assign(process.env, engine.env);
  await run(directory);
} finally {
  rmSync(directory, { recursive: true });
  engine.stop();
}
