import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { renderSwing, SAMPLE_SWINGS } from '../../examples/sample-clips/index.ts';

export interface BenchClip {
  readonly file: string;
  readonly seconds: number;
}

const footage = (name: string): string =>
  path.resolve(process.env['MEDIA_DIR'] ?? path.join(import.meta.dirname, '../../../shared/media'), name);

/** A phone's clip in 720p with sound; drawn where no footage lies. */
async function scene(directory: string): Promise<string> {
  const real = footage('sport/geese-720p-phone.mp4');
  if (existsSync(real)) return real;
  const drawn = path.join(directory, 'scene.mp4');
  await renderSwing({ ...SAMPLE_SWINGS['anna-driver-face-on'], width: 1280, height: 720 }, drawn);
  return drawn;
}

/** The scene over and over, as a phone writes it: H.264 with a key picture a second, AAC, its index first. */
export async function phoneClip(directory: string, seconds: number, kilobits: number): Promise<BenchClip> {
  const file = path.join(directory, `clip-${String(seconds)}s-${String(kilobits)}k.mp4`);
  const rate = `${String(kilobits)}k`;
  await promisify(execFile)('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-y', '-stream_loop', '-1', '-i', await scene(directory), '-t', String(seconds)],
    ...['-vf', 'fps=30', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '30'],
    ...['-b:v', rate, '-minrate', rate, '-maxrate', rate, '-bufsize', rate, '-x264-params', 'nal-hrd=cbr:force-cfr=1'],
    ...['-c:a', 'aac', '-b:a', '128k', '-movflags', '+faststart', file],
  ]);
  return { file, seconds };
}

/** What a phone wrote, as it wrote it, over and over; null where that footage does not lie. */
export async function repeated(directory: string, name: string, times: number): Promise<string | null> {
  const real = footage(name);
  if (!existsSync(real)) return null;
  const file = path.join(directory, `repeated-${path.basename(name, path.extname(name))}.mp4`);
  await promisify(execFile)('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-y', '-stream_loop', String(times - 1), '-i', real],
    ...['-map', '0:v:0', '-map', '0:a:0?', '-c', 'copy', '-movflags', '+faststart', file],
  ]);
  return file;
}
