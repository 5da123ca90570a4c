/** `npm run show:start`: a clone of HEAD with nothing beside it is started, ended, and started again; both times are told. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './ports.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Runs bin/start to the printed address, shows what it says, ends it. @returns seconds */
async function startOnce(clone: string, env: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  const child = spawn(path.join(clone, 'bin/start'), { cwd: clone, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let seconds: number | null = null;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    output += text;
    if (seconds !== null || !/Ctrl-C ends everything/.test(output)) return;
    seconds = (performance.now() - started) / 1000;
    child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (seconds === null) throw new Error(`bin/start ended with ${String(code)} before it was ready`);
  return seconds;
}

const nest = mkdtempSync(path.join(tmpdir(), 'fresh-clone-'));
// PostgreSQL's own user must get through when this runs as root.
chmodSync(nest, 0o755);
const clone = path.join(nest, 'clone');
try {
  execFileSync('git', ['clone', '--quiet', '--no-local', ROOT, clone], { stdio: 'inherit' });
  const { PATH = '', ...inherited } = process.env;
  const env = {
    ...inherited,
    // Without our own node_modules in the path: the clone has to bring its Node itself.
    PATH: PATH.split(':')
      .filter((directory) => !directory.includes('node_modules'))
      .join(':'),
    ...{ API_PORT: String(await freePort()), PORTAL_PORT: String(await freePort()), DATA_DIR: '.data' },
  };
  console.log(`$ bin/start   # first, in ${clone}`);
  const first = await startOnce(clone, env);
  console.log('\n$ bin/start   # second');
  const second = await startOnce(clone, env);
  console.log(`\nfirst start ${first.toFixed(1)} s, second start ${second.toFixed(1)} s`);
} finally {
  rmSync(nest, { recursive: true, force: true });
}
