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
  const fps = `${timing.meanRate.num}/${timing.meanRate.den}`;
  const tv = ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'];
  return [
    ...QUIETLY,
    ...inputArgs(options, fps),
    ...['-vf', filters(options.rotation, timing)],
    ...['-fps_mode', 'passthrough', '-enc_time_base', `1:${timing.timescale}`],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-g', String(keyframeEvery(timing)), ...tv],
    ...(options.sound ? ['-c:a', 'aac', '-b:a', '128k'] : []),
    ...['-video_track_timescale', String(timing.timescale)],
    ...(options.frameRate === 'variable' ? [] : ['-r', fps]),
    ...containerArgs(options.captureRate),
    output,
  ];
}

const QUIETLY = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y'] as const;

function inputArgs({ width, height, sound }: SwingOptions, fps: string): string[] {
  const pictures = ['-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${height}`, '-framerate', fps, '-i', 'pipe:0'];
  const samples = ['-f', 's16le', '-ar', String(SAMPLE_RATE), '-ac', '1', '-i', 'pipe:3'];
  return sound ? [...pictures, ...samples] : pictures;
}

/** Our own timestamps on our own clock; the rate given for stdin only feeds the encoder's estimates. */
function filters(rotation: Rotation, timing: Timing): string {
  const clock = [`settb=1/${timing.timescale}`, `setpts='${ptsExpression(timing)}'`];
  return [...TURNED[rotation], ...clock, 'scale=out_color_matrix=bt709:out_range=tv', 'format=yuv420p'].join(',');
}

/** One keyframe a second. */
const keyframeEvery = ({ meanRate }: Timing): number => Math.max(1, Math.round(meanRate.num / meanRate.den));

function containerArgs(captureRate: number | undefined): string[] {
  if (captureRate === undefined) return ['-movflags', '+faststart'];
  return ['-movflags', '+faststart+use_metadata_tags', '-metadata', `com.android.capture.fps=${CAPTURE_RATE_PLACEHOLDER}`];
}

/**
 * Writes the display matrix in a copy. Players turn by `rotation` clockwise, as phones mean it. ffmpeg 5 turns its
 * `rotate` tag into a matrix the other way round; from 6 on the tag is ignored and an input option counts anticlockwise.
 */
export function rotateArgs(input: string, rotation: Rotation, captureRate: number | undefined, major: number, output: string): string[] {
  const turn = major >= 6 ? ['-display_rotation:v:0', String(-rotation)] : [];
  const tag = major >= 6 ? [] : ['-metadata:s:v:0', `rotate=${(360 - rotation) % 360}`];
  return [...QUIETLY, ...turn, '-i', input, '-map', '0', '-c', 'copy', ...tag, ...containerArgs(captureRate), output];
}
