import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { frameIndexFromPts, type FrameIndexData } from '../../../domain/frames/frame-index.ts';
import { drawFrameNumber } from './counter-strip.ts';

const run = promisify(execFile);

const FFMPEG = process.env['FFMPEG_PATH'] ?? 'ffmpeg';
const FFPROBE = process.env['FFPROBE_PATH'] ?? 'ffprobe';

/** Every rendition here counts time in these ticks per second. */
const TICKS_PER_SECOND = 90_000;

interface Clip {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frames: number;
}

/** Clips with the frame number in the pixels: two seconds each, without sound. */
const CLIPS: Readonly<Record<string, Clip>> = {
  landscape: { width: 640, height: 360, fps: 25, frames: 50 },
  portrait: { width: 360, height: 640, fps: 25, frames: 50 },
};

export interface TestClips {
  /** The bytes of `<clip>.mp4`, or of `<clip>.json` with its frame index; undefined for any other name. */
  read(fileName: string): Promise<Buffer | undefined>;
}

/** @param folder where finished clips are kept. */
export function testClips(folder: string): TestClips {
  const making = new Map<string, Promise<void>>();
  return {
    async read(fileName) {
      const name = path.parse(fileName).name;
      const clip = CLIPS[name];
      if (!clip) return undefined;
      const done = making.get(name) ?? makeClip(folder, name, clip);
      making.set(name, done);
      await done;
      return readFile(path.join(folder, fileName));
    },
  };
}

async function makeClip(folder: string, name: string, clip: Clip): Promise<void> {
  const file = path.join(folder, `${name}.mp4`);
  const indexFile = path.join(folder, `${name}.json`);
  if (await stat(indexFile).catch(() => null)) return;
  await mkdir(folder, { recursive: true });
  const unfinished = path.join(folder, `${name}.${String(process.pid)}.mp4`);
  await encode(clip, unfinished);
  await rename(unfinished, file);
  await writeFile(indexFile, JSON.stringify({ ...clip, frameIndex: await indexOf(file) }));
}

/** Encoder settings under which browsers step exactly: short closed groups, no pictures out of order, one time scale. */
export const steppableVideo = (groupFrames: number): readonly string[] => [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-g', String(groupFrames), '-bf', '0', '-sc_threshold', '0'],
  ...['-pix_fmt', 'yuv420p', '-video_track_timescale', String(TICKS_PER_SECOND), '-movflags', '+faststart'],
];

async function encode({ width, height, fps, frames }: Clip, output: string): Promise<void> {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${String(width)}x${String(height)}`, '-r', String(fps), '-i', 'pipe:0'];
  const encoder = spawn(FFMPEG, ['-v', 'error', '-y', ...input, ...steppableVideo(Math.round(fps / 2)), output], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => encoder.once('close', resolve).once('error', reject));
  for (let frame = 0; frame < frames; frame += 1) {
    const luma = new Uint8Array(width * height).fill(96);
    drawFrameNumber(luma, width, height, frame);
    encoder.stdin.write(luma);
  }
  encoder.stdin.end();
  if ((await ended) !== 0) throw new Error(`ffmpeg could not make ${output}`);
}

/** The frame index of an MP4, from its packets. */
export async function indexOf(file: string): Promise<FrameIndexData> {
  const entries = ['-show_entries', 'stream=time_base:packet=pts,duration', '-of', 'json'];
  const { stdout } = await run(FFPROBE, ['-v', 'error', '-select_streams', 'v:0', ...entries, file], { maxBuffer: 1 << 28 });
  const { packets, streams } = JSON.parse(stdout) as {
    packets: { pts: number; duration: number }[];
    streams: { time_base: string }[];
  };
  const ordered = packets.toSorted((a, b) => a.pts - b.pts);
  const [den = 1, num = TICKS_PER_SECOND] = (streams[0]?.time_base ?? '').split('/').map(Number);
  return frameIndexFromPts(
    ordered.map((packet) => packet.pts),
    ordered.at(-1)?.duration ?? 1,
    { num, den },
  );
}
