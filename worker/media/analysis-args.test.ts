import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnalysisPlan } from './analysis-args.ts';
import { analysisArgs } from './analysis-args.ts';
import { decodeGuards } from './safety-args.ts';

/** 90 pictures at 30000/1001 with sound, starting at half a second, full HD. */
const PLAN: AnalysisPlan = {
  source: '/work/source',
  video: { index: 0, timeBase: { num: 1, den: 30_000 } },
  audio: { index: 1 },
  startTicks: 15_015,
  timing: { mode: 'keep', pictures: 90, gapTicks: 1001, spanTicks: 90_090, times: new Set() },
  picture: { width: 1920, height: 1080, isScaled: false, deinterlace: false, color: { kind: 'sdr', matrix: 'bt709', range: 'limited' } },
  ticksPerSecond: 90_000,
  maxOutputBytes: 300_000_000,
  storyboard: { everyNth: 1, columns: 10, rows: 9, tile: { width: 160, height: 90 } },
  outputs: {
    analysis: '/work/analysis.mp4',
    poster: '/work/poster.jpg',
    storyboard: '/work/storyboard.jpg',
    pictures: '/work/pictures.gray',
    samples: '/work/sound.s16',
  },
};

const BARE = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn', '-fps_mode', 'passthrough', '-fs', '300000000'];
const TAGS = 'setparams=range=limited:colorspace=bt709:color_trc=bt709:color_primaries=bt709';

const graphOf = (plan: AnalysisPlan): string[] => {
  const args = analysisArgs(plan);
  return (args[args.indexOf('-filter_complex') + 1] ?? '').split(';');
};
const withPicture = (picture: Partial<AnalysisPlan['picture']>): AnalysisPlan => ({ ...PLAN, picture: { ...PLAN.picture, ...picture } });
const withTiming = (timing: Partial<AnalysisPlan['timing']>): AnalysisPlan => ({ ...PLAN, timing: { ...PLAN.timing, ...timing } });
const valueOf = (plan: AnalysisPlan, option: string): string | undefined => analysisArgs(plan)[analysisArgs(plan).indexOf(option) + 1];

describe('the one command that decodes', () => {
  it('word for word', () => {
    assert.deepEqual(analysisArgs(PLAN), [
      ...[
        '-nostdin',
        '-hide_banner',
        '-y',
        '-nostats',
        '-loglevel',
        'level+verbose',
        '-progress',
        'pipe:1',
        '-copyts',
        '-max_error_rate',
        '1',
      ],
      ...decodeGuards(),
      ...['-i', 'file:/work/source'],
      '-filter_complex',
      [
        "[0:0]setpts='max(PTS-(15015),if(isnan(PREV_OUTPTS),0,PREV_OUTPTS+1))',scale=1920:1080:flags=bicubic:in_range=limited:out_range=limited,format=yuv420p,setsar=1," +
          `${TAGS},split=4[analysis][still][some][all]`,
        "[still]select='eq(n,0)+eq(n,22)+eq(n,30)+eq(n,37)+eq(n,45)',scale=1280:720:flags=area:in_color_matrix=bt709:out_color_matrix=bt601:in_range=limited:out_range=full,format=yuvj420p,thumbnail=n=5[poster]",
        "[some]select='not(mod(n,1))*lt(n,90)',scale=160:90:flags=area:in_color_matrix=bt709:out_color_matrix=bt601:in_range=limited:out_range=full,format=yuvj420p,tile=10x9[tiles]",
        '[all]scale=9:8:flags=area,format=gray[grey]',
        "[0:1]asetpts='PTS-round(15015/30000/TB)',atrim=start=0:end=3.003000,aresample=48000:async=1:first_pts=0,aformat=channel_layouts=mono|stereo,asplit[sound][whole]",
        '[whole]aresample=48000,aformat=sample_fmts=s16:channel_layouts=mono[heard]',
      ].join(';'),
      ...['-map', '[analysis]', '-map', '[sound]', '-c:a', 'aac', '-b:a', '128k', ...BARE],
      ...['-enc_time_base', '1:90000', '-video_track_timescale', '90000'],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-level', '4.0'],
      ...['-g', '14', '-bf', '0', '-sc_threshold', '0', '-flags', '+cgop'],
      ...['-pix_fmt', 'yuv420p', '-color_range', 'tv', '-colorspace', 'bt709', '-color_trc', 'bt709', '-color_primaries', 'bt709'],
      ...['-max_muxing_queue_size', '9999', '-movflags', '+faststart', '-f', 'mp4', 'file:/work/analysis.mp4'],
      ...['-map', '[poster]', ...BARE, '-c:v', 'mjpeg', '-q:v', '3', '-f', 'image2', '-update', '1', 'file:/work/poster.jpg'],
      ...['-map', '[tiles]', ...BARE, '-c:v', 'mjpeg', '-q:v', '5', '-f', 'image2', '-update', '1', 'file:/work/storyboard.jpg'],
      ...['-map', '[heard]', ...BARE, '-c:a', 'pcm_s16le', '-f', 's16le', 'file:/work/sound.s16'],
      ...['-map', '[grey]', ...BARE, '-c:v', 'rawvideo', '-f', 'rawvideo', 'file:/work/pictures.gray'],
    ]);
  });

  it('guards the input before it is opened', () => {
    const args = analysisArgs(PLAN);
    for (const guard of ['-protocol_whitelist', '-format_whitelist', '-codec_whitelist', '-max_pixels', '-max_streams'])
      assert.ok(args.indexOf(guard) > 0 && args.indexOf(guard) < args.indexOf('-i'), guard);
  });

  it('writes no sound track for a silent clip', () => {
    const args = analysisArgs({ ...PLAN, audio: null });
    assert.ok(args.includes('-an') && !args.includes('[sound]') && !args.includes('[heard]'));
    assert.equal(graphOf({ ...PLAN, audio: null }).length, 4);
  });

  it('names tracks by the index they were chosen by', () => {
    const [picture, , , , sound] = graphOf({ ...PLAN, video: { ...PLAN.video, index: 4 }, audio: { index: 2 } });
    assert.ok(picture?.startsWith('[0:4]') && sound?.startsWith('[0:2]'));
  });

  it('sets a key picture every half second: 12 at 25, 120 at 240 and never more', () => {
    const at = (fps: number): string | undefined =>
      valueOf({ ...withTiming({ gapTicks: 1 }), video: { index: 0, timeBase: { num: 1, den: fps } } }, '-g');
    assert.deepEqual([25, 30, 60, 240, 1000, 1].map(at), ['12', '15', '30', '120', '120', '1']);
  });

  it('moves pictures apart by half the usual distance when some have no time of their own', () => {
    assert.match(graphOf(withTiming({ mode: 'spread' }))[0] ?? '', /PREV_OUTPTS\+500\)\)'/);
  });

  it('numbers pictures afresh when time runs backwards', () => {
    assert.match(graphOf(withTiming({ mode: 'renumber' }))[0] ?? '', /^\[0:0\]setpts=N\*1001,/);
  });

  it('deinterlaces to one picture a frame, after the times are set and before anything is resized', () => {
    assert.match(graphOf(withPicture({ deinterlace: true }))[0] ?? '', /PREV_OUTPTS\+1\)\)',bwdif=mode=send_frame,scale=/);
  });

  it('brings other matrices and full range to BT.709 after resizing, plane by plane', () => {
    const color = { kind: 'sdr', matrix: 'smpte170m', range: 'full' } as const;
    assert.equal(
      graphOf(withPicture({ color }))[0]?.split("))',")[1],
      'scale=1920:1080:flags=bicubic:in_range=full:out_range=full,format=yuv420p,' +
        'colorspace=ispace=smpte170m:irange=pc:iprimaries=bt709:itrc=bt709:space=bt709:range=tv:primaries=bt709:trc=bt709,' +
        `setsar=1,${TAGS},split=4[analysis][still][some][all]`,
    );
  });

  it('gives red, green and blue their matrix', () => {
    const color = { kind: 'sdr', matrix: 'rgb', range: 'full' } as const;
    assert.match(
      graphOf(withPicture({ color }))[0] ?? '',
      /,scale=1920:1080:flags=bicubic:out_color_matrix=bt709:out_range=limited,format=yuv420p,setsar=1,/,
    );
  });

  it('brings HDR to BT.709 in linear light', () => {
    const color = { kind: 'wide', transfer: 'arib-std-b67', range: 'limited' } as const;
    assert.equal(
      graphOf(withPicture({ color }))[0]?.split("))',")[1],
      'zscale=tin=arib-std-b67:pin=bt2020:min=bt2020nc:rin=limited:t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:param=0.5:desat=0:peak=5,' +
        `zscale=t=bt709:m=bt709:r=limited,format=yuv420p,setsar=1,${TAGS},split=4[analysis][still][some][all]`,
    );
  });

  it('resizes HDR before the costly part', () => {
    const color = { kind: 'wide', transfer: 'smpte2084', range: 'limited' } as const;
    assert.match(graphOf(withPicture({ color, isScaled: true }))[0] ?? '', /,scale=1920:1080:flags=bicubic,zscale=tin=smpte2084:/);
  });

  it('looks at a one-picture clip once for its poster', () => {
    assert.match(graphOf(withTiming({ pictures: 1 }))[1] ?? '', /^\[still\]select='eq\(n,0\)',.*thumbnail=n=2\[poster\]$/);
  });
});
