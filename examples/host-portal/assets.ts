import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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
const PICTURES = ['mark.svg', 'swing.svg'];
const ICONS = [
  ...[
    'arrow-left',
    'check',
    'chevron-right',
    'circle-alert',
    'download',
    'film',
    'handshake',
    'hourglass',
    'keyboard',
    'lock',
    'log-out',
    'moon',
  ],
  ...[
    'pencil',
    'scroll-text',
    'share-2',
    'shield-alert',
    'sun',
    'sun-moon',
    'triangle-alert',
    'upload',
    'user-plus',
    'users',
    'video-off',
    'wifi-off',
    'x',
  ],
];
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

/** Bundles the pages' code, styles and font; the elements come out of the package by its public exports. */
export async function bundleAssets(): Promise<ReadonlyMap<string, Asset>> {
  const { outputFiles } = await build({
    entryPoints: ['login', 'portal', 'shared', 'send'].map((page) => path.join(PAGES, `${page}.ts`)).concat(path.join(PAGES, 'portal.css')),
    ...{ outdir: '/assets', outbase: PAGES, write: false, bundle: true, splitting: true, minify: true },
    // The pages' own tsconfig leads to sources, for checks; here the built package is wanted.
    tsconfigRaw: {},
    ...{ format: 'esm', target: 'es2022', legalComments: 'none', conditions: ['production'], logLevel: 'error' },
    ...{ chunkNames: 'chunk-[hash]', assetNames: '[name]-[hash]', loader: { '.woff2': 'file', '.svg': 'file' } },
  });
  const files = [
    ...outputFiles.map(({ path: name, contents }) => [name, contents] as const),
    ...PICTURES.map((name) => [`/assets/${name}`, readFileSync(path.join(PAGES, name))] as const),
    ['/assets/icons.svg', Buffer.from(iconSprite())] as const,
  ];
  return new Map(files.map(([name, body]) => [name, { body, type: typeOf(name), isImmutable: /-[A-Z0-9]{8}\.\w+$/.test(name) }]));
}

const typeOf = (name: string): string => TYPES[path.extname(name)] ?? 'application/octet-stream';

/** All icons in one file, each to be used by its name. */
function iconSprite(): string {
  const directory = path.join(path.dirname(createRequire(import.meta.url).resolve('lucide-static/package.json')), 'icons');
  const symbols = ICONS.map((name) => {
    const drawing = readFileSync(path.join(directory, `${name}.svg`), 'utf8').replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, '');
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
}
