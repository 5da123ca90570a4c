import type { FrameRate } from '../../domain/frames/frame-rate.ts';
import { h264Level } from './h264-level.ts';
import type { ColorPlan, PicturePlan } from './picture-plan.ts';
import { decodeGuards, fileUrl } from './safety-args.ts';
import type { StoryboardPlan } from './storyboard.ts';
import type { Lead, TimingPlan } from './timing-plan.ts';
import { WAVEFORM_RATE } from './waveform.ts';

/** Everything the one command needs to know. */
export interface AnalysisPlan {
  readonly source: string;
  /** How it is to be read. */
  readonly inputOptions?: readonly string[];
  readonly video: { readonly index: number; readonly timeBase: FrameRate };
  /** Null: the clip is silent, or its sound cannot be decoded. */
  readonly audio: { readonly index: number } | null;
  /** Timestamp of the first picture that decodes, in ticks: it becomes time 0. */
  readonly startTicks: number;
  readonly timing: TimingPlan;
  readonly picture: PicturePlan;
  readonly ticksPerSecond: number;
  /** No output may grow beyond this. */
  readonly maxOutputBytes: number;
  readonly storyboard: StoryboardPlan;
  readonly outputs: {
    readonly analysis: string;
    readonly poster: string;
    readonly storyboard: string;
    readonly pictures: string;
    readonly samples: string;
  };
}

/** Grid of the picture hash: nine columns give eight differences a row. */
export const HASH_GRID = { width: 9, height: 8 } as const;

const POSTER_SIDE = 1280;
/** Where to look for a poster, as shares of the clip: around a third, where a swing is under way. The first picture is there for clips that break off. */
const POSTER_AT = [0, 0.25, 1 / 3, 0.42, 0.5];

/**
 * One ffmpeg command that decodes once and writes five files: the analysis MP4, the poster, the storyboard's image, a 9 × 8 grey
 * copy of every picture for the hashes, and the bare samples of the sound for the waveform. Every decoded picture reaches the
 * MP4 and the grey file exactly once, in order.
 */
export function analysisArgs(plan: AnalysisPlan): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-y', '-nostats', '-loglevel', 'level+verbose', '-progress', 'pipe:1'],
    // timestamps as they are: ffmpeg would shift them by the start of tracks we do not even use
    '-copyts',
    // broken sound must not cost the pictures; whether enough pictures came through is judged afterwards
    ...['-max_error_rate', '1'],
    ...decodeGuards(),
    ...(plan.inputOptions ?? []),
    ...['-i', fileUrl(plan.source)],
    ...['-filter_complex', filterGraph(plan)],
    ...analysisOutput(plan),
    ...still(plan, '[poster]', '3', plan.outputs.poster),
    ...still(plan, '[tiles]', '5', plan.outputs.storyboard),
    ...(plan.audio ? ['-map', '[heard]', ...bare(plan), '-c:a', 'pcm_s16le', '-f', 's16le', fileUrl(plan.outputs.samples)] : []),
    ...['-map', '[grey]', ...bare(plan), '-c:v', 'rawvideo', '-f', 'rawvideo', fileUrl(plan.outputs.pictures)],
  ];
}

/** Nothing but pictures and sound leaves the building: no place, device, chapter, subtitle or sensor track. */
const bare = ({ maxOutputBytes }: AnalysisPlan): string[] => [
  ...['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'],
  // the default would duplicate and drop pictures to reach a constant rate
  ...['-fps_mode', 'passthrough', '-fs', String(maxOutputBytes)],
];

/** One JPEG; a lower quality number is better. */
const still = (plan: AnalysisPlan, from: string, quality: string, file: string): string[] => [
  ...['-map', from, ...bare(plan), '-c:v', 'mjpeg', '-q:v', quality, '-f', 'image2', '-update', '1', fileUrl(file)],
];

function analysisOutput(plan: AnalysisPlan): string[] {
  const sound = plan.audio ? ['-map', '[sound]', '-c:a', 'aac', '-b:a', '128k'] : ['-an'];
  return [
    ...['-map', '[analysis]', ...sound, ...bare(plan)],
    ...['-enc_time_base', `1:${String(plan.ticksPerSecond)}`, '-video_track_timescale', String(plan.ticksPerSecond)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20'],
    ...['-level', h264Level(plan.picture.width, plan.picture.height, usualFps(plan))],
    // short closed groups without B-frames: a step decodes at most half a second, and nothing is reordered
    ...['-g', String(keyInterval(plan)), '-bf', '0', '-sc_threshold', '0', '-flags', '+cgop'],
    ...['-pix_fmt', 'yuv420p', '-color_range', 'tv', '-colorspace', 'bt709', '-color_trc', 'bt709', '-color_primaries', 'bt709'],
    ...['-max_muxing_queue_size', '9999', '-movflags', '+faststart', '-f', 'mp4', fileUrl(plan.outputs.analysis)],
  ];
}

const usualFps = ({ timing, video }: AnalysisPlan): number => video.timeBase.den / (video.timeBase.num * timing.gapTicks);

/** Half a second of pictures, at most 120 of them. */
const keyInterval = (plan: AnalysisPlan): number => Math.min(120, Math.max(1, Math.floor(usualFps(plan) / 2 + 1e-6)));

function filterGraph(plan: AnalysisPlan): string {
  const { picture, timing, video, audio, storyboard } = plan;
  const posters = [...new Set(POSTER_AT.map((share) => Math.floor(share * timing.pictures)))];
  const upright = [timestamps(plan), ...(picture.deinterlace ? ['bwdif=mode=send_frame'] : []), ...colorAndSize(picture)];
  const graph = [
    `[0:${String(video.index)}]${upright.join(',')},split=4[analysis][still][some][all]`,
    `[still]select='${posters.map((n) => `eq(n,${String(n)})`).join('+')}',${posterSize(picture)},thumbnail=n=${String(Math.max(2, posters.length))}[poster]`,
    `[some]${storyboardChain(storyboard)}[tiles]`,
    `[all]scale=${String(HASH_GRID.width)}:${String(HASH_GRID.height)}:flags=area,format=gray[grey]`,
  ];
  return [
    ...graph,
    ...(audio ? [`[0:${String(audio.index)}]${soundChain(plan)},asplit[sound][whole]`, `[whole]${sampleChain}[heard]`] : []),
  ].join(';');
}

/** Times start at 0 and always grow, whatever the file says; sound ones are otherwise untouched. */
function timestamps({ timing, startTicks }: AnalysisPlan): string {
  if (timing.mode === 'renumber') return `setpts=N*${String(timing.gapTicks)}`;
  const step = timing.mode === 'keep' ? 1 : Math.max(1, Math.floor(timing.gapTicks / 2));
  const told = `max(PTS-(${String(startTicks)}),if(isnan(PREV_OUTPTS),0,PREV_OUTPTS+${String(step)}))`;
  return `setpts='${timing.lead ? `if(lt(N,${String(timing.lead.pictures)}),${leadTime(timing.lead, startTicks)},${told})` : told}'`;
}

/** Expressions cut off what is behind the point. */
const leadTime = ({ startTicks, gapTicks }: Lead, zeroTicks: number): string =>
  `round(${(startTicks - zeroTicks).toFixed(6)}+N*${gapTicks.toFixed(6)})`;

function colorAndSize({ width, height, isScaled, color }: PicturePlan): string[] {
  const size = `${String(width)}:${String(height)}`;
  const tags = 'setparams=range=limited:colorspace=bt709:color_trc=bt709:color_primaries=bt709';
  if (color.kind === 'sdr') return [...planar(size, color), 'setsar=1', tags];
  const source = `tin=${color.transfer}:pin=bt2020:min=bt2020nc:rin=${color.range}`;
  const shrink = isScaled ? [`scale=${size}:flags=bicubic`] : [];
  if (color.transfer === 'bt709')
    return [...shrink, `zscale=${source}:t=bt709:p=bt709:m=bt709:r=limited`, 'format=yuv420p', 'setsar=1', tags];
  return [
    ...shrink,
    // 203 cd/m² is the reference white of both HDR systems (BT.2408); phones grade to about five times that. The curve leaves
    // the lower half as it is and folds the rest into the range of SDR, as BT.2390's does: others make a film dull
    `zscale=${source}:t=linear:npl=203`,
    ...['format=gbrpf32le', 'zscale=p=bt709', 'tonemap=mobius:param=0.5:desat=0:peak=5'],
    ...['zscale=t=bt709:m=bt709:r=limited', 'format=yuv420p', 'setsar=1', tags],
  ];
}

/**
 * Planes of the right size, in the matrix and range of BT.709. `scale` could change matrix and range too, but goes by way of 8-bit
 * RGB: five times the processor time, and up to two levels off.
 */
function planar(size: string, { matrix, range }: Extract<ColorPlan, { kind: 'sdr' }>): string[] {
  if (matrix === 'rgb') return [`scale=${size}:flags=bicubic:out_color_matrix=bt709:out_range=limited`, 'format=yuv420p'];
  const sized = [`scale=${size}:flags=bicubic:in_range=${range}:out_range=${range}`, 'format=yuv420p'];
  if (matrix === 'bt709' && range === 'limited') return sized;
  const same = (side: string): string => `${side}primaries=bt709:${side}trc=bt709`;
  return [...sized, `colorspace=ispace=${matrix}:irange=${range === 'full' ? 'pc' : 'tv'}:${same('i')}:space=bt709:range=tv:${same('')}`];
}

/** A decoded, upright picture to a poster. */
export const posterChain = (picture: PicturePlan): string => [...colorAndSize(picture), posterSize(picture)].join(',');

function posterSize({ width, height }: PicturePlan): string {
  const share = Math.min(1, POSTER_SIDE / Math.max(width, height));
  const [w = 2, h = 2] = [width, height].map((side) => Math.max(2, 2 * Math.round((side * share) / 2)));
  return asJpeg(w, h);
}

/** JPEG is BT.601 at full range, whatever the film was. */
const asJpeg = (width: number, height: number): string =>
  `scale=${String(width)}:${String(height)}:flags=area:in_color_matrix=bt709:out_color_matrix=bt601:in_range=limited:out_range=full,format=yuvj420p`;

/** The count is bounded too: a file may hold more pictures than it says, and a second image would overwrite the first. */
function storyboardChain({ everyNth, columns, rows, tile }: StoryboardPlan): string {
  const chosen = `not(mod(n,${String(everyNth)}))*lt(n,${String(everyNth * columns * rows)})`;
  return `select='${chosen}',${asJpeg(tile.width, tile.height)},tile=${String(columns)}x${String(rows)}`;
}

const sampleChain = `aresample=${String(WAVEFORM_RATE)},aformat=sample_fmts=s16:channel_layouts=mono`;

/**
 * Sound keeps its place against the pictures: what was heard before the first picture or after the last is cut, gaps are
 * filled, and the track starts at 0 like the pictures, so that no edit list has to move either.
 */
function soundChain({ startTicks, video, timing }: AnalysisPlan): string {
  const start = `${String(startTicks * video.timeBase.num)}/${String(video.timeBase.den)}`;
  const end = (timing.spanTicks * video.timeBase.num) / video.timeBase.den;
  return [
    `asetpts='PTS-round(${start}/TB)'`,
    `atrim=start=0:end=${end.toFixed(6)}`,
    'aresample=48000:async=1:first_pts=0',
    'aformat=channel_layouts=mono|stereo',
  ].join(',');
}
