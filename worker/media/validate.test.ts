import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_UPLOAD_LIMITS, MAX_FRAMES, PROCESSING_ERROR_CODES } from '../../domain/video/limits.ts';
import { h264Level } from './h264-level.ts';
import { MediaError } from './media-error.ts';
import { refusalMessage } from '../../domain/video/refusal-message.ts';
import type { SourceFacts, VideoTrack } from './source-facts.ts';
import { checkDecoded, checkSize, checkTiming, checkTracks } from './validate.ts';

const track = (width: number, height: number, more: Partial<VideoTrack> = {}): VideoTrack => ({
  ...{ index: 0, codec: 'h264', width, height, pixelAspect: { num: 1, den: 1 }, pixelFormat: 'yuv420p', rotation: 0, isCoverArt: false },
  color: { range: 'tv', space: 'bt709', transfer: 'bt709', primaries: 'bt709' },
  timeBase: { num: 1, den: 1000 },
  claimedRates: [],
  ...more,
});

const tracks = (video: VideoTrack[], chosen: VideoTrack | null = video[0] ?? null): string | undefined => {
  const facts: SourceFacts = { container: 'mov', video, audio: [], taggedCaptureFps: null };
  return checkTracks(facts, { video: chosen, audio: null })?.code;
};

const timing = (pictures: number, spanMs: number): string | undefined =>
  checkTiming({ mode: 'keep', pictures, gapTicks: 33, spanTicks: spanMs, times: new Set() }, { num: 1, den: 1000 }, DEFAULT_UPLOAD_LIMITS)
    ?.code;

describe('what is refused', () => {
  it('a file beyond the limit, and not one at it', () => {
    const limits = { maxSizeBytes: 1000, maxDurationMs: 1 };
    assert.deepEqual([checkSize(1000, limits), checkSize(1001, limits)?.code], [null, 'TOO_LARGE']);
  });

  it('a file without a picture, or with none that decodes', () => {
    assert.equal(tracks([]), 'NO_VIDEO');
    assert.equal(tracks([track(500, 500, { isCoverArt: true })], null), 'NO_VIDEO');
    assert.equal(tracks([track(320, 180, { codec: 'unknown' })], null), 'CODEC_UNSUPPORTED');
  });

  it('a picture without size, too small or too large', () => {
    assert.equal(tracks([track(0, 0)]), 'PROBE_INVALID');
    assert.deepEqual([tracks([track(15, 500)]), tracks([track(16, 16)])], ['TOO_SMALL', undefined]);
    assert.deepEqual(
      [tracks([track(8193, 100)]), tracks([track(8192, 4321)]), tracks([track(4320, 8192)])],
      ['TOO_LARGE', 'TOO_LARGE', undefined],
    );
  });

  it('an empty track', () => {
    assert.equal(timing(0, 0), 'PROBE_INVALID');
  });

  it('more than five minutes, by the pictures', () => {
    assert.deepEqual([timing(9000, 300_000), timing(9000, 300_001)], [undefined, 'DURATION_EXCEEDED']);
  });

  it('more pictures a second than any camera films', () => {
    assert.deepEqual([timing(960, 1000), timing(1000, 1000), timing(1, 1)], [undefined, 'TOO_MANY_FRAMES', undefined]);
  });

  it('a clip of which less than a third decodes', () => {
    const plan = { mode: 'keep', pictures: 90, gapTicks: 33, spanTicks: 3000, times: new Set<number>() } as const;
    assert.deepEqual([checkDecoded(30, plan), checkDecoded(29, plan)?.code], [null, 'PROBE_INVALID']);
  });

  it('more pictures than five minutes at 240 a second, and some', () => {
    assert.deepEqual([timing(MAX_FRAMES, 300_000), timing(MAX_FRAMES + 1, 300_000)], [undefined, 'TOO_MANY_FRAMES']);
  });
});

describe('what a person is told', () => {
  it('a sentence for every code, with something to do', () => {
    for (const code of PROCESSING_ERROR_CODES)
      assert.match(refusalMessage(code), /^[A-Z].*(upload|Choose|Try|Trim|Export|Check|Upload).*\.$/, code);
  });

  it('and a fault of ours is not called a fault of the file', () => {
    const ours = [
      'CHECKSUM_MISMATCH',
      'SOURCE_MISSING',
      'FFMPEG_FAIL',
      'TIMEOUT',
      'UPLOAD_ABORTED',
      'CONSENT_MISSING',
      'SCAN_FAIL',
      'INTERNAL',
    ];
    assert.deepEqual(
      PROCESSING_ERROR_CODES.filter((code) => !new MediaError(code, '').isRefusal),
      ours,
    );
  });
});

describe('the H.264 level', () => {
  it('is the lowest that holds the picture at the rate', () => {
    // 1080p: 120 × 68 = 8160 macroblocks; 244800 a second at 30, 489600 at 60, 979200 at 120
    assert.deepEqual(
      [30, 60, 120, 240].map((fps) => h264Level(1920, 1080, fps)),
      ['4.0', '4.2', '5.1', '5.2'],
    );
    // 720p: 3600 macroblocks
    assert.deepEqual(
      [30, 60, 240].map((fps) => h264Level(1280, 720, fps)),
      ['3.1', '3.2', '5.1'],
    );
    assert.equal(h264Level(320, 180, 30), '3.0');
  });

  it('minds very tall pictures', () => {
    // 125 rows; level 3.0 ends at √(8 × 1620) = 113.8
    assert.equal(h264Level(64, 2000, 30), '3.1');
  });
});
