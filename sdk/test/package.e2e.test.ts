import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { importsOfFile } from '../../bin/lib/built-imports.ts';

/** What a partner gets: these tests look at the package as `npm run build` left it. */

const ROOT = path.resolve(import.meta.dirname, '../..');
const NAME = 'video-analysis-platform';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

interface ElementsManifest {
  readonly modules: readonly { readonly path: string; readonly declarations: readonly { readonly tagName: string }[] }[];
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));

const tags = globSync('sdk/elements/*/define.ts', { cwd: ROOT })
  .map((file) => path.basename(path.dirname(file)))
  .sort();

/** Every door of the package with the files behind it; `./elements/*` once per element. */
const doors = Object.entries((readJson('package.json') as Manifest).exports).flatMap(([door, target]) => {
  const files = typeof target === 'string' ? [target] : [target.types, target.default];
  const named = door.includes('*') ? tags : [''];
  return named.map((tag) => ({ door: door.replace('*', tag), files: files.map((file) => file.replace('*', tag)) }));
});

describe('the exports of the package', () => {
  for (const { door, files } of doors)
    it(`${door} leads to files that are there`, () => {
      assert.deepEqual(
        files.filter((file) => !existsSync(path.join(ROOT, file))),
        [],
      );
    });

  for (const { door, files } of doors)
    it(`${door} is found by the package's own name`, () => {
      const found = fileURLToPath(import.meta.resolve(path.posix.join(NAME, door)));
      assert.equal(found, path.join(ROOT, files.at(-1) ?? ''));
    });

  it('shut everything else', () => {
    assert.throws(() => import.meta.resolve(`${NAME}/sdk/define.ts`), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
  });
});

describe('the built code', () => {
  const built = globSync('dist/**/*.js', { cwd: ROOT });

  it('imports nothing but its own files, so that a browser can load it without a bundler', () => {
    const foreign = built.flatMap((file) => {
      const { atOnce, later } = importsOfFile(path.join(ROOT, file));
      return [...atOnce, ...later].filter((specifier) => !specifier.startsWith('./') && !specifier.startsWith('../'));
    });
    assert.deepEqual(foreign, []);
  });

  it('is one file when embedded with one script', () => {
    assert.deepEqual(importsOfFile(path.join(ROOT, 'dist/video-analysis.js')).atOnce, []);
  });

  it('makes no code from text, which a strict content security policy refuses', () => {
    const offenders = built.filter((file) =>
      /\beval\s*\(|\bnew Function\b|[^.\w]Function\s*\(/.test(readFileSync(path.join(ROOT, file), 'utf8')),
    );
    assert.deepEqual(offenders, []);
  });

  it('has a manifest that names each element once', () => {
    const { modules } = readJson('dist/custom-elements.json') as ElementsManifest;
    assert.deepEqual(modules.flatMap(({ declarations }) => declarations.map(({ tagName }) => tagName)).sort(), tags);
    assert.deepEqual(
      modules.filter((module) => !existsSync(path.join(ROOT, module.path))),
      [],
    );
  });
});

describe("a partner's TypeScript", () => {
  const site = mkdtempSync(path.join(tmpdir(), 'partner-site-'));
  after(() => rmSync(site, { recursive: true, force: true }));

  it('compiles against the shipped types, with nothing skipped', async () => {
    mkdirSync(path.join(site, 'node_modules'));
    symlinkSync(ROOT, path.join(site, 'node_modules', NAME));
    const page = [
      `import { createClient, type Video } from '${NAME}/client';`,
      ...tags.map((tag) => `import '${NAME}/elements/${tag}';`),
      `const { endpoint } = createClient({ endpoint: 'https://video.example', getSessionToken: async () => ({ token: '', expiresAt: '' }) });`,
      'export const address: string = endpoint;',
      'export type Title = Video["title"];',
    ];
    const compilerOptions = {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: [],
      noEmit: true,
      skipLibCheck: false,
    };
    writeFileSync(path.join(site, 'package.json'), '{ "type": "module" }');
    writeFileSync(path.join(site, 'page.ts'), page.join('\n'));
    writeFileSync(path.join(site, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['page.ts'] }));
    const { stdout } = await promisify(execFile)(path.join(ROOT, 'node_modules/.bin/tsc'), ['-p', site]).catch(
      (error: unknown) => error as { stdout: string },
    );
    assert.equal(stdout, '');
  });
});
