import type { AnalysisPlan } from './analysis-args.ts';
import { posterChain } from './analysis-args.ts';
import { decodeGuards, fileUrl, probeGuards } from './safety-args.ts';
import type { AudioTrack, Packet, VideoTrack } from './source-facts.ts';

/** What decides whether a source is played as it is until its analysis rendition is there. */
export interface PreviewQuestion {
  readonly container: string;
  readonly track: VideoTrack;
  readonly audio: AudioTrack | null;
  readonly plan: Pick<AnalysisPlan, 'timing' | 'picture' | 'startTicks'>;
  /** Of the whole file. */
  readonly packets: readonly Packet[];
}

/** The pixel formats of 8 bit 4:2:0. Browsers play no other H.264. */
const PLAYABLE_FORMATS: ReadonlySet<string> = new Set(['yuv420p', 'yuvj420p']);

/**
 * Every browser plays such a file, and shows the pictures that the analysis rendition will have, each at the same time. Whether the
 * copy really came out so is asked of the copy: see `previewFault`.
 */
export function isPlayableAsItIs({ container, track, audio, plan, packets }: PreviewQuestion): boolean {
  const { timing, picture, startTicks } = plan;
  const shown = packets.filter(({ stream }) => stream === track.index);
  const times = shown.map(({ pts }) => pts).filter((pts) => pts !== null);
  return (
    container.split(',').includes('mp4') &&
    track.codec === 'h264' &&
    PLAYABLE_FORMATS.has(track.pixelFormat) &&
    (audio === null || audio.codec === 'aac') &&
    // browsers turn by a matrix; they neither square pixels alike nor deinterlace
    track.pixelAspect.num === track.pixelAspect.den &&
    track.rotation % 90 === 0 &&
    track.width % 2 === 0 &&
    track.height % 2 === 0 &&
    picture.color.kind === 'sdr' &&
    !picture.deinterlace &&
    // a repaired or trimmed clip is numbered by the decoder alone
    timing.mode === 'keep' &&
    times.length === shown.length &&
    shown.every(({ isDiscarded }) => !isDiscarded) &&
    times.reduce((first, pts) => Math.min(first, pts), Infinity) === startTicks
  );
}

export interface PreviewOutputs {
  readonly video: string;
  readonly poster: string;
}

/**
 * One ffmpeg command that copies picture and sound into a bare MP4, its index first and its first picture at time 0, and decodes a
 * single key picture for a poster.
 */
export function previewArgs(plan: AnalysisPlan, outputs: PreviewOutputs): string[] {
  const { source, video, audio, startTicks, timing } = plan;
  const seconds = (ticks: number): string => ((ticks * video.timeBase.num) / video.timeBase.den).toFixed(6);
  const bare = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn', '-fs', String(plan.maxOutputBytes)];
  return [
    ...['-nostdin', '-hide_banner', '-y', '-nostats', '-loglevel', 'level+verbose', '-progress', 'pipe:1'],
    '-copyts',
    ...decodeGuards(),
    ...['-itsoffset', seconds(-startTicks), '-i', fileUrl(source)],
    // the key picture before a third: where a swing is under way, at the price of one picture
    ...['-skip_frame', 'nokey', '-noaccurate_seek', '-ss', seconds(timing.spanTicks / 3)],
    ...decodeGuards(),
    ...['-i', fileUrl(source)],
    ...['-filter_complex', `[1:${String(video.index)}]${posterChain(plan.picture)}[poster]`],
    ...['-map', `0:${String(video.index)}`, ...(audio ? ['-map', `0:${String(audio.index)}`] : []), '-c', 'copy', ...bare],
    ...['-video_track_timescale', String(plan.ticksPerSecond), '-movflags', '+faststart', '-f', 'mp4', fileUrl(outputs.video)],
    ...[
      '-map',
      '[poster]',
      '-frames:v',
      '1',
      ...bare,
      '-c:v',
      'mjpeg',
      '-q:v',
      '3',
      '-f',
      'image2',
      '-update',
      '1',
      fileUrl(outputs.poster),
    ],
  ];
}

/** What a copy looks like from outside, one line each: `packet|track|pts|dts|duration|flags`, `stream|track|profile|kind|tick|…|matrix`. */
export const previewProbeArgs = (file: string): string[] => [
  ...['-v', 'error', '-hide_banner'],
  ...probeGuards(),
  '-show_entries',
  'packet=stream_index,pts,dts,duration,flags:stream=index,codec_type,profile,time_base:stream_side_data=displaymatrix',
  ...['-of', 'compact=p=1:nk=1'],
  fileUrl(file),
];

export interface PreviewProbe {
  /** Of the picture track, in file order. */
  readonly packets: readonly Packet[];
  readonly profile: string;
  readonly isMirrored: boolean;
  /** Pictures that come after a key picture and are shown before it. */
  readonly hasOpenGroups: boolean;
  /** Seconds between the start of the sound and time 0; 0 without sound. */
  readonly soundBefore: number;
}

export function parsePreview(lines: string): PreviewProbe {
  const rows = lines.split('\n').map((line) => line.split('|'));
  const streams = rows.filter(([kind]) => kind === 'stream');
  const indexOf = (kind: string): string | undefined => streams.find((row) => row[3] === kind)?.[1];
  const rowsOf = (index: string | undefined): string[][] => rows.filter((row) => row[0] === 'packet' && row[1] === index);
  const pictures = rowsOf(indexOf('video'));
  const video = streams.find((row) => row[3] === 'video');
  const matrix = video?.find((field) => field.includes('00000000:'));
  const sound = indexOf('audio');
  const [num = 1, den = 1] = (streams.find((row) => row[1] === sound)?.[4] ?? '').split('/').map(Number);
  const soundStart = rowsOf(sound).reduce((first, row) => Math.min(first, whole(row[2]) ?? first), 0);
  return {
    packets: pictures.map(([, , pts, dts, duration, flags]) => ({
      ...{ stream: 0, pts: whole(pts), dts: whole(dts), duration: whole(duration) ?? 0 },
      isDiscarded: flags?.includes('D') ?? false,
    })),
    profile: video?.[2] ?? 'unknown',
    isMirrored: matrix !== undefined && mirrors(matrix),
    hasOpenGroups: turnsBack(pictures),
    soundBefore: sound === undefined ? 0 : (-soundStart * num) / den,
  };
}

const whole = (field: string | undefined): number | null => (field !== undefined && /^-?\d+$/.test(field) ? Number(field) : null);

/** A turn keeps the determinant of the matrix's upper left corner positive; a mirror does not. */
function mirrors(matrix: string): boolean {
  const [a = 1, b = 0, , c = 0, d = 1] = matrix
    .replaceAll(/\\n|0000000\d:/g, ' ')
    .trim()
    .split(/\s+/)
    .map(Number);
  return a * d - b * c < 0;
}

function turnsBack(pictures: readonly (readonly string[])[]): boolean {
  let key = -Infinity;
  for (const [, , pts, , , flags] of pictures) {
    const time = whole(pts) ?? key;
    if (flags?.includes('K')) key = time;
    else if (time < key) return true;
  }
  return false;
}
