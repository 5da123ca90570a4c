import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kindOf, type FileKind } from './test-files.ts';

describe('the kind of a test file', () => {
  const kinds: readonly (readonly [file: string, kind: FileKind | null])[] = [
    ['domain/frames/timecode.test.ts', 'pure'],
    ['sdk/client/client.test.ts', 'pure'],
    ['api/http/problems.test.ts', 'pure'],
    ['worker/test/real-clips.media.test.ts', 'media'],
    ['examples/sample-clips/encode.media.test.ts', 'media'],
    ['api/test/uploads.integration.test.ts', 'integration'],
    ['api/test/object-store.contract.test.ts', 'integration'],
    ['worker/test/crash.integration.test.ts', 'integration'],
    ['examples/host-portal/e2e/review.e2e.test.ts', 'e2e'],
    ['sdk/elements/video-player/video-player.browser-test.ts', null],
    ['domain/frames/timecode.ts', null],
  ];
  for (const [file, kind] of kinds) it(`of ${file} is ${kind ?? 'none'}`, () => assert.equal(kindOf(file), kind));
});
