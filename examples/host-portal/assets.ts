import path from 'node:path';
import { build } from 'esbuild';

/** A file of the site as it goes over the wire. */
export interface Asset {
  readonly body: Uint8Array;
  readonly type: string;
  /** The name changes with the content, so it may be kept for ever. */
  readonly isImmutable: boolean;
}

const PAGES = path.join(import.meta.dirname, 'pages');
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

/** Bundles the pages' code, styles and font; the elements come out of the package by its public exports. */
export async function bundleAssets(): Promise<ReadonlyMap<string, Asset>> {
  const { outputFiles } = await build({
    entryPoints: ['login', 'library', 'review'].map((page) => path.join(PAGES, `${page}.ts`)).concat(path.join(PAGES, 'portal.css')),
    ...{ outdir: '/assets', outbase: PAGES, write: false, bundle: true, splitting: true, minify: true },
    ...{ format: 'esm', target: 'es2022', legalComments: 'none', conditions: ['production'], logLevel: 'error' },
    ...{ chunkNames: 'chunk-[hash]', assetNames: '[name]-[hash]', loader: { '.woff2': 'file', '.svg': 'file' } },
  });
  return new Map(
    outputFiles.map(({ path: name, contents }) => [
      name,
      {
        body: contents,
        type: TYPES[path.extname(name)] ?? 'application/octet-stream',
        isImmutable: /-[A-Z0-9]{8}\.\w+$/.test(name),
      },
    ]),
  );
}
