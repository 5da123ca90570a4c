import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../../../bin/system/ports.ts';
import { launchChromium } from './chromium.ts';
import { startSystem, type StartedSystem } from './started-system.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const GUIDE = readFileSync(path.join(ROOT, 'docs/quickstart.md'), 'utf8');

/** The guide's fenced blocks of one kind, such as `sh` or `sh server`. */
const blocks = (kind: string): string[] =>
  [...GUIDE.matchAll(/^```([^\n]+)\n([\s\S]*?)^```/gm)].flatMap(([, name, text]) => (name === kind ? [text ?? ''] : []));

describe('the quickstart', () => {
  let system: StartedSystem;
  let directory: string;
  let site: ChildProcess | undefined;
  let script: string;

  before(async () => {
    system = await startSystem();
    // The guide is followed in the repository; here its files go elsewhere, and the system is on another port.
    directory = mkdtempSync(path.join(tmpdir(), 'va-quickstart-'));
    symlinkSync(path.join(ROOT, 'examples'), path.join(directory, 'examples'));
    symlinkSync(system.dataDir, path.join(directory, '.data'));
    script = blocks('sh').join('\n').replaceAll('http://127.0.0.1:4000', system.apiUrl);
  });

  after(async () => {
    site?.kill();
    await system?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('uploads, processes and plays with curl, word for word', async () => {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: directory, timeout: 120_000 });
    const lines = stdout.trim().split('\n');
    assert.ok(lines.includes('ready'), stdout);
    assert.ok(statSync(path.join(directory, 'clips/analysis.mp4')).size > 10_000);
  });

  it('shows the very page of examples/plain-html', () => {
    assert.deepEqual(blocks('html'), [readFileSync(path.join(ROOT, 'examples/plain-html/index.html'), 'utf8')]);
  });

  it('embeds the library with one script, one provider and one tag', async () => {
    const port = await freePort();
    const key = system.demo.clubs[0].secretKey;
    const command = `KEY='${key}'\n${blocks('sh server').join('').replace('node ', 'exec node ')}`;
    const env = { ...process.env, PORT: String(port), API_URL: system.apiUrl };
    site = spawn('bash', ['-c', command], { cwd: directory, env, stdio: ['ignore', 'pipe', 'inherit'] });
    if (site.stdout) await once(site.stdout, 'data');
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await system.samplesReady;
      await page.goto(`http://127.0.0.1:${String(port)}`);
      await page.locator('video-library .card .open').first().waitFor();
    } finally {
      await browser.close();
    }
  });
});
