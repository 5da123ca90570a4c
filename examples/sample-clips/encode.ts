import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { CAPTURE_RATE_PLACEHOLDER, encodeArgs, rotateArgs } from './encode-args.ts';
import type { SwingOptions } from './options.ts';
import { createScene } from './scene.ts';
import { swingSound } from './sound.ts';
import type { SwingPlan } from './truth.ts';
import { planSwing } from './truth.ts';

export interface RenderControls {
  readonly signal?: AbortSignal;
  /** Share of the frames drawn, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

export const ffmpegPath = (): string => process.env['FFMPEG_PATH'] ?? 'ffmpeg';

/** Draws the swing and writes it as an MP4. The file appears complete or not at all. */
export async function renderSwing(wanted: Partial<SwingOptions>, file: string, controls: RenderControls = {}): Promise<void> {
  const plan = planSwing(wanted);
  const { rotation, captureRate } = plan.options;
  const drawn = `${file}.drawn.mp4`;
  const turned = `${file}.turned.mp4`;
  try {
    await encode(plan, drawn, controls);
    if (rotation !== 0) await runFfmpeg(rotateArgs(drawn, rotation, captureRate, await ffmpegMajor(), turned), controls.signal);
    const ready = rotation === 0 ? drawn : turned;
    if (captureRate !== undefined) await writeCaptureRate(ready, captureRate);
    await rename(ready, file);
  } finally {
    await Promise.all([rm(drawn, { force: true }), rm(turned, { force: true })]);
  }
}

async function encode(plan: SwingPlan, file: string, { signal, onProgress }: RenderControls): Promise<void> {
  const ffmpeg = start(encodeArgs(plan.options, plan.timing, file), signal, ['pipe', 'ignore', 'pipe', 'pipe']);
  const [pictures, sound] = [ffmpeg.child.stdio[0] as Writable, ffmpeg.child.stdio[3] as Writable];
  // A dead encoder closes its pipes; its exit code and last words tell more than our EPIPE.
  for (const pipe of [pictures, sound]) pipe.on('error', () => undefined);
  if (plan.options.sound) {
    const samples = swingSound(plan);
    sound.end(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  }
  try {
    await writePictures(plan, pictures, onProgress);
  } catch (error) {
    ffmpeg.child.kill('SIGKILL');
    await ffmpeg.ended.catch(() => undefined);
    throw error;
  }
  await ffmpeg.ended;
}

async function writePictures(plan: SwingPlan, pictures: Writable, onProgress?: (share: number) => void): Promise<void> {
  const scene = createScene(plan.options, plan.model);
  for (let frame = 0; frame < plan.frameCount && pictures.writable; frame++) {
    const { rgb } = scene.draw(frame, plan.swingSecondsAt(frame));
    // The next picture is drawn into the same memory, so this one must have left it first.
    await new Promise<void>((resolve) => pictures.write(rgb, () => resolve()));
    onProgress?.((frame + 1) / plan.frameCount);
  }
  pictures.end();
}

interface Run {
  readonly child: ChildProcess;
  /** Settles when ffmpeg has gone: rejects with its last words. */
  readonly ended: Promise<void>;
}

function start(args: string[], signal: AbortSignal | undefined, stdio: ('pipe' | 'ignore')[]): Run {
  const child = spawn(ffmpegPath(), args, { stdio, killSignal: 'SIGKILL', ...(signal ? { signal } : {}) });
  let lastWords = '';
  child.stderr?.on('data', (chunk: Buffer) => (lastWords = (lastWords + chunk.toString()).slice(-2000)));
  const ended = new Promise<void>((resolve, reject) => {
    let failure: Error | undefined;
    child.on('error', (error) => (failure = error));
    // Only after `close` is the output file no longer written to, and safe to remove.
    child.on('close', (code) => {
      if (code !== 0) failure ??= new Error(`ffmpeg ended with ${code}`, { cause: lastWords.trim() });
      if (failure) reject(failure);
      else resolve();
    });
  });
  // It may fail while pictures are still being written; whoever awaits it then still hears of it.
  ended.catch(() => undefined);
  return { child, ended };
}

export const runFfmpeg = (args: string[], signal?: AbortSignal): Promise<void> => start(args, signal, ['ignore', 'ignore', 'pipe']).ended;

async function ffmpegMajor(): Promise<number> {
  const child = spawn(ffmpegPath(), ['-version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  // Builds from git call themselves N-12345: as new as can be.
  return Number(/^ffmpeg version n?(\d+)\./.exec(text)?.[1] ?? 99);
}

/**
 * Android stores the rate as a 32-bit float (type 23) under `mdta`; ffmpeg writes only text (type 1). Text of four
 * letters is as long as the number, so it can be replaced in place.
 */
async function writeCaptureRate(file: string, captureRate: number): Promise<void> {
  const header = Buffer.from([...Buffer.from('data'), 0, 0, 0, 1, 0, 0, 0, 0, ...Buffer.from(CAPTURE_RATE_PLACEHOLDER)]);
  const at = (await readFile(file)).indexOf(header);
  if (at < 0) throw new Error('ffmpeg did not write the capture rate');
  header.writeUInt32BE(23, 4);
  header.writeFloatBE(captureRate, 12);
  const handle = await open(file, 'r+');
  await handle.write(header, 0, header.length, at).finally(() => handle.close());
}
