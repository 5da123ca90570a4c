import type { Rotation, SwingOptions } from './options.ts';
import { SAMPLE_RATE } from './sound.ts';
import type { Timing } from './timing.ts';
import { ptsExpression } from './timing.ts';

/** Four letters in the file, later overwritten by a number of the same length. */
export const CAPTURE_RATE_PLACEHOLDER = 'vfps';

/** Turning the upright picture back by its rotation gives the picture to store. */
const TURNED: Readonly<Record<Rotation, readonly string[]>> = {
  0: [],
  90: ['transpose=cclock'],
  180: ['hflip', 'vflip'],
  270: ['transpose=clock'],
};

/** Raw pictures come in on stdin, raw sound on descriptor 3. */
export function encodeArgs(options: SwingOptions, timing: Timing, output: string): string[] {
  const { width, height, rotation, frameRate, captureRate, sound } = options;
  const { num, den } = timing.meanRate;
  const filters = [
    ...TURNED[rotation],
    // Our own timestamps on our own clock; the rate given for stdin only feeds the encoder's estimates.
    `settb=1/${timing.timescale}`,
    `setpts='${ptsExpression(timing)}'`,
    'scale=out_color_matrix=bt709:out_range=tv',
    'format=yuv420p',
  ];
  return [
    '-nostdin', '-hide_banner', '-loglevel', 'error', '-y',
    '-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${height}`, '-framerate', `${num}/${den}`, '-i', 'pipe:0',
    ...(sound ? ['-f', 's16le', '-ar', String(SAMPLE_RATE), '-ac', '1', '-i', 'pipe:3'] : []),
    '-vf', filters.join(','),
    '-fps_mode', 'passthrough', '-enc_time_base', `1:${timing.timescale}`,
    '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-g', String(gopLength(num / den)),
    '-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709',
    ...(sound ? ['-c:a', 'aac', '-b:a', '128k'] : []),
    '-video_track_timescale', String(timing.timescale),
    ...(frameRate === 'variable' ? [] : ['-r', `${num}/${den}`]),
    ...containerArgs(captureRate),
    output,
  ];
}

/** One keyframe a second. */
const gopLength = (fps: number): number => Math.max(1, Math.round(fps));

function containerArgs(captureRate: number | undefined): string[] {
  if (captureRate === undefined) return ['-movflags', '+faststart'];
  return ['-movflags', '+faststart+use_metadata_tags', '-metadata', `com.android.capture.fps=${CAPTURE_RATE_PLACEHOLDER}`];
}

/**
 * Writes the display matrix in a copy. Up to ffmpeg 5 that is the `rotate` tag (degrees clockwise); from 6 on the tag
 * is ignored and an input option takes degrees anticlockwise.
 */
export function rotateArgs(input: string, rotation: Rotation, captureRate: number | undefined, major: number, output: string): string[] {
  const turn = major >= 6 ? ['-display_rotation:v:0', String(-rotation)] : [];
  const tag = major >= 6 ? [] : ['-metadata:s:v:0', `rotate=${rotation}`];
  return [
    '-nostdin', '-hide_banner', '-loglevel', 'error', '-y',
    ...turn, '-i', input, '-map', '0', '-c', 'copy', ...tag, ...containerArgs(captureRate), output,
  ];
}
