import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstPictureArgs, packetArgs, streamArgs } from './probe-args.ts';

const GUARDS = [
  '-protocol_whitelist',
  'file,pipe',
  '-format_whitelist',
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts',
  '-codec_whitelist',
  [
    'h264,hevc,av1,vp8,vp9,mpeg4,h263,mpeg2video,mpeg1video,mjpeg,prores,dvvideo',
    'libdav1d,libaom-av1,libvpx,libvpx-vp9',
    'aac,mp3,mp2,ac3,eac3,opus,vorbis,alac,flac,amr_nb,amr_wb',
    'pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_u8,pcm_s8,pcm_alaw,pcm_mulaw',
    'mp3float,mp2float,libopus,amrnb,amrwb',
    'png,movtext,mov_text,srt,subrip,text,ass,ssa,webvtt,pgssub,dvbsub,dvdsub,xsub,cc_dec',
  ].join(','),
  '-max_pixels',
  '35389440', // 8192 × 4320
  '-max_streams',
  '32',
];

describe('asking ffprobe', () => {
  it('for tracks: only the fields that are used, so no tag with a name or place is printed', () => {
    assert.deepEqual(streamArgs('/work/source'), [
      ...['-v', 'error', '-hide_banner', ...GUARDS],
      ...['-of', 'json', '-show_entries'],
      'stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,pix_fmt,color_range,color_space,color_transfer,color_primaries,time_base,r_frame_rate,avg_frame_rate,channels:stream_disposition=default,attached_pic:stream_tags=none:stream_side_data=rotation:format=format_name:format_tags=com.android.capture.fps',
      'file:/work/source',
    ]);
  });

  it('for packets: of picture tracks, without decoding', () => {
    assert.deepEqual(packetArgs('/work/source'), [
      ...['-v', 'error', '-hide_banner', ...GUARDS],
      ...['-select_streams', 'v', '-show_entries', 'packet=stream_index,pts,dts,duration,flags', '-of', 'compact=p=0:nk=1'],
      'file:/work/source',
    ]);
  });

  it('for the first pictures: of the chosen track, by its index', () => {
    assert.deepEqual(firstPictureArgs('/work/source', 3), [
      ...['-v', 'error', '-hide_banner', ...GUARDS],
      ...['-select_streams', '3', '-read_intervals', '%+#32'],
      ...['-show_entries', 'frame=best_effort_timestamp,interlaced_frame:frame_side_data=none', '-of', 'csv=p=0'],
      'file:/work/source',
    ]);
  });
});
