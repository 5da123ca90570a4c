import type { FrameRate } from '../../domain/frames/frame-rate.ts';
import { parseFrameRate } from '../../domain/frames/frame-rate.ts';
import { MediaError } from './media-error.ts';

/** A picture track, as the file describes it. Nothing here has been proven by decoding. */
export interface VideoTrack {
  readonly index: number;
  /** ffprobe's name; `unknown` when there is no decoder. */
  readonly codec: string;
  /** As stored, before rotation and before the pixels are squared. */
  readonly width: number;
  readonly height: number;
  /** Width of one pixel as a fraction of its height. */
  readonly pixelAspect: FrameRate;
  readonly pixelFormat: string;
  readonly color: { readonly range: string; readonly space: string; readonly transfer: string; readonly primaries: string };
  /** The turn the source asks for, in degrees clockwise, 0 … 359. */
  readonly rotation: number;
  /** Seconds per tick. */
  readonly timeBase: FrameRate;
  /** What the header claims; wrong by a factor of a thousand in real files. */
  readonly claimedRates: readonly FrameRate[];
  readonly isCoverArt: boolean;
}

export interface AudioTrack {
  readonly index: number;
  readonly codec: string;
  readonly channels: number;
}

/** What ffprobe says about a source. */
export interface SourceFacts {
  readonly container: string;
  readonly video: readonly VideoTrack[];
  readonly audio: readonly AudioTrack[];
  /** What the camera filmed at, when the phone wrote it down. */
  readonly taggedCaptureFps: number | null;
}

/** One packet of a picture track, times in ticks of the track's time base. */
export interface Packet {
  readonly stream: number;
  readonly pts: number | null;
  readonly dts: number | null;
  readonly duration: number;
  /** Cut off by an edit list: decoded for its neighbours, never shown. */
  readonly isDiscarded: boolean;
}

export interface FirstPictures {
  /** Timestamp of the first picture that decodes, in ticks; null when it has none. */
  readonly startTicks: number | null;
  readonly decoded: number;
  readonly interlaced: number;
}

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const record = (value: unknown): Json => (isRecord(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
const whole = (value: unknown): number => {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : 0;
};

/** @throws MediaError PROBE_INVALID when the text is not what ffprobe prints for a file it could open. */
export function parseStreams(json: string): SourceFacts {
  let root: unknown;
  try {
    root = JSON.parse(json);
  } catch (cause) {
    throw new MediaError('PROBE_INVALID', 'ffprobe did not describe the file', { cause });
  }
  const { streams, format } = record(root);
  const { format_name, tags } = record(format);
  const tracks = list(streams).map(record);
  if (typeof format_name !== 'string') throw new MediaError('PROBE_INVALID', 'ffprobe named no container');
  return {
    container: format_name,
    video: tracks.filter((track) => track['codec_type'] === 'video').map(toVideo),
    audio: tracks.filter((track) => track['codec_type'] === 'audio').map(toAudio),
    taggedCaptureFps: toCaptureFps(record(tags)['com.android.capture.fps']),
  };
}

const toVideo = (track: Json): VideoTrack => ({
  index: whole(track['index']),
  codec: text(track['codec_name'], 'unknown'),
  width: whole(track['width']),
  height: whole(track['height']),
  pixelAspect: parseFrameRate(text(track['sample_aspect_ratio'], '').replace(':', '/')) ?? { num: 1, den: 1 },
  pixelFormat: text(track['pix_fmt'], 'unknown'),
  color: {
    range: text(track['color_range'], 'unknown'),
    space: text(track['color_space'], 'unknown'),
    transfer: text(track['color_transfer'], 'unknown'),
    primaries: text(track['color_primaries'], 'unknown'),
  },
  rotation: toClockwise(list(track['side_data_list'])),
  timeBase: parseFrameRate(text(track['time_base'], '')) ?? { num: 1, den: 90_000 },
  claimedRates: ['r_frame_rate', 'avg_frame_rate'].map((key) => parseFrameRate(text(track[key], ''))).filter((rate) => rate !== null),
  isCoverArt: record(track['disposition'])['attached_pic'] === 1,
});

const toAudio = (track: Json): AudioTrack => ({
  index: whole(track['index']),
  codec: text(track['codec_name'], 'unknown'),
  channels: whole(track['channels']),
});

/** ffprobe counts counter-clockwise: -90 is a quarter turn clockwise. */
function toClockwise(sideData: readonly unknown[]): number {
  const rotation = sideData.map((entry) => record(entry)['rotation']).find((value) => typeof value === 'number');
  return rotation === undefined || !Number.isFinite(rotation) ? 0 : ((-Math.round(rotation) % 360) + 360) % 360;
}

function toCaptureFps(tag: unknown): number | null {
  const fps = Number(text(tag, ''));
  return fps > 0 && fps <= 10_000 ? fps : null;
}

const ticks = (field: string | undefined): number | null => {
  if (field === undefined || !/^-?\d+$/.test(field)) return null;
  const value = Number(field);
  return Number.isSafeInteger(value) ? value : null;
};

/** Reads `stream_index|pts|dts|duration|flags` lines. Lines of another form (side data) are not packets. */
export function parsePackets(lines: string): Packet[] {
  const packets: Packet[] = [];
  for (const line of lines.split('\n')) {
    const [stream, pts, dts, duration, flags] = line.split('|');
    const index = ticks(stream);
    if (index === null || flags === undefined) continue;
    packets.push({ stream: index, pts: ticks(pts), dts: ticks(dts), duration: ticks(duration) ?? 0, isDiscarded: flags.includes('D') });
  }
  return packets;
}

/** Reads `best_effort_timestamp,interlaced_frame` lines. */
export function parseFirstPictures(lines: string): FirstPictures {
  const pictures = lines
    .split('\n')
    .map((line) => /^(-?\d+|N\/A),([01])/.exec(line))
    .filter((match) => match !== null);
  return {
    startTicks: ticks(pictures[0]?.[1]),
    decoded: pictures.length,
    interlaced: pictures.filter((match) => match[2] === '1').length,
  };
}
