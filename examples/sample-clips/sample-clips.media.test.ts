import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { decodeFrameCounter, MARKER_COLOUR, renderSwing, swingTruth } from './index.ts';
import type { PicturePosition, Rgb, Rotation, SwingOptions, SwingTruth } from './index.ts';

const run = promisify(execFile);
const FFMPEG = process.env['FFMPEG_PATH'] ?? 'ffmpeg';
const FFPROBE = process.env['FFPROBE_PATH'] ?? 'ffprobe';

/** Short and small, so that each clip is drawn in about a second. */
const SHORT = {
  width: 640,
  height: 360,
  downswingSeconds: 0.25,
  followThroughSeconds: 0.4,
  leadInSeconds: 0.05,
  holdSeconds: 0.05,
} as const satisfies Partial<SwingOptions>;

interface Clip {
  readonly file: string;
  readonly truth: SwingTruth;
  /** RGB pictures as a player shows them: turned upright, one per stored frame. */
  readonly pictures: readonly Buffer[];
}

let folder: string;
before(async () => (folder = await mkdtemp(join(tmpdir(), 'sample-clips-'))));
after(() => rm(folder, { recursive: true, force: true }));

async function make(name: string, options: Partial<SwingOptions>): Promise<Clip> {
  const file = join(folder, `${name}.mp4`);
  const truth = swingTruth(options);
  await renderSwing(options, file);
  const { width, height } = truth.options;
  const args = [
    '-v',
    'error',
    '-i',
    file,
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    '-vf',
    'scale=in_color_matrix=bt709,format=rgb24',
    '-f',
    'rawvideo',
    '-',
  ];
  const { stdout } = await run(FFMPEG, args, { encoding: 'buffer', maxBuffer: 2 ** 30 });
  const size = width * height * 3;
  assert.equal(stdout.length % size, 0, 'the decoded pictures have the promised size');
  const pictures = Array.from({ length: stdout.length / size }, (_, i) => stdout.subarray(i * size, (i + 1) * size));
  return { file, truth, pictures };
}

async function probe<T>(file: string, ...args: string[]): Promise<T> {
  const { stdout } = await run(FFPROBE, ['-v', 'error', '-of', 'json', ...args, file], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as T;
}

function colourAt({ pictures, truth: { options } }: Clip, frame: number, { x, y }: PicturePosition): Rgb {
  const at = (Math.floor(y * options.height) * options.width + Math.floor(x * options.width)) * 3;
  const [r = 0, g = 0, b = 0] = pictures[frame]?.subarray(at, at + 3) ?? [];
  return [r, g, b];
}

/** The club head's orange in any light; nothing else in the scene is so red and so little blue. */
const isClubHead = ([r, g, b]: Rgb): boolean => r > 120 && g < r * 0.62 && b < r * 0.4;
const isWhite = ([r, g, b]: Rgb): boolean => Math.min(r, g, b) > 175;
const isMarker = ([r, g, b]: Rgb): boolean => Math.hypot(r - MARKER_COLOUR[0], g - MARKER_COLOUR[1], b - MARKER_COLOUR[2]) < 110;

async function assertTimestamps({ file, truth }: Clip): Promise<void> {
  interface Probed {
    frames: { pts: number }[];
    streams: { time_base: string }[];
  }
  const { frames, streams } = await probe<Probed>(file, '-select_streams', 'v:0', '-show_entries', 'frame=pts:stream=time_base');
  assert.equal(streams[0]?.time_base, `1/${truth.timebase.den}`);
  assert.deepEqual(
    frames.map(({ pts }) => pts),
    truth.pts,
  );
}

function assertCounters({ truth, pictures }: Clip): void {
  const { width, height } = truth.options;
  const numbers = pictures.map((picture) => decodeFrameCounter((x, y) => picture[(y * width + x) * 3 + 1] ?? 0, width, height));
  assert.deepEqual(
    numbers,
    truth.pts.map((_, frame) => frame),
  );
}

for (const [name, frameRate] of [
  ['60', { num: 60, den: 1 }],
  ['29.97', { num: 30_000, den: 1001 }],
  ['variable', 'variable'],
] as const)
  describe(`a clip at ${name} pictures a second`, () => {
    let clip: Clip;
    before(async () => (clip = await make(`rate-${name}`, { ...SHORT, frameRate, counter: true })));

    it('holds exactly the promised number of frames', () => assert.equal(clip.pictures.length, clip.truth.frameCount));
    it('shows each frame at exactly the promised tick', () => assertTimestamps(clip));
    it('carries in each picture its own number', () => assertCounters(clip));

    it('shows the club head at the promised place in every event frame', () => {
      for (const { name: event, frame } of clip.truth.events) {
        const colour = colourAt(clip, frame, clip.truth.poseAt(frame).clubHead);
        assert.ok(isClubHead(colour), `${event}, frame ${frame}: rgb ${colour.join(' ')}`);
      }
    });

    it('does not show the club head there one frame earlier or later around impact', () => {
      const { frame } = clip.truth.event('impact');
      const { clubHead } = clip.truth.poseAt(frame);
      for (const other of [frame - 1, frame + 1]) assert.ok(!isClubHead(colourAt(clip, other, clubHead)), `frame ${other}`);
    });

    it('shows the ball until impact and has it gone in the next frame', () => {
      const { frame } = clip.truth.event('impact');
      const { ball } = clip.truth.poseAt(frame);
      // The head covers the ball's near side at impact: look at the far edge, 1.5 cm on.
      const farEdge = { x: ball.x + 0.0025, y: ball.y };
      for (const present of [frame - 2, frame - 1, frame]) assert.ok(isWhite(colourAt(clip, present, farEdge)), `frame ${present}`);
      for (const gone of [frame + 1, frame + 2]) assert.ok(!isWhite(colourAt(clip, gone, farEdge)), `frame ${gone}`);
    });

    it('shows the struck ball at its promised place in the air', () => {
      const frame = clip.truth.event('impact').frame + 1;
      const { ball } = clip.truth.poseAt(frame);
      if (name === '60') assert.ok(isWhite(colourAt(clip, frame, ball)), 'one metre on');
      else assert.ok(ball.x > 1, 'already out of the picture');
    });

    it('sounds the strike within 1.5 ms of impact', async () => {
      const onset = await strikeMs(clip.file);
      const { timeMs } = clip.truth.event('impact');
      assert.ok(Math.abs(onset - timeMs) < 1.5, `strike at ${onset} ms, impact at ${timeMs} ms`);
    });
  });

/** The first sample as loud as a third of the loudest: the codec smears a little quiet noise ahead of a sharp sound. */
async function strikeMs(file: string): Promise<number> {
  const args = ['-v', 'error', '-i', file, '-map', '0:a:0', '-f', 's16le', '-ac', '1', '-ar', '48000', '-'];
  const { stdout } = await run(FFMPEG, args, { encoding: 'buffer', maxBuffer: 2 ** 26 });
  const samples = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1);
  const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return samples.findIndex((value) => Math.abs(value) > loudest / 3) / 48;
}

for (const [rotation, matrix] of [
  [90, -90],
  [180, -180],
  [270, 90],
] as const satisfies readonly [Rotation, number][])
  describe(`a clip stored turned, to be shown ${rotation}° clockwise`, () => {
    let clip: Clip;
    before(async () => {
      const portrait = { ...SHORT, width: 360, height: 640, view: 'down-the-line', handedness: 'left', club: 'iron' } as const;
      clip = await make(`turned-${rotation}`, { ...portrait, rotation, markers: true });
    });

    it('says so in its display matrix and stores the picture on its side', async () => {
      interface Probed {
        streams: { width: number; height: number; side_data_list: { rotation: number }[] }[];
      }
      const { streams } = await probe<Probed>(
        clip.file,
        '-select_streams',
        'v:0',
        '-show_entries',
        'stream=width,height:stream_side_data=rotation',
      );
      assert.equal(streams[0]?.side_data_list[0]?.rotation, matrix);
      assert.deepEqual([streams[0].width, streams[0].height], rotation === 180 ? [360, 640] : [640, 360]);
    });

    it('is displayed upright: each joint is at its promised place in every event frame', () => {
      for (const { name, frame } of clip.truth.events)
        for (const [joint, place] of Object.entries(clip.truth.poseAt(frame).joints)) {
          const colour = colourAt(clip, frame, place);
          assert.ok(isMarker(colour), `${joint} at ${name}: rgb ${colour.join(' ')}`);
        }
    });

    it('still shows each frame at exactly the promised tick', () => assertTimestamps(clip));
  });

describe('a clip from a camera at 240, played at 30', () => {
  let clip: Clip;
  before(async () => {
    const quick = { ...SHORT, tempo: 2, downswingSeconds: 0.15, followThroughSeconds: 0.3, width: 320, height: 180 };
    clip = await make('slow', { ...quick, captureRate: 240, counter: true });
  });

  it('tells the camera rate as Android does', async () => {
    const { format } = await probe<{ format: { tags: Record<string, string> } }>(clip.file, '-show_entries', 'format_tags');
    assert.equal(format.tags['com.android.capture.fps'], '240.000000');
    // Value atom: type 23 is a 32-bit float; 240 is 0x43700000.
    const float = Buffer.from('64617461' + '00000017' + '00000000' + '43700000', 'hex');
    assert.ok((await readFile(clip.file)).includes(float));
  });

  it('plays 36 frames for a downswing of 0.15 s', () => {
    assert.equal(clip.truth.event('impact').frame - clip.truth.event('top').frame, 36);
    assert.equal(clip.pictures.length, clip.truth.frameCount);
    assertCounters(clip);
  });
});

describe('rendering', () => {
  it('reports progress up to the whole', async () => {
    const shares: number[] = [];
    const options = { ...SHORT, width: 64, height: 64, sound: false } as const;
    await renderSwing(options, join(folder, 'progress.mp4'), { onProgress: (share) => shares.push(share) });
    assert.equal(shares.length, swingTruth(options).frameCount);
    assert.equal(shares.at(-1), 1);
  });

  it('leaves nothing behind when it is aborted', async () => {
    const abort = new AbortController();
    const file = join(folder, 'aborted.mp4');
    const rendering = renderSwing(SHORT, file, { signal: abort.signal, onProgress: () => abort.abort() });
    await assert.rejects(rendering, { name: 'AbortError' });
    for (const left of [file, `${file}.drawn.mp4`]) await assert.rejects(readFile(left), { code: 'ENOENT' });
  });

  it('tells in the cause what ffmpeg said when it fails', async () => {
    const nowhere = join(folder, 'no-such-folder', 'clip.mp4');
    const failure = await renderSwing(SHORT, nowhere).catch((error: unknown) => error);
    assert.ok(failure instanceof Error);
    assert.match(String(failure.cause), /No such file or directory/);
  });
});
