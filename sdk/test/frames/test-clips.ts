import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DEFAULT_UPLOAD_LIMITS } from '../../../domain/video/limits.ts';
import type { FrameIndexData } from '../../../domain/frames/frame-index.ts';
import { encodeFrameCounter } from '../../../examples/sample-clips/index.ts';
import { COUNTER_HEIGHT } from '../../../examples/sample-clips/frame-counter.ts';
import { mediaTools as tools } from '../../../worker/test/media-tools.ts';
import { processSource } from '../../../worker/media/process-source.ts';

/** A clip to draw: grey pictures with their frame number along the top edge, no sound. */
export interface ClipPlan {
  readonly width: number;
  readonly height: number;
  /** Pictures a second, as a fraction; the tick of a variable clip. */
  readonly rate: readonly [num: number, den: number];
  /** The numbers to draw, in order. Where one is left out, the picture before it stays longer. */
  readonly numbers: readonly number[];
}

/** What a browser gets to play: made by the worker's own code. */
export interface PreparedClip {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly frameIndex: FrameIndexData;
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, frame) => frame);

/** For element tests: two seconds each. */
const ELEMENT_CLIPS: Readonly<Record<string, ClipPlan>> = {
  landscape: { width: 640, height: 360, rate: [25, 1], numbers: upTo(50) },
  portrait: { width: 360, height: 640, rate: [25, 1], numbers: upTo(50) },
};

/** The same rates as real footage has, for a machine that has no folder of counter clips. */
export const COUNTER_CLIPS: Readonly<Record<string, ClipPlan>> = Object.fromEntries(
  (
    [
      ['fc-23.976', [24000, 1001], upTo(72)],
      ['fc-25', [25, 1], upTo(75)],
      ['fc-29.97', [30000, 1001], upTo(90)],
      ['fc-59.94', [60000, 1001], upTo(180)],
      ['fc-120', [120, 1], upTo(360)],
      ['fc-240', [240, 1], upTo(720)],
      // every second tick, then each, then every third, with a gap of a quarter of a second
      ['fc-vfr-60tick', [60, 1], upTo(240).filter((n) => (n < 120 ? n % 2 === 0 : n < 180 || (n % 3 === 0 && (n < 200 || n > 215))))],
    ] as const
  ).map(([name, rate, numbers]) => [name, { width: 640, height: 360, rate, numbers }]),
);

/** The clips of element tests as files: `<clip>.mp4`, and `<clip>.json` with `{ width, height, frameIndex }`. */
export function elementClips(folder: string): { read(fileName: string): Promise<Buffer | undefined> } {
  const making = new Map<string, Promise<PreparedClip>>();
  return {
    async read(fileName) {
      const { name, ext } = path.parse(fileName);
      const plan = ELEMENT_CLIPS[name];
      if (!plan) return undefined;
      const made = making.get(name) ?? drawnClip(folder, name, plan);
      making.set(name, made);
      const clip = await made;
      return ext === '.mp4' ? readFile(clip.file) : Buffer.from(JSON.stringify(clip));
    },
  };
}

/** Draws and prepares a clip, or finds it in the folder from an earlier run. */
export function drawnClip(folder: string, name: string, plan: ClipPlan): Promise<PreparedClip> {
  return keptClip(folder, name, JSON.stringify(plan), (source) => draw(plan, source));
}

/** Prepares a source exactly as the worker does, or finds the result in the folder from an earlier run. */
export async function preparedClip(folder: string, name: string, source: string): Promise<PreparedClip> {
  // The worker reads only files whose names it has given itself.
  return keptClip(folder, name, await digest([source]), (copy) => copyFile(source, copy));
}

/** A clip is kept for as long as its origin and the worker's media code are the same: what is tested is what the product makes. */
async function keptClip(folder: string, name: string, origin: string, bring: (source: string) => Promise<void>): Promise<PreparedClip> {
  const key = createHash('sha256')
    .update(origin)
    .update(await workerDigest())
    .digest('hex')
    .slice(0, 16);
  const facts = path.join(folder, `${name}-${key}.json`);
  if (await stat(facts).catch(() => null)) return JSON.parse(await readFile(facts, 'utf8')) as PreparedClip;
  await mkdir(folder, { recursive: true });
  const workspace = await mkdtemp(path.join(folder, 'making-'));
  try {
    const source = path.join(workspace, 'source');
    await bring(source);
    const job = { source, workspace, tools, limits: DEFAULT_UPLOAD_LIMITS, signal: AbortSignal.timeout(120_000) };
    const { analysis, frameIndex } = await processSource(job);
    const clip: PreparedClip = { ...analysis, frameIndex, file: path.join(folder, `${name}-${key}.mp4`) };
    await rename(analysis.file, clip.file);
    await writeFile(facts, JSON.stringify(clip));
    return clip;
  } finally {
    await rm(workspace, { recursive: true });
  }
}

async function workerDigest(): Promise<string> {
  const folder = path.resolve(import.meta.dirname, '../../../worker/media');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('test.ts'));
  return digest(files.sort().map((file) => path.join(folder, file)));
}

async function digest(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}

async function draw({ width, height, rate, numbers }: ClipPlan, output: string): Promise<void> {
  const count = (numbers.at(-1) ?? 0) + 1;
  const shown = new Set(numbers);
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${String(width)}x${String(height)}`, '-r', rate.join('/'), '-i', 'pipe:0'];
  const kept = numbers.length === count ? [] : ['-vf', `select='${runsOf(numbers)}'`];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', '-pix_fmt', 'yuv420p', '-fps_mode', 'passthrough', '-f', 'mp4'];
  const encoder = spawn(tools.ffmpegPath, ['-v', 'error', '-y', ...input, ...kept, ...coding, output], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => encoder.once('close', resolve).once('error', reject));
  for (let number = 0; number < count; number += 1) {
    const luma = shown.has(number) ? pictureOf(number, width, height) : new Uint8Array(width * height);
    if (!encoder.stdin.write(luma)) await new Promise((resolve) => encoder.stdin.once('drain', resolve));
  }
  encoder.stdin.end();
  if ((await ended) !== 0) throw new Error(`ffmpeg could not draw ${output}`);
}

/** An expression for the select filter that is true for these numbers: one term for each stretch of even steps, as the filter takes only so many. */
function runsOf(numbers: readonly number[]): string {
  const runs: { first: number; last: number; step: number }[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && (run.first === run.last || number - run.last === run.step)) {
      run.step = number - run.last;
      run.last = number;
    } else runs.push({ first: number, last: number, step: 1 });
  }
  return runs
    .map(({ first, last, step }) => `between(n,${String(first)},${String(last)})*not(mod(n-${String(first)},${String(step)}))`)
    .join('+');
}

function pictureOf(number: number, width: number, height: number): Uint8Array {
  const luma = new Uint8Array(width * height).fill(96);
  const cells = encodeFrameCounter(number);
  for (let y = 0; y < Math.round(height * COUNTER_HEIGHT); y += 1)
    for (let x = 0; x < width; x += 1) luma[y * width + x] = cells[Math.floor((x * cells.length) / width)] === true ? 235 : 16;
  return luma;
}
