/** Files, by path in the repository, that together break one rule. */
export interface Plant {
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Files that stand close to a rule and do not break it. */
export interface Permitted {
  readonly says: string;
  readonly files: Readonly<Record<string, string>>;
}

const at = (rule: string, file: string, source: string): Plant => ({ rule, files: { [file]: source } });

/** At least one per rule; more where a rule has several arms. */
export const PLANTS: readonly Plant[] = [
  at('domain-reaches-nothing', 'domain/planted-reach.ts', `import '../sdk/define.ts';`),
  at(
    'domain-reaches-nothing',
    'domain/planted-type.ts',
    `import type { ObjectStore } from '../api/platform/object-store.ts';\nexport type Planted = ObjectStore;`,
  ),
  at('domain-is-pure', 'domain/planted-node.ts', `import 'node:fs';`),
  at('domain-is-pure', 'domain/planted-package.ts', `import 'uuidv7';`),
  at('sdk-reaches-domain', 'sdk/planted-api.ts', `import '../api/platform/object-keys.ts';`),
  at(
    'sdk-reaches-domain',
    'sdk/planted-type.ts',
    `import type { ObjectStore } from '../api/platform/object-store.ts';\nexport type Planted = ObjectStore;`,
  ),
  {
    rule: 'sdk-reaches-domain',
    files: { 'sdk/planted-worker.ts': `import '../worker/planted-target.ts';`, 'worker/planted-target.ts': `export const planted = 1;` },
  },
  at('sdk-runs-in-a-browser', 'sdk/planted-node.ts', `import 'node:path';`),
  at('contract-is-types-only', 'sdk/planted-contract.ts', `import '../domain/generated/openapi.ts';`),
  {
    rule: 'http-reaches-services',
    files: {
      'api/http/planted-worker.ts': `import '../../worker/planted-target.ts';`,
      'worker/planted-target.ts': `export const planted = 1;`,
    },
  },
  at('http-sees-platform-types-only', 'api/http/planted-platform.ts', `import '../platform/object-keys.ts';`),
  {
    rule: 'services-reach-platform',
    files: {
      'api/services/planted-http.ts': `import '../http/planted-target.ts';`,
      'api/http/planted-target.ts': `export const planted = 1;`,
    },
  },
  {
    rule: 'platform-reaches-domain',
    files: {
      'api/platform/planted-service.ts': `import '../services/planted-target.ts';`,
      'api/services/planted-target.ts': `export const planted = 1;`,
    },
  },
  {
    rule: 'worker-reaches-services',
    files: {
      'worker/planted-http.ts': `import '../api/http/planted-target.ts';`,
      'api/http/planted-target.ts': `export const planted = 1;`,
    },
  },
  {
    rule: 'worker-reaches-services',
    files: {
      'worker/planted-type.ts': `import type { Planted } from '../api/http/planted-type-target.ts';\nexport type Again = Planted;`,
      'api/http/planted-type-target.ts': `export type Planted = 1;`,
    },
  },
  at('migrations-stand-alone', 'migrations/planted.ts', `import '../domain/errors.ts';`),
  at('portal-uses-the-package', 'examples/host-portal/planted.ts', `import '../../sdk/define.ts';`),
  {
    rule: 'product-knows-no-tools',
    files: {
      'worker/planted-example.ts': `import '../examples/planted-target.ts';`,
      'examples/planted-target.ts': `export const planted = 1;`,
    },
  },
  at('only-the-editor-imports-fabric', 'sdk/elements/annotation-layer/planted.ts', `import 'fabric/es';`),
  at(
    'only-the-editor-imports-fabric',
    'sdk/elements/annotation-layer/planted-later.ts',
    `export const editor = () => import('fabric/es');`,
  ),
  at('only-the-hls-engine-imports-hls', 'sdk/clock/planted-hls.ts', `import 'hls.js';`),
  at('only-the-hls-engine-imports-hls', 'sdk/elements/video-player/planted-later.ts', `export const engine = () => import('hls.js');`),
  at('only-ffmpeg-imports-fluent-ffmpeg', 'worker/media/planted.ts', `import 'fluent-ffmpeg';`),
  at('only-rate-limits-imports-the-counter', 'api/http/planted-counter.ts', `import 'rate-limiter-flexible';`),
  at('only-the-s3-store-imports-aws', 'api/platform/planted-aws.ts', `import '@aws-sdk/client-s3';`),
  at('only-the-s3-store-imports-aws', 'api/platform/planted-presigner.ts', `import '@aws-sdk/s3-request-presigner';`),
  at(
    'only-http-imports-express',
    'api/services/planted-express.ts',
    `import type { Request } from 'express';\nexport type Planted = Request;`,
  ),
  at('only-platform-imports-the-database', 'api/services/planted-database.ts', `import 'knex';`),
  at('only-platform-imports-the-database', 'worker/planted-database.ts', `import 'pg';`),
  at('only-the-runner-imports-the-queue', 'worker/jobs/planted-queue.ts', `import 'pg-boss';`),
  {
    rule: 'no-cycles',
    files: { 'worker/planted-one.ts': `import './planted-two.ts';`, 'worker/planted-two.ts': `import './planted-one.ts';` },
  },
  {
    rule: 'no-cycles',
    files: {
      'sdk/planted-one.ts': `import type { Two } from './planted-two.ts';\nexport type One = Two | 1;`,
      'sdk/planted-two.ts': `import type { One } from './planted-one.ts';\nexport type Two = One[];`,
    },
  },
  at('everything-is-found', 'worker/planted-nowhere.ts', `import './not-there.ts';`),
  at('packages-are-declared', 'worker/planted-undeclared.ts', `import 'semver';`),
  at('product-needs-no-dev-packages', 'worker/planted-dev.ts', `import 'fast-check';`),
  {
    rule: 'product-knows-no-tests',
    files: {
      'domain/planted-backwards.ts': `import './planted-subject.test.ts';`,
      'domain/planted-subject.test.ts': `export const planted = 1;`,
    },
  },
  {
    rule: 'nobody-imports-a-main',
    files: { 'worker/planted-main.ts': `import './main.ts';`, 'worker/main.ts': `export const planted = 1;` },
  },
];

export const ALLOWED: readonly Permitted[] = [
  {
    says: 'a route names a type of the platform',
    files: {
      'api/http/permitted-type.ts': `import type { ObjectStore } from '../platform/object-store.ts';\nexport type Permitted = ObjectStore;`,
    },
  },
  {
    says: 'a test of the domain uses node:test and fast-check',
    files: { 'domain/permitted.test.ts': `import 'node:test';\nimport 'fast-check';\nimport './errors.ts';` },
  },
  {
    says: 'an integration test goes through HTTP',
    files: {
      'api/test/permitted.integration.test.ts': `import '../http/permitted-target.ts';\nimport 'pg';`,
      'api/http/permitted-target.ts': `export const permitted = 1;`,
    },
  },
  {
    says: 'the editor loads fabric',
    files: { 'sdk/elements/annotation-canvas/permitted.ts': `export const editor = () => import('fabric/es');` },
  },
  {
    says: 'the playback engine loads hls.js',
    files: { 'sdk/clock/hls-engine.ts': `export const engine = () => import('hls.js');` },
  },
  {
    says: 'an element names a type of the contract',
    files: { 'sdk/permitted-contract.ts': `import type { paths } from '../domain/generated/openapi.ts';\nexport type Permitted = paths;` },
  },
  {
    says: 'the example site imports the package',
    files: { 'examples/host-portal/permitted.ts': `import 'video-analysis-platform/client';` },
  },
];
