import { PICTURE_LIMITS } from '../../domain/video/limits.ts';

/**
 * Containers we open, by the names ffmpeg's own check compares. This list is what stops a playlist that calls itself `.mp4`
 * from reading other files: a protocol list alone does not, because the neighbour is a file too.
 */
const FORMATS = 'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts';

/** Picture codecs that cameras and editors write, as ffprobe names them. */
export const VIDEO_CODECS: ReadonlySet<string> = new Set([
  ...['h264', 'hevc', 'av1', 'vp8', 'vp9', 'mpeg4', 'h263', 'mpeg2video', 'mpeg1video', 'mjpeg', 'prores', 'dvvideo'],
]);

const PCM = ['s16le', 's16be', 's24le', 's24be', 's32le', 's32be', 'f32le', 'f32be', 'u8', 's8', 'alaw', 'mulaw'].map(
  (kind) => `pcm_${kind}`,
);

/** Sound codecs, as ffprobe names them. */
export const AUDIO_CODECS: ReadonlySet<string> = new Set([
  ...['aac', 'mp3', 'mp2', 'ac3', 'eac3', 'opus', 'vorbis', 'alac', 'flac', 'amr_nb', 'amr_wb'],
  ...PCM,
]);

/** The same codecs by the names of their decoders, which is what ffmpeg's list compares. */
const DECODERS = [
  ...VIDEO_CODECS,
  ...['libdav1d', 'libaom-av1', 'libvpx', 'libvpx-vp9'],
  ...AUDIO_CODECS,
  ...['mp3float', 'mp2float', 'libopus', 'amrnb', 'amrwb'],
];

/** ffprobe gives up on the whole file when any track is off the list, so it may also look at cover art and subtitles. */
const HARMLESS_DECODERS = [
  'png',
  'movtext',
  'mov_text',
  'srt',
  'subrip',
  'text',
  'ass',
  'ssa',
  'webvtt',
  'pgssub',
  'dvbsub',
  'dvdsub',
  'xsub',
  'cc_dec',
];

const MAX_STREAMS = 32;

const guards = (decoders: readonly string[]): string[] => [
  ...['-protocol_whitelist', 'file,pipe'],
  ...['-format_whitelist', FORMATS],
  ...['-codec_whitelist', decoders.join(',')],
  ...['-max_pixels', String(PICTURE_LIMITS.maxPixels)],
  ...['-max_streams', String(MAX_STREAMS)],
];

/** What stands before every hostile `-i` of ffmpeg. */
export const decodeGuards = (): string[] => guards(DECODERS);

/** What stands before every hostile file given to ffprobe. */
export const probeGuards = (): string[] => guards([...DECODERS, ...HARMLESS_DECODERS]);

/** Every picture of an MP4 or QuickTime file as it was filmed, whatever its edit list makes of it. */
export const IGNORE_EDITS: readonly string[] = ['-ignore_editlist', '1'];

/** A local path as ffmpeg must read it: without this prefix a name like `concat:a|b` or `-x` means something else. */
export const fileUrl = (path: string): string => `file:${path}`;
