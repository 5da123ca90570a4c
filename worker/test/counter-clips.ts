import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { decodeFrameCounter, encodeFrameCounter } from '../../examples/sample-clips/frame-counter.ts';

/** Small clips whose every picture carries its number, made for one test and read back from the rendition. */
const run = promisify(execFile);
const ffmpegPath = process.env['FFMPEG_PATH'] ?? 'ffmpeg';

export const CLIP = { width: 320, height: 180 } as const;

export const ffmpeg = async (...args: string[]): Promise<void> => {
  await run(ffmpegPath, ['-nostdin', '-v', 'error', '-y', ...args]);
};

export interface ClipOptions {
  /** As ffmpeg writes it: `24000/1001`. */
  readonly rate: string;
  readonly frames: number;
  /** ffmpeg arguments before the output: codec, sound, metadata. */
  readonly output?: readonly string[];
  /** Arguments for a second input. */
  readonly secondInput?: readonly string[];
  /** Video filters after the pictures are numbered. */
  readonly filter?: string;
}

/** Numbers run from 0; the strip is at the top edge, the rest is a grey that brightens from left to right. */
export async function makeClip(
  path: string,
  { rate, frames, output = [], secondInput = [], filter = 'null' }: ClipOptions,
): Promise<string> {
  const raw = `${path}.gray`;
  await writeFile(raw, Buffer.concat(Array.from({ length: frames }, (_, n) => picture(n))));
  await ffmpeg(
    ...['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${String(CLIP.width)}x${String(CLIP.height)}`, '-r', rate, '-i', raw],
    ...secondInput,
    ...['-vf', filter, '-fps_mode', 'passthrough', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
    ...output,
    path,
  );
  return path;
}

function picture(n: number): Buffer {
  const { width, height } = CLIP;
  const cells = encodeFrameCounter(n);
  const strip = Buffer.from(Array.from({ length: width }, (_, x) => (cells[Math.floor((x * cells.length) / width)] ? 235 : 16)));
  const ramp = Buffer.from(Array.from({ length: width }, (_, x) => 40 + Math.floor((x * 160) / width)));
  const stripRows = Math.round((height * 32) / 360);
  return Buffer.concat(Array.from({ length: height }, (_, y) => (y < stripRows ? strip : ramp)));
}

/** The number in each picture of a file, in order; null where there is none to read. */
export async function readCounters(path: string, width: number, height: number): Promise<(number | null)[]> {
  const args = [
    '-nostdin',
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    '-pix_fmt',
    'gray',
    '-',
  ];
  const { stdout } = await run(ffmpegPath, args, { encoding: 'buffer', maxBuffer: 512 * 1024 * 1024 });
  const size = width * height;
  return Array.from({ length: stdout.length / size }, (_, n) =>
    decodeFrameCounter((x, y) => stdout[n * size + y * width + x] ?? 0, width, height),
  );
}

/** The loudest moment of a file's sound, in seconds. */
export async function loudestMoment(path: string): Promise<number> {
  const args = ['-nostdin', '-v', 'error', '-i', path, '-map', '0:a:0', '-ac', '1', '-ar', '48000', '-f', 's16le', '-'];
  const { stdout } = await run(ffmpegPath, args, { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });
  let [loudest, at] = [0, 0];
  for (let i = 0; i + 1 < stdout.length; i += 2) {
    const level = Math.abs(stdout.readInt16LE(i));
    if (level > loudest) [loudest, at] = [level, i / 2];
  }
  return at / 48_000;
}

/** What ffprobe says of a file, as text. */
export async function describeFile(path: string): Promise<string> {
  const { stdout } = await run(process.env['FFPROBE_PATH'] ?? 'ffprobe', [
    '-v',
    'error',
    '-show_format',
    '-show_streams',
    '-show_chapters',
    path,
  ]);
  return stdout;
}
