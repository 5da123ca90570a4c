import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { DEFAULT_UPLOAD_LIMITS } from '../../domain/video/limits.ts';
import { processSource } from '../media/process-source.ts';
import { inWorkspace } from '../media/workspace.ts';
import { CLIP, ffmpeg, makeClip } from './counter-clips.ts';
import { bendBox, oriented } from './hostile-files.ts';
import { mediaTools as tools } from './media-tools.ts';
import { decodeYuv, deltaE, lab, referenceColor, type Coding, type Rgb } from './reference-colors.ts';
import { readPictures } from './rendition.ts';

const run = promisify(execFile);
const mediaDir = resolve(process.env['MEDIA_DIR'] ?? join(import.meta.dirname, '../../../shared/media'));
/** The contact sheet, for people to look at. Not kept in the repository. */
const SHEET = join(import.meta.dirname, '../../artifacts/posters.png');

let directory: string;
const made: string[] = [];
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'posters-'));
});
after(() => rm(directory, { recursive: true, force: true }));

interface Poster {
  readonly file: string;
  readonly frames: number;
}

async function posterOf(source: string): Promise<Poster> {
  const file = join(directory, `poster-${String(made.length)}.jpg`);
  made.push(file);
  const limits = { ...DEFAULT_UPLOAD_LIMITS, longestSide: 320 };
  const frames = await inWorkspace(join(directory, 'work'), async (workspace) => {
    const job = { source, workspace, limits, tools, signal: AbortSignal.timeout(300_000) };
    const { poster, facts } = await processSource(job);
    await copyFile(poster.file, file);
    return facts.frameCount;
  });
  return { file, frames };
}

/** Small pictures are compared: colours, not grain. */
const SIDE = 48;

/** The pixels of chosen pictures, three numbers each. */
async function pixels(file: string, format: 'rgb24' | 'yuv444p10le', range?: Coding['range']): Promise<Rgb[][]> {
  const filter = `scale=${String(SIDE)}:${String(SIDE)}:flags=area${range ? `:in_range=${range}:out_range=${range}` : ''}`;
  const output = ['-vf', `${filter},format=${format}`, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-'];
  const { stdout } = await run(tools.ffmpegPath, ['-nostdin', '-v', 'error', '-i', `file:${file}`, '-map', '0:v:0', ...output], {
    encoding: 'buffer',
    maxBuffer: 256 * 1024 * 1024,
  });
  const area = SIDE * SIDE;
  const sample = (picture: number, plane: number, i: number): number =>
    format === 'rgb24'
      ? (stdout[(picture * area + i) * 3 + plane] ?? 0) / 255
      : stdout.readUInt16LE(2 * ((picture * 3 + plane) * area + i));
  const count = stdout.length / area / (format === 'rgb24' ? 3 : 6);
  return Array.from({ length: count }, (_, picture) =>
    Array.from({ length: area }, (_, i): Rgb => [sample(picture, 0, i), sample(picture, 1, i), sample(picture, 2, i)]),
  );
}

/** The colours of one raw picture, each taken from where `at` says. */
const grid = (bytes: Buffer, picture: number, at: (x: number, y: number) => number): Rgb[] =>
  Array.from({ length: SIDE * SIDE }, (_, i) => {
    const first = 3 * (picture * SIDE * SIDE + at(i % SIDE, Math.floor(i / SIDE)));
    const value = (plane: number): number => (bytes[first + plane] ?? 0) / 255;
    return [value(0), value(1), value(2)];
  });

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const distance = (one: readonly Rgb[], other: readonly Rgb[]): number => mean(one.map((color, i) => deltaE(color, other[i] ?? [0, 0, 0])));

/** The poster against every picture it may show: the nearest is the one, by the standards' colours, and by those of no tone-mapping. */
async function distances(source: string, { file }: Poster, coding: Coding): Promise<{ reference: number; untouched: number }> {
  const [poster = []] = await pixels(file, 'rgb24');
  const frames = await pixels(source, 'yuv444p10le', coding.range);
  const nearest = (color: (yuv: Rgb) => Rgb): number => Math.min(...frames.map((frame) => distance(poster, frame.map(color))));
  return { reference: nearest((yuv) => referenceColor(yuv, coding)), untouched: nearest((yuv) => decodeYuv(yuv, coding)) };
}

/**
 * Two tone-mapping curves with one white differ by the shape of their shoulder, by about two times what is just noticeable (2.3).
 * A curve that is dull (Hable's, with the same white) is 15 to 19 away on these films, none at all 10 to 16.
 */
const HDR_LIMIT = 5;
/** Of a chart whose paints lie outside BT.709: what cannot be shown is cut off before the curve in the one and after it in the other. */
const CHART_LIMIT = 12;
/** JPEG at quality 3, colour at half size, and the dark, where a step of eight bits is a whole unit. */
const SDR_LIMIT = 4;

const LIMITED_709 = { transfer: 'sdr', matrix: 'bt709', range: 'limited' } as const;
const FILMS: readonly (readonly [file: string, coding: Coding, limit: number])[] = [
  ['codec/av1-hdr10-portrait.mp4', { transfer: 'pq', matrix: 'bt2020', range: 'limited' }, HDR_LIMIT],
  ['phone/android14-hlg-hevc10.mp4', { transfer: 'hlg', matrix: 'bt2020', range: 'limited' }, CHART_LIMIT],
  ['phone/iphone12promax-hlg-hevc10-9f.mov', { transfer: 'hlg', matrix: 'bt2020', range: 'limited' }, HDR_LIMIT],
  ['phone/iphone14pro-dolbyvision-5f.MOV', { transfer: 'hlg', matrix: 'bt2020', range: 'limited' }, HDR_LIMIT],
  ['phone/iphone6-h264-rot90-gps.mov', LIMITED_709, SDR_LIMIT],
  ['codec/h264-fullrange.mp4', { ...LIMITED_709, range: 'full' }, SDR_LIMIT],
];

const LOOKED_AT = ['phone/rotation-0.mov', 'phone/rotation-90.mov', 'phone/rotation-180.mov', 'phone/rotation-270.mov'];

describe('a poster stands upright', () => {
  const turns: readonly (readonly [name: string, filter: string, rotate: string])[] = [
    ['turned left and marked', 'transpose=cclock', '270'],
    ['upside down and marked', 'hflip,vflip', '180'],
    ['turned right and marked', 'transpose=clock', '90'],
  ];
  for (const [name, filter, rotate] of turns)
    it(name, async () => {
      const lying = await makeClip(join(directory, `${rotate}.mp4`), { rate: '30', frames: 9, filter });
      const marked = join(directory, `${rotate}-marked.mp4`);
      await ffmpeg('-i', lying, '-c', 'copy', '-metadata:s:v', `rotate=${rotate}`, marked);
      // the counter along the upper edge reads from left to right, or not at all
      const [number] = await readPictures((await posterOf(marked)).file);
      assert.ok(number !== null && number !== undefined && number < 9, String(number));
    });

  it('and is not mirrored when a front camera wrote that it filmed mirrored', async () => {
    const plain = await makeClip(join(directory, 'front-plain.mp4'), { rate: '30', frames: 9, filter: 'hflip' });
    const marked = await bendBox(plain, join(directory, 'front.mp4'), ['moov', 'trak', 'tkhd'], (tkhd) =>
      oriented(tkhd, [-1, 0, 0, 1], CLIP),
    );
    const [number] = await readPictures((await posterOf(marked)).file);
    assert.ok(number !== null && number !== undefined && number < 9, String(number));
  });
});

describe('a poster shows natural colours', () => {
  for (const transfer of ['hlg', 'pq'] as const)
    it(`grey stays grey and dark stays darker than light in ${transfer}`, async (t) => {
      const name = transfer === 'hlg' ? 'arib-std-b67' : 'smpte2084';
      const tags = ['-color_trc', name, '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc', '-pix_fmt', 'yuv420p10le'];
      const output = ['-c:v', 'libx265', '-x265-params', 'log-level=none', ...tags];
      const source = await makeClip(join(directory, `${transfer}.mp4`), {
        rate: '30',
        frames: 6,
        filter: 'crop=320:140:0:40,scale=320:180',
        output,
      });
      const [picture = []] = await pixels((await posterOf(source)).file, 'rgb24');
      const row = picture.slice(SIDE * 24, SIDE * 25).map(lab);
      for (const [, a, b] of row) assert.ok(Math.hypot(a, b) < 2.3, `a* ${String(a)}, b* ${String(b)}`);
      const light = row.map(([l]) => l);
      assert.ok(light.slice(1).every((l, i) => l > (light[i] ?? 0) - 0.5));
      t.diagnostic(
        `${transfer} ramp: L* from ${(light[0] ?? 0).toFixed(0)} to ${(light.at(-1) ?? 0).toFixed(0)}, never falling, without colour`,
      );
    });
});

function suite(): void {
  for (const [file, coding, limit] of FILMS)
    it(file, async (t) => {
      const source = join(mediaDir, file);
      const { reference, untouched } = await distances(source, await posterOf(source), coding);
      const isHdr = coding.transfer !== 'sdr';
      t.diagnostic(
        `${file} (${coding.transfer}): mean ΔE76 ${reference.toFixed(1)} to the reference${isHdr ? `, ${untouched.toFixed(1)} to the source without tone-mapping` : ''}`,
      );
      assert.ok(reference <= limit, String(reference));
    });

  it('nasty/rotate-and-mirror.mp4 lies on its side, because its matrix swaps rows and columns of an upright picture', async (t) => {
    const source = join(mediaDir, 'nasty/rotate-and-mirror.mp4');
    const [poster = []] = await pixels((await posterOf(source)).file, 'rgb24');
    const stored = join(directory, 'stored.rgb');
    const small = `scale=${String(SIDE)}:${String(SIDE)}:flags=area,format=rgb24`;
    await ffmpeg('-noautorotate', '-i', source, '-map', '0:v:0', '-vf', small, '-fps_mode', 'passthrough', '-f', 'rawvideo', stored);
    const bytes = await readFile(stored);
    const nearest = (at: (x: number, y: number) => number): number =>
      Math.min(...Array.from({ length: bytes.length / (3 * SIDE * SIDE) }, (_, n) => distance(poster, grid(bytes, n, at))));
    const [swapped, asStored] = [nearest((x, y) => x * SIDE + y), nearest((x, y) => y * SIDE + x)];
    t.diagnostic(
      `mean ΔE76 ${swapped.toFixed(1)} to the stored picture with rows and columns swapped, ${asStored.toFixed(1)} to it as it is`,
    );
    assert.ok(swapped <= SDR_LIMIT && asStored > 5 * SDR_LIMIT);
  });

  it('and the contact sheet is there to be looked at', async (t) => {
    for (const file of LOOKED_AT) await posterOf(join(mediaDir, file));
    const cell = 'scale=240:240:force_original_aspect_ratio=decrease,pad=240:240:-1:-1:gray';
    for (const [i, poster] of made.entries())
      await ffmpeg('-i', poster, '-vf', cell, join(directory, `cell-${String(i).padStart(3, '0')}.png`));
    await mkdir(join(SHEET, '..'), { recursive: true });
    await ffmpeg('-i', join(directory, 'cell-%03d.png'), '-vf', 'tile=6x4:padding=4', '-frames:v', '1', '-update', '1', SHEET);
    t.diagnostic(`${String(made.length)} posters on ${SHEET}`);
  });
}

if (existsSync(join(mediaDir, 'facts.json'))) describe('posters of real films', suite);
else console.log(`The media corpus is not there (${mediaDir}): posters of real films are not compared. Set MEDIA_DIR to compare them.`);
