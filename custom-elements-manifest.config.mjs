/** `sdk/elements/video-player/video-player.ts` declares `<video-player>`: elements are registered through a function that the analyzer does not follow, so the folder tells the tag. */
const ELEMENT = /^sdk\/elements\/([a-z-]+)\/\1\.ts$/;

const shippedPath = (source) => source.replace(ELEMENT, 'dist/elements/$1.js');

const isPublic = ({ privacy }) => privacy === undefined || privacy === 'public';

const publicFace = (declaration, tag) => ({ ...declaration, tagName: tag, members: (declaration.members ?? []).filter(isPublic) });

/** The manifest ships with dist/: it speaks of the elements alone, of what a host may use, and of the files that are there. */
const manifestOfThePackage = {
  name: 'manifest-of-the-package',
  packageLinkPhase({ customElementsManifest }) {
    customElementsManifest.modules = customElementsManifest.modules
      .filter(({ path }) => ELEMENT.test(path))
      .map((module) => {
        const tag = ELEMENT.exec(module.path)[1];
        const declarations = module.declarations.filter(({ customElement }) => customElement).map((found) => publicFace(found, tag));
        const definitions = declarations.map(({ name }) => ({
          kind: 'custom-element-definition',
          name: tag,
          declaration: { name, module: shippedPath(module.path) },
        }));
        return { ...module, path: shippedPath(module.path), declarations, exports: definitions };
      });
  },
};

export default {
  globs: ['sdk/elements/*/*.ts'],
  exclude: ['**/*.test.ts', '**/*.browser-test.ts', '**/define.ts'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [manifestOfThePackage],
};
