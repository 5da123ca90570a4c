import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeArgs, remuxArgs } from './ladder-args.ts';
import { decodeGuards } from './safety-args.ts';

const PREAMBLE = ['-nostdin', '-hide_banner', '-y', '-nostats', '-loglevel', 'level+verbose', '-progress', 'pipe:1', '-copyts'];
const BARE = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'];
const FRAGMENTS = '+cmaf+empty_moov+default_base_moof+skip_trailer';

describe('the remux of the analysis rendition', () => {
  it('copies pictures by groups and sound by half seconds, without the packet before time 0', () => {
    assert.deepEqual(remuxArgs({ source: '/w/analysis.mp4', top: '/w/v720.part', sound: '/w/sound.part' }), [
      ...PREAMBLE,
      ...decodeGuards(),
      ...['-i', 'file:/w/analysis.mp4'],
      ...['-map', '0:v:0', '-an', ...BARE, '-c:v', 'copy', '-movflags', `${FRAGMENTS}+frag_keyframe`, '-f', 'mp4', 'file:/w/v720.part'],
      ...['-map', '0:a:0', '-vn', ...BARE, '-c:a', 'copy', '-bsf:a', "noise=amount=0:drop='lt(pts,0)'"],
      ...['-movflags', FRAGMENTS, '-frag_duration', '500000', '-f', 'mp4', 'file:/w/sound.part'],
    ]);
  });

  it('of a silent one has no sound', () => {
    const args = remuxArgs({ source: '/w/a.mp4', top: '/w/top.part', sound: null });
    assert.ok(!args.includes('0:a:0'));
    assert.equal(args.at(-1), 'file:/w/top.part');
  });
});

describe('the smaller rungs', () => {
  it('come from one decode, keep every frame and can be cut where the segments begin', () => {
    const rung = (name: string, width: number, height: number, maxBitsPerSecond: number) => ({
      ...{ name, width, height, maxBitsPerSecond },
      file: `/w/${name}.part`,
    });
    const args = encodeArgs({
      ...{ source: '/w/analysis.mp4', ticksPerSecond: 30_000, framesPerSecond: 30_000 / 1001, segmentStarts: [0, 126, 252] },
      rungs: [rung('v360', 640, 360, 800_000), rung('v540', 960, 540, 1_800_000)],
    });
    const output = (name: string, bits: number, level: string) => [
      ...['-map', `[${name}]`, '-an', ...BARE, '-fps_mode', 'passthrough'],
      ...['-enc_time_base', '1:30000', '-video_track_timescale', '30000'],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-maxrate', String(bits), '-bufsize', String(2 * bits)],
      ...['-level', level, '-g', '60', '-sc_threshold', '0'],
      ...['-force_key_frames', 'expr:eq(n,0)+eq(n,126)+eq(n,252)', '-forced-idr', '1'],
      ...['-bf', '0', '-flags', '+cgop', '-pix_fmt', 'yuv420p'],
      ...['-color_range', 'tv', '-colorspace', 'bt709', '-color_trc', 'bt709', '-color_primaries', 'bt709'],
      ...['-movflags', `${FRAGMENTS}+frag_keyframe`, '-f', 'mp4', `file:/w/${name}.part`],
    ];
    assert.deepEqual(args, [
      ...PREAMBLE,
      ...decodeGuards(),
      ...['-i', 'file:/w/analysis.mp4', '-filter_complex'],
      '[0:v:0]split=2[v360s][v540s];[v360s]scale=640:360:flags=bicubic,setsar=1[v360];[v540s]scale=960:540:flags=bicubic,setsar=1[v540]',
      // 40 × 23 macroblocks at 29.97 are 27 572 a second, 60 × 34 are 61 139 (Table A-1: 3.0 holds 40 500, 3.1 holds 108 000)
      ...output('v360', 800_000, '3.0'),
      ...output('v540', 1_800_000, '3.1'),
    ]);
  });
});
