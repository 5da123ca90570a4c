import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { DEFAULT_UPLOAD_LIMITS } from '../../domain/video/limits.ts';
import type { ProcessedSource } from '../media/process-source.ts';
import { processSource } from '../media/process-source.ts';
import { inWorkspace } from '../media/workspace.ts';
import { CLIP, ffmpeg, makeClip, type ClipOptions } from './counter-clips.ts';
import { bendBox, oriented, withEdits, type Orientation } from './hostile-files.ts';
import { mediaTools as tools } from './media-tools.ts';
import { describeRendition, inShort, PLAIN, readPictures } from './rendition.ts';

/** What cameras and editors write, made here in small, so that nothing depends on footage. Each clip's facts are known by construction. */
const FRAMES = 15;
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'];
const HDR = ['-pix_fmt', 'yuv420p10le', '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc', '-color_trc'];
const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'];

const CODECS: readonly (readonly [name: string, file: string, encoder: string, output: readonly string[]])[] = [
  ['H.264 in Matroska', 'h264.mkv', 'libx264', H264],
  ['H.264 in MPEG-TS', 'h264.ts', 'libx264', [...H264, '-bf', '2']],
  ['H.264 in AVI', 'h264.avi', 'libx264', [...H264, '-bf', '0']],
  ['HEVC 8 bit in MP4', 'hevc.mp4', 'libx265', [...HEVC, '-tag:v', 'hvc1']],
  ['HEVC 10 bit in Matroska', 'hevc10.mkv', 'libx265', [...HEVC, '-pix_fmt', 'yuv420p10le']],
  ['HEVC HLG in QuickTime', 'hlg.mov', 'libx265', [...HEVC, ...HDR, 'arib-std-b67', '-tag:v', 'hvc1']],
  ['HEVC PQ in MP4', 'pq.mp4', 'libx265', [...HEVC, ...HDR, 'smpte2084']],
  ['HEVC in MPEG-TS', 'hevc.ts', 'libx265', HEVC],
  ['VP8 in WebM', 'vp8.webm', 'libvpx', ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M']],
  ['VP9 in WebM', 'vp9.webm', 'libvpx-vp9', VP9],
  ['AV1 in WebM', 'av1.webm', 'libsvtav1', ['-c:v', 'libsvtav1', '-preset', '12']],
  ['ProRes 422 in QuickTime', 'prores.mov', 'prores_ks', ['-c:v', 'prores_ks', '-pix_fmt', 'yuv422p10le']],
  ['ProRes 4444 in QuickTime', 'prores4.mov', 'prores_ks', ['-c:v', 'prores_ks', '-profile:v', '4', '-pix_fmt', 'yuv444p10le']],
  ['Motion JPEG in QuickTime', 'mjpeg.mov', 'mjpeg', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj422p']],
  ['MPEG-2 in MPEG-TS', 'mpeg2.ts', 'mpeg2video', ['-c:v', 'mpeg2video', '-q:v', '3']],
  ['MPEG-4 in AVI', 'mpeg4.avi', 'mpeg4', ['-c:v', 'mpeg4', '-q:v', '3']],
];

let directory: string;
let encoders: string;
const file = (name: string): string => join(directory, name);
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'inputs-'));
  encoders = (await promisify(execFile)(tools.ffmpegPath, ['-hide_banner', '-encoders'])).stdout;
});
after(() => rm(directory, { recursive: true, force: true }));

const processed = (source: string, look: (result: ProcessedSource) => Promise<void>): Promise<void> =>
  inWorkspace(file('work'), async (workspace) =>
    look(await processSource({ source, workspace, limits: DEFAULT_UPLOAD_LIMITS, tools, signal: AbortSignal.timeout(300_000) })),
  );

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Every picture once, in order, upright, from 0, at 30 a second, as every player can show it. @returns a line for the table. */
async function isWhole({ analysis, facts, frameIndex }: ProcessedSource, { captureFps = 30, timing = 'constant' } = {}): Promise<string> {
  const numbers = await readPictures(analysis.file);
  assert.deepEqual(numbers, upTo(FRAMES));
  assert.equal(await describeRendition(analysis.file), PLAIN);
  assert.deepEqual([analysis.width, analysis.height], [CLIP.width, CLIP.height]);
  assert.deepEqual([facts.frameCount, facts.timing, facts.captureFps, frameIndex.startTicks], [FRAMES, timing, captureFps, 0]);
  const size = `${String(analysis.width)}×${String(analysis.height)}`;
  return `ready, ${size}, ${(facts.fps.num / facts.fps.den).toFixed(3)} ${facts.timing}, ${String(FRAMES)} = ${String(numbers.length)}, ${inShort(numbers)}, SDR BT.709`;
}

describe('every picture of every codec and container', () => {
  for (const [name, output, encoder, args] of CODECS)
    it(name, async (t) => {
      if (!new RegExp(`\\s${encoder}\\s`).test(encoders)) {
        t.diagnostic(`${name}: NOT COVERED, this ffmpeg has no encoder ${encoder}`);
        return;
      }
      const source = await makeClip(file(output), { rate: '30', frames: FRAMES, output: args });
      await processed(source, async (result) => t.diagnostic(`${name}: ${await isWhole(result)}`));
    });
});

/** Every way a matrix can turn and mirror, and the filter that does the opposite (transpose: 1 clockwise, 2 counter-clockwise, 0 and 3 mirrored too). */
const ORIENTATIONS: readonly (readonly [name: string, filter: string, orientation: Orientation])[] = [
  ['turned clockwise', 'transpose=2', [0, 1, -1, 0]],
  ['upside down', 'hflip,vflip', [-1, 0, 0, -1]],
  ['turned counter-clockwise', 'transpose=1', [0, -1, 1, 0]],
  ['mirrored left to right, as by a front camera,', 'hflip', [-1, 0, 0, 1]],
  ['mirrored top to bottom', 'vflip', [1, 0, 0, -1]],
  ['turned and mirrored', 'transpose=0', [0, 1, 1, 0]],
  ['turned the other way and mirrored', 'transpose=3', [0, -1, -1, 0]],
];

const MADE: readonly (readonly [name: string, make: () => Promise<string>, facts?: { captureFps?: number; timing?: string }])[] = [
  ...ORIENTATIONS.map(([name, filter, orientation]) => [`${name} by its matrix`, () => orientedClip(filter, orientation)] as const),
  ['stored half as wide, pixels twice as wide', () => clipOf('wide.mp4', { filter: 'scale=160:180,setsar=2/1' })],
  [
    'interlaced by fields of one moment',
    () => clipOf('fields.ts', { output: [...H264, '-x264-params', 'tff=1', '-flags', '+ildct+ilme'] }),
  ],
  ['with a start of ten seconds', () => clipOf('late.ts', { output: [...H264, '-output_ts_offset', '10'] })],
  [
    'in open groups with B-frames',
    () => clipOf('open.mp4', { output: ['-preset', 'fast', '-g', '5', '-bf', '3', '-x264-params', 'open-gop=1'] }),
  ],
  [
    'filmed at 240 by Android’s own word',
    () => clipOf('slow.mp4', { output: [...H264, ...tagged('com.android.capture.fps', '240.0')] }),
    { captureFps: 240 },
  ],
  [
    'with two sound tracks, both longer than the pictures',
    () =>
      clipOf('sound.mkv', {
        output: [...H264, '-c:a', 'aac', ...['-map', '0:v', '-map', '1:a', '-map', '1:a']],
        secondInput: ['-f', 'lavfi', '-i', 'sine=d=3'],
      }),
  ],
  ['H.264 with a quarter of a second before 0 in Matroska', () => early('early.mkv', {})],
  ['the same with B-frames', () => early('early-b.mkv', { output: ['-preset', 'fast', '-bf', '3', '-g', '5'] })],
  ['VP9 with a quarter of a second before 0 in WebM', () => early('early.webm', { output: VP9 })],
  ['with sound, both before 0 in Matroska', () => early('early-sound.mkv', { output: ['-c:a', 'aac'], secondInput: BEEP })],
  ['with pictures that share their times', repeatedTimes, { timing: 'repaired' }],
];

const tagged = (key: string, value: string): string[] => ['-movflags', 'use_metadata_tags', '-metadata', `${key}=${value}`];
const clipOf = (name: string, options: Partial<ClipOptions>): Promise<string> =>
  makeClip(file(name), { rate: '30', frames: FRAMES, ...options });

async function orientedClip(filter: string, orientation: Orientation): Promise<string> {
  const name = orientation.join('');
  const stored = filter.startsWith('transpose') ? { width: CLIP.height, height: CLIP.width } : CLIP;
  const bend = (tkhd: Buffer): Buffer => oriented(tkhd, orientation, stored);
  return bendBox(await clipOf(`${name}-plain.mp4`, { filter }), file(`${name}.mp4`), ['moov', 'trak', 'tkhd'], bend);
}

const BEEP = ['-f', 'lavfi', '-i', 'sine=d=0.5'];

/** Starts at -250 ms: a time Matroska can hold by a block before its cluster, and that its readers give as none. */
async function early(name: string, options: Partial<ClipOptions>): Promise<string> {
  const plain = await clipOf(`plain-${name}`, options);
  const before0 = ['-copyts', '-itsoffset', '-0.25', '-i', plain, '-map', '0', '-c', 'copy', '-avoid_negative_ts', 'disabled'];
  await ffmpeg(...before0, file(name));
  return file(name);
}

async function repeatedTimes(): Promise<string> {
  const singles = await clipOf('singles.mkv', { output: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'] });
  await ffmpeg('-i', singles, '-c', 'copy', '-bsf:v', "setts=ts='floor(N/2)*2*1000/30'", file('pairs.mkv'));
  return file('pairs.mkv');
}

describe('every picture of a clip', () => {
  for (const [name, make, facts] of MADE)
    it(name, async (t) => {
      await processed(await make(), async (result) => t.diagnostic(`${name}: ${await isWhole(result, facts)}`));
    });
});

describe('slow motion as phones write it', () => {
  // says neither slow nor how fast: the same value stands in films of usual speed
  const apple = tagged('com.apple.quicktime.full-frame-rate-playback-intent', '0');
  const filmed = (): Promise<string> =>
    makeClip(file('slomo.mov'), { rate: '240', frames: 120, output: [...H264, '-video_track_timescale', '2400', ...apple] });

  it('an iPhone’s film as it lies on the phone plays at 240', async (t) => {
    await processed(await filmed(), async ({ analysis, facts }) => {
      assert.deepEqual([facts.fps, facts.captureFps, facts.timing], [{ num: 240, den: 1 }, 240, 'constant']);
      assert.deepEqual(await readPictures(analysis.file), upTo(120));
      t.diagnostic(`iPhone, as filmed: ${String(facts.captureFps)} a second, ${facts.timing}`);
    });
  });

  it('stretched eightfold in its middle, as the phone shows it, was filmed at 240 all the same', async (t) => {
    const stretched = 'if(lt(N,40),N*10,if(lt(N,80),400+(N-40)*80,3600+(N-80)*10))';
    await ffmpeg(
      '-i',
      await filmed(),
      '-c',
      'copy',
      '-bsf:v',
      `setts=ts='${stretched}'`,
      '-video_track_timescale',
      '2400',
      file('edited.mov'),
    );
    await processed(file('edited.mov'), async ({ analysis, facts }) => {
      assert.deepEqual([facts.captureFps, facts.timing, facts.frameCount, facts.durationMs], [240, 'variable', 120, 1667]);
      assert.deepEqual(await readPictures(analysis.file), upTo(120));
      t.diagnostic(
        `iPhone, edited: ${String(facts.captureFps)} a second, ${(facts.fps.num / facts.fps.den).toFixed(1)} on average, ${facts.timing}`,
      );
    });
  });

  it('stretched by an edit list alone, as an app that copies does it, is shown as it was filmed, each picture once', async () => {
    const edits = [
      [400, 0, 1],
      [3200, 400, 1 / 8],
      [400, 800, 1],
    ] as const;
    const movie = ['-c', 'copy', '-movie_timescale', '2400', '-video_track_timescale', '2400'];
    await ffmpeg('-i', await filmed(), ...movie, file('unstretched.mov'));
    await bendBox(file('unstretched.mov'), file('stretched.mov'), ['moov', 'trak'], (trak) => withEdits(trak, edits));
    await processed(file('stretched.mov'), async ({ analysis, facts }) => {
      assert.deepEqual(await readPictures(analysis.file), upTo(120));
      assert.deepEqual([facts.fps, facts.captureFps, facts.timing], [{ num: 240, den: 1 }, 240, 'constant']);
    });
  });

  it('slowed to 30 by whoever exported it, with no word of it, is 30: a person has to say so', async () => {
    await ffmpeg('-i', await filmed(), '-c', 'copy', '-bsf:v', "setts=ts='N*80'", '-video_track_timescale', '2400', file('exported.mov'));
    await processed(file('exported.mov'), ({ facts }) => {
      assert.deepEqual([facts.fps, facts.captureFps], [{ num: 30, den: 1 }, 30]);
      return Promise.resolve();
    });
  });
});
