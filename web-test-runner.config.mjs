import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { chromeLauncher } from '@web/test-runner-chrome';
import { elementClips } from './sdk/test/frames/test-clips.ts';

const profile = mkdtempSync(path.join(tmpdir(), 'element-tests-'));
process.once('exit', () => rmSync(profile, { recursive: true, force: true, maxRetries: 3 }));

const clips = elementClips(path.resolve('node_modules/.cache/test-clips'));

/** Serves the drawn clips of `test-clips.ts` under /test-clips/. They are made on first use and kept between runs. */
const serveTestClips = async (context, next) => {
  const name = /^\/test-clips\/([\w-]+\.(?:mp4|json))$/.exec(context.path)?.[1];
  const file = name === undefined ? undefined : await clips.read(name);
  if (file === undefined) return next();
  context.type = path.extname(name);
  context.body = file;
};

/** The store of upload tests: takes a PUT under /test-parts/ and tells its ETag, or never answers under /test-parts/hold/. */
const takeTestParts = async (context, next) => {
  if (context.method !== 'PUT' || !context.path.startsWith('/test-parts/')) return next();
  if (context.path.includes('/hold/')) await once(context.req, 'close');
  else await finished(context.req.resume());
  context.set('etag', '"stored"');
  context.body = '';
};

/** The container reader says in its package.json that this module is for Node alone; the test server does not read that. */
const withoutNodeModules = {
  name: 'without-node-modules',
  serve: ({ path: asked }) => (asked.endsWith('/mediabunny/dist/modules/src/node.js') ? { body: 'export {};', type: 'js' } : undefined),
};

export default {
  files: 'sdk/**/*.browser-test.ts',
  nodeResolve: true,
  rootDir: '.',
  // One browser page at a time: two decoders on two cores make each other late.
  concurrency: 1,
  concurrentBrowsers: 1,
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 180_000,
  // Lit's development build stays: it warns of mistakes in elements. Its greeting is noise.
  filterBrowserLogs: ({ args }) => !String(args[0]).startsWith('Lit is in dev mode'),
  testFramework: { config: { timeout: 20_000 } },
  middleware: [serveTestClips, takeTestParts],
  plugins: [withoutNodeModules, esbuildPlugin({ ts: true, target: 'es2024' })],
  browsers: [
    chromeLauncher({
      launchOptions: {
        executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
        headless: true,
        userDataDir: profile,
        args: [
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--use-fake-device-for-media-stream',
          '--use-fake-ui-for-media-stream',
          '--autoplay-policy=no-user-gesture-required',
          // Chromium has no sandbox of its own for root.
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ],
      },
    }),
  ],
};
