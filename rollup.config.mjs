import { copyFileSync, existsSync, globSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';

const root = import.meta.dirname;
const BUNDLE = 'video-analysis';

/** Each element's own registration: loading the file defines the tag. */
const definitions = globSync('sdk/elements/*/define.ts', { cwd: root }).sort();
const tagOf = (definition) => path.basename(path.dirname(definition));

/** The package's entries: one per element, and those of the package itself that are there. */
const entries = {
  ...Object.fromEntries(definitions.map((definition) => [`elements/${tagOf(definition)}`, definition])),
  ...Object.fromEntries(
    Object.entries({ index: 'sdk/index.ts', define: 'sdk/define.ts', client: 'sdk/client/client.ts' }).filter(([, file]) =>
      existsSync(path.join(root, file)),
    ),
  ),
};

/** Everything in one file for one script tag: registers all elements and exports what the package exports. */
const wholeKit = {
  name: 'whole-kit',
  resolveId: (id) => (id === BUNDLE ? `\0${BUNDLE}` : null),
  load(id) {
    if (id !== `\0${BUNDLE}`) return null;
    const registrations = definitions.map((definition) => `import ${JSON.stringify(path.join(root, definition))};`);
    const exported = existsSync(path.join(root, 'sdk/index.ts'))
      ? [`export * from ${JSON.stringify(path.join(root, 'sdk/index.ts'))};`]
      : [];
    return { code: [...registrations, ...exported].join('\n'), moduleSideEffects: 'no-treeshake' };
  },
};

const cleanDist = {
  name: 'clean-dist',
  buildStart() {
    rmSync(path.join(root, 'dist'), { recursive: true, force: true });
    mkdirSync(path.join(root, 'dist'), { recursive: true });
  },
};

const copyTokens = {
  name: 'copy-tokens',
  writeBundle() {
    copyFileSync(path.join(root, 'sdk/tokens.css'), path.join(root, 'dist/tokens.css'));
  },
};

/** The container reader's own module for Node, which its package.json takes out of browsers. */
const withoutNodeModules = {
  name: 'without-node-modules',
  resolveId: (id, importer) => (id === './node.js' && /[\\/]mediabunny[\\/]/.test(importer ?? '') ? '\0no-node' : null),
  load: (id) => (id === '\0no-node' ? 'export const fs = undefined;' : null),
};

const toBrowserCode = [
  withoutNodeModules,
  nodeResolve({ browser: true, exportConditions: ['production'], extensions: ['.ts', '.mjs', '.js'] }),
  esbuild({ target: 'es2022', minify: true, legalComments: 'none', tsconfig: 'sdk/tsconfig.json' }),
];

const output = { dir: 'dist', format: 'es', sourcemap: true, generatedCode: 'es2015', hoistTransitiveImports: false };

export default [
  {
    input: entries,
    plugins: [cleanDist, ...toBrowserCode, copyTokens],
    output: { ...output, entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
  },
  {
    // A graph of its own: what is imported statically lands in the one file, only what is imported on demand stands beside it.
    input: { [BUNDLE]: BUNDLE },
    // What the late part shares with the one file it takes from there, instead of a third file that both would need.
    preserveEntrySignatures: 'allow-extension',
    plugins: [wholeKit, ...toBrowserCode],
    output: { ...output, entryFileNames: '[name].js', chunkFileNames: `${BUNDLE}-[name]-[hash].js` },
  },
];
