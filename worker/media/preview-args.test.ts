import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnalysisPlan } from './analysis-args.ts';
import { parsePreview, previewArgs } from './preview-args.ts';
import { previewFault } from './preview.ts';
import { decodeGuards } from './safety-args.ts';

/** 90 pictures at 30000/1001 with sound, starting at half a second. */
const PLAN: AnalysisPlan = {
  source: '/work/source',
  video: { index: 0, timeBase: { num: 1, den: 30_000 } },
  audio: { index: 1 },
  startTicks: 15_015,
  timing: { mode: 'keep', pictures: 90, gapTicks: 1001, spanTicks: 90_090, times: new Set() },
  picture: { width: 640, height: 360, isScaled: false, deinterlace: false, color: { kind: 'sdr', matrix: 'bt709', range: 'limited' } },
  storyboard: { everyNth: 1, columns: 10, rows: 9, tile: { width: 160, height: 90 } },
  ticksPerSecond: 90_000,
  maxOutputBytes: 300_000_000,
  outputs: { analysis: '', poster: '', storyboard: '', pictures: '', samples: '' },
};

const BARE = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn', '-fs', '300000000'];

describe('the command that copies', () => {
  it('word for word', () => {
    assert.deepEqual(previewArgs(PLAN, { video: '/work/preview.mp4', poster: '/work/preview.jpg' }), [
      ...['-nostdin', '-hide_banner', '-y', '-nostats', '-loglevel', 'level+verbose', '-progress', 'pipe:1', '-copyts'],
      ...decodeGuards(),
      ...['-itsoffset', '-0.500500', '-i', 'file:/work/source'],
      ...['-skip_frame', 'nokey', '-noaccurate_seek', '-ss', '1.001000'],
      ...decodeGuards(),
      ...['-i', 'file:/work/source', '-filter_complex'],
      '[1:0]scale=640:360:flags=bicubic:in_range=limited:out_range=limited,format=yuv420p,setsar=1,' +
        'setparams=range=limited:colorspace=bt709:color_trc=bt709:color_primaries=bt709,' +
        'scale=640:360:flags=area:in_color_matrix=bt709:out_color_matrix=bt601:in_range=limited:out_range=full,format=yuvj420p[poster]',
      ...['-map', '0:0', '-map', '0:1', '-c', 'copy', ...BARE],
      ...['-video_track_timescale', '90000', '-movflags', '+faststart', '-f', 'mp4', 'file:/work/preview.mp4'],
      ...['-map', '[poster]', '-frames:v', '1', ...BARE],
      ...['-c:v', 'mjpeg', '-q:v', '3', '-f', 'image2', '-update', '1', 'file:/work/preview.jpg'],
    ]);
  });
});

/** Three pictures, the second shown last. */
const LINES = [
  'packet|0|0|-3003|3003|K_',
  'packet|1|-1024|-1024|1024|KD',
  'packet|0|6006|0|3003|__',
  'packet|0|3003|3003|3003|__',
  'packet|1|0|0|1024|K_',
  String.raw`stream|0|High|video|1/90000|side_data|\n00000000:            0       65536           0\n00000001:       -65536           0           0\n00000002:            0           0  1073741824\n`,
  'stream|1|LC|audio|1/48000',
];
const without = (text: string, instead: string): string => LINES.map((line) => line.replace(text, instead)).join('\n');
const faultOf = (lines: string, times: readonly number[] = [15_015, 16_016, 17_017]): string | null =>
  previewFault(PLAN, times, parsePreview(lines));

describe('a copy', () => {
  it('is shown when every picture is where it will be', () => {
    assert.equal(faultOf(LINES.join('\n')), null);
  });

  it('is not shown when a picture is missing, moved or left out', () => {
    assert.equal(faultOf(LINES.slice(1).join('\n')), 'pictures were lost or added');
    assert.equal(faultOf(LINES.join('\n'), [15_015, 16_016]), 'pictures were lost or added');
    assert.equal(faultOf(without('packet|0|6006|', 'packet|0|6007|')), 'pictures were moved');
    assert.equal(faultOf(without('|K_', '|KD')), 'pictures were moved');
  });

  it('is not shown mirrored: browsers turn by a matrix, and some do no more', () => {
    // (0 1, -1 0) turns; (0 1, 1 0) turns and mirrors
    assert.equal(faultOf(without('-65536', ' 65536')), 'the picture is mirrored');
  });

  it('is not shown in a profile that no browser decodes', () => {
    assert.equal(faultOf(without('|High|', '|High 4:4:4 Predictive|')), 'browsers have no decoder for the profile');
  });

  it('is not shown when a picture is shown before the key picture it follows', () => {
    assert.equal(faultOf(without('packet|0|6006|0|3003|__', 'packet|0|6006|0|3003|K_')), 'groups are open');
  });

  it('is not shown when the sound would have to be cut', () => {
    // 1024 samples are the encoder's run-up; 9600 are a fifth of a second
    assert.equal(faultOf(without('packet|1|-1024|-1024', 'packet|1|-9600|-9600')), 'the sound begins before the picture');
  });
});
