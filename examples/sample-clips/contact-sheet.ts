import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ffmpegPath } from './encode.ts';
import { drawText, fillRect } from './glyphs.ts';
import type { Rgb } from './look.ts';
import type { SwingOptions } from './options.ts';
import { createScene } from './scene.ts';
import { planSwing, swingTruth } from './truth.ts';

const COLUMNS = 4;
const PAPER: Rgb = [16, 20, 26];
const INK: Rgb = [236, 240, 244];

/** Draws the eight event frames side by side, named, into one PNG. */
export async function writeContactSheet(wanted: Partial<SwingOptions>, file: string): Promise<void> {
  const plan = planSwing(wanted);
  const { events, options } = swingTruth(wanted);
  const size = Math.max(1, Math.round(options.width / 320));
  const [cellWidth, cellHeight] = [options.width + 4 * size, options.height + 14 * size];
  const [width, height] = [cellWidth * COLUMNS, cellHeight * Math.ceil(events.length / COLUMNS)];
  const sheet = { width, height, rgb: new Uint8Array(width * height * 3), depth: new Float32Array(0) };
  fillRect(sheet, 0, 0, width, height, PAPER);
  const scene = createScene(options, plan.model);
  for (const [i, { name, frame }] of events.entries()) {
    const [left, top] = [(i % COLUMNS) * cellWidth, Math.floor(i / COLUMNS) * cellHeight];
    const { rgb } = scene.draw(frame, plan.swingSecondsAt(frame));
    for (let y = 0; y < options.height; y++)
      sheet.rgb.set(rgb.subarray(y * options.width * 3, (y + 1) * options.width * 3), ((top + 14 * size + y) * width + left) * 3);
    drawText(sheet, `${frame} ${name}`, left + 2 * size, top + 3 * size, size, INK);
  }
  await writePng(sheet.rgb, width, height, file);
}

async function writePng(rgb: Uint8Array, width: number, height: number, file: string): Promise<void> {
  const args = [
    '-hide_banner',
    '-loglevel',
    'error',
    '-y',
    '-f',
    'rawvideo',
    '-pixel_format',
    'rgb24',
    '-video_size',
    `${width}x${height}`,
    '-i',
    'pipe:0',
    '-frames:v',
    '1',
    file,
  ];
  const child = spawn(ffmpegPath(), args, { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(rgb);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg could not write ${file}`);
}
