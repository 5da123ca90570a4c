import { fileUrl, probeGuards } from './safety-args.ts';

/** Only what is asked for is printed: names of people, places and devices in the tags never enter our process. */
const STREAM_FIELDS = [
  'stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,pix_fmt,color_range,color_space,color_transfer,color_primaries,time_base,r_frame_rate,avg_frame_rate,channels',
  'stream_disposition=default,attached_pic',
  'stream_tags=none',
  'stream_side_data=rotation',
  'format=format_name',
  'format_tags=com.android.capture.fps',
].join(':');

/** Which tracks the file has, as JSON. */
export const streamArgs = (source: string): string[] => [
  ...['-v', 'error', '-hide_banner'],
  ...probeGuards(),
  ...['-of', 'json', '-show_entries', STREAM_FIELDS],
  fileUrl(source),
];

/** Every packet of the picture tracks, one line each: `stream_index|pts|dts|duration|flags`. Reads the file, decodes nothing. */
export const packetArgs = (source: string): string[] => [
  ...['-v', 'error', '-hide_banner'],
  ...probeGuards(),
  ...['-select_streams', 'v', '-show_entries', 'packet=stream_index,pts,dts,duration,flags'],
  ...['-of', 'compact=p=0:nk=1'],
  fileUrl(source),
];

/** Enough packets to get past pictures that need an absent neighbour, few enough to cost nothing. */
const FIRST_PACKETS = 32;

/** The first pictures that really decode: `best_effort_timestamp|interlaced_frame`. */
export const firstPictureArgs = (source: string, videoIndex: number): string[] => [
  ...['-v', 'error', '-hide_banner'],
  ...probeGuards(),
  ...['-select_streams', String(videoIndex), '-read_intervals', `%+#${String(FIRST_PACKETS)}`],
  ...['-show_entries', 'frame=best_effort_timestamp,interlaced_frame:frame_side_data=none', '-of', 'csv=p=0'],
  fileUrl(source),
];
