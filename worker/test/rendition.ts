import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { decodeFrameCounter } from '../../examples/sample-clips/frame-counter.ts';
import { mediaTools } from './media-tools.ts';

/** What a rendition is, found by decoding it: nothing here is taken from the code under test. */
const run = promisify(execFile);

/** Wide enough to read a frame counter's twenty cells, small enough to keep hundreds of pictures. */
const READ = { width: 160, height: 90 } as const;

/** The number on each decoded picture, in order; null where there is none. Its length is the count of pictures. */
export async function readPictures(file: string, map = '0:v:0'): Promise<(number | null)[]> {
  const filter = `scale=${String(READ.width)}:${String(READ.height)}:flags=area,format=gray`;
  const { stdout } = await run(
    mediaTools.ffmpegPath,
    [
      ...['-nostdin', '-v', 'fatal', '-i', `file:${file}`, '-map', map, '-vf', filter],
      ...['-fps_mode', 'passthrough', '-f', 'rawvideo', '-'],
    ],
    { encoding: 'buffer', maxBuffer: 512 * 1024 * 1024 },
  );
  const size = READ.width * READ.height;
  return Array.from({ length: stdout.length / size }, (_, n) =>
    decodeFrameCounter((x, y) => stdout[n * size + y * READ.width + x] ?? 0, READ.width, READ.height),
  );
}

/** The pictures carry a counter: chance reads a number now and then, but never most of them, and never in order. */
export const haveCounter = (numbers: readonly (number | null)[]): boolean =>
  numbers.length > 2 &&
  numbers.filter((number) => number !== null).length * 2 > numbers.length &&
  numbers.slice(1, 10).every((number, i) => (number ?? -1) > (numbers[i] ?? Infinity));

/** `0…89`, or the numbers themselves where they do not follow each other. */
export function inShort(numbers: readonly (number | null)[]): string {
  const [first = null] = numbers;
  const follow = first !== null && numbers.every((number, i) => number === first + i);
  return follow ? `${String(first)}…${String(numbers.at(-1))}` : `${numbers.slice(0, 4).join(' ')} … ${String(numbers.at(-1))}`;
}

/** All that a player must not have to care about, as one line. */
export const PLAIN = 'h264 yuv420p tv/bt709/bt709/bt709 1:1 progressive 0B @0';

/** @returns `PLAIN` for a rendition as it must be: 8 bit 4:2:0, limited BT.709, square pixels, progressive, no B-frames, from 0. */
export async function describeRendition(file: string): Promise<string> {
  const fields =
    'codec_name,pix_fmt,color_range,color_space,color_transfer,color_primaries,sample_aspect_ratio,field_order,has_b_frames,start_pts';
  const { stdout } = await run(mediaTools.ffprobePath, [
    ...[
      '-v',
      'error',
      '-select_streams',
      'v',
      '-show_entries',
      `stream=${fields}:stream_side_data=rotation`,
      '-of',
      'json',
      `file:${file}`,
    ],
  ]);
  const { streams } = JSON.parse(stdout) as { streams: readonly Readonly<Record<string, unknown>>[] };
  return streams.map(describeTrack).join(' + ');
}

const describeTrack = (track: Readonly<Record<string, unknown>>): string => {
  const word = (name: string): string => String(track[name]);
  const color = ['color_range', 'color_space', 'color_transfer', 'color_primaries'].map(word).join('/');
  const turned = track['side_data_list'] === undefined ? '' : ' turned';
  return `${word('codec_name')} ${word('pix_fmt')} ${color} ${word('sample_aspect_ratio')} ${word('field_order')} ${word('has_b_frames')}B @${word('start_pts')}${turned}`;
};
