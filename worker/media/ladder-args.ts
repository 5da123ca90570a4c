import type { Rung } from '../../domain/media/ladder.ts';
import { h264Level } from './h264-level.ts';
import { decodeGuards, fileUrl } from './safety-args.ts';

const PREAMBLE = [
  ...['-nostdin', '-hide_banner', '-y', '-nostats', '-loglevel', 'level+verbose', '-progress', 'pipe:1'],
  // frame 0 is at time 0 already; nothing may move it
  '-copyts',
];

const BARE = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'];

/** Fragments of one track without an index: they begin where a later cut may be. */
const FRAGMENTS = '+cmaf+empty_moov+default_base_moof+skip_trailer';

/** Pieces that sound can be cut into, in microseconds. */
const SOUND_PIECE = 500_000;

/**
 * Takes pictures and sound of the analysis rendition over as they are coded, each into a fragmented MP4 of its own: a fragment
 * for each group of pictures. Decodes nothing.
 * @param sound null: there is none.
 */
export const remuxArgs = ({ source, top, sound }: { source: string; top: string; sound: string | null }): string[] => [
  ...PREAMBLE,
  ...decodeGuards(),
  ...['-i', fileUrl(source)],
  ...['-map', '0:v:0', '-an', ...BARE, '-c:v', 'copy', '-movflags', `${FRAGMENTS}+frag_keyframe`, '-f', 'mp4', fileUrl(top)],
  ...(sound === null ? [] : soundOutput(sound)),
];

/** The packet before time 0 only warms up a decoder; a fragmented track cannot say so, and would move all sound by its length. */
const soundOutput = (file: string): string[] => [
  ...['-map', '0:a:0', '-vn', ...BARE, '-c:a', 'copy', '-bsf:a', "noise=amount=0:drop='lt(pts,0)'"],
  ...['-movflags', FRAGMENTS, '-frag_duration', String(SOUND_PIECE), '-f', 'mp4', fileUrl(file)],
];

/** What is made smaller, and where it must be possible to cut it. */
export interface EncodePlan {
  /** The analysis rendition. */
  readonly source: string;
  readonly ticksPerSecond: number;
  readonly framesPerSecond: number;
  /** Frames at which segments begin. */
  readonly segmentStarts: readonly number[];
  readonly rungs: readonly EncodedRung[];
}

export interface EncodedRung extends Pick<Rung, 'name' | 'width' | 'height'> {
  readonly maxBitsPerSecond: number;
  readonly file: string;
}

/** Seconds between keyframes of what is only watched: a seek decodes at most so much, and longer groups are cheaper on the line. */
const GROUP_SECONDS = 2;

/**
 * One ffmpeg command that decodes once and writes a fragmented MP4 for each rung. Each holds every frame of the analysis
 * rendition at its own time, so a frame has the same number in all of them.
 */
export const encodeArgs = (plan: EncodePlan): string[] => [
  ...PREAMBLE,
  ...decodeGuards(),
  ...['-i', fileUrl(plan.source)],
  ...['-filter_complex', scaleGraph(plan.rungs)],
  ...plan.rungs.flatMap((rung) => encodedOutput(plan, rung)),
];

const scaleGraph = (rungs: readonly EncodedRung[]): string =>
  [
    `[0:v:0]split=${String(rungs.length)}${rungs.map(({ name }) => `[${name}s]`).join('')}`,
    ...rungs.map(({ name, width, height }) => `[${name}s]scale=${String(width)}:${String(height)}:flags=bicubic,setsar=1[${name}]`),
  ].join(';');

function encodedOutput(plan: EncodePlan, { name, width, height, maxBitsPerSecond, file }: EncodedRung): string[] {
  const { ticksPerSecond, framesPerSecond, segmentStarts } = plan;
  return [
    ...['-map', `[${name}]`, '-an', ...BARE, '-fps_mode', 'passthrough'],
    ...['-enc_time_base', `1:${String(ticksPerSecond)}`, '-video_track_timescale', String(ticksPerSecond)],
    // as good as the pictures allow, and never more than the line is promised
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23'],
    ...['-maxrate', String(maxBitsPerSecond), '-bufsize', String(2 * maxBitsPerSecond)],
    ...['-level', h264Level(width, height, framesPerSecond)],
    ...['-g', String(Math.max(1, Math.round(GROUP_SECONDS * framesPerSecond))), '-sc_threshold', '0'],
    // frames and not seconds: rounding must not move a cut to a neighbour
    ...['-force_key_frames', `expr:${segmentStarts.map((frame) => `eq(n,${String(frame)})`).join('+')}`, '-forced-idr', '1'],
    // nothing is reordered, so that the first frame is at time 0 in every rung without an edit list
    ...['-bf', '0', '-flags', '+cgop', '-pix_fmt', 'yuv420p'],
    ...['-color_range', 'tv', '-colorspace', 'bt709', '-color_trc', 'bt709', '-color_primaries', 'bt709'],
    ...['-movflags', `${FRAGMENTS}+frag_keyframe`, '-f', 'mp4', fileUrl(file)],
  ];
}
