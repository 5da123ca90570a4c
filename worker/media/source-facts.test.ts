import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFirstPictures, parsePackets, parseStreams } from './source-facts.ts';

const IPHONE = {
  streams: [
    {
      ...{
        index: 0,
        codec_name: 'hevc',
        codec_type: 'video',
        width: 1280,
        height: 720,
        pix_fmt: 'yuv420p10le',
        sample_aspect_ratio: '4:3',
      },
      ...{ color_range: 'tv', color_space: 'bt2020nc', color_transfer: 'arib-std-b67', color_primaries: 'bt2020' },
      ...{ r_frame_rate: '30/1', avg_frame_rate: '0/0', time_base: '1/600', disposition: { default: 1, attached_pic: 0 } },
      side_data_list: [{ side_data_type: 'DOVI configuration record' }, { rotation: -90 }],
    },
    { index: 1, codec_name: 'aac', codec_type: 'audio', channels: 2, time_base: '1/44100' },
    { index: 2, codec_type: 'data' },
  ],
  format: { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', tags: { 'com.android.capture.fps': '240.000000' } },
};

describe('reading what ffprobe says', () => {
  it('about tracks', () => {
    assert.deepEqual(parseStreams(JSON.stringify(IPHONE)), {
      container: 'mov,mp4,m4a,3gp,3g2,mj2',
      video: [
        {
          ...{ index: 0, codec: 'hevc', width: 1280, height: 720, pixelFormat: 'yuv420p10le', rotation: 90, isCoverArt: false },
          pixelAspect: { num: 4, den: 3 },
          color: { range: 'tv', space: 'bt2020nc', transfer: 'arib-std-b67', primaries: 'bt2020' },
          timeBase: { num: 1, den: 600 },
          claimedRates: [{ num: 30, den: 1 }],
        },
      ],
      audio: [{ index: 1, codec: 'aac', channels: 2 }],
      taggedCaptureFps: 240,
    });
  });

  it('turns clockwise, from 0 to 359', () => {
    const turned = (rotation: unknown): number | undefined =>
      parseStreams(JSON.stringify({ ...IPHONE, streams: [{ ...IPHONE.streams[0], side_data_list: [{ rotation }] }] })).video[0]?.rotation;
    assert.deepEqual([-90, 90, 180, -180, 0, 'x'].map(turned), [90, 270, 180, 180, 0, 0]);
  });

  it('survives fields that are missing or of another kind', () => {
    const strange = {
      streams: [{ codec_type: 'video', width: '12', sample_aspect_ratio: '0:1', side_data_list: 5 }, null, 'x'],
      format: { format_name: 'avi' },
    };
    const [track] = parseStreams(JSON.stringify(strange)).video;
    assert.deepEqual([track?.codec, track?.width, track?.height, track?.pixelAspect], ['unknown', 12, 0, { num: 1, den: 1 }]);
  });

  it('refuses what is no description', () => {
    for (const text of ['', '{', '[]', '{}', '{"format":{}}']) assert.throws(() => parseStreams(text), { code: 'PROBE_INVALID' });
  });

  it('ignores an impossible camera rate', () => {
    for (const fps of ['0', '-1', 'many', '1e9'])
      assert.equal(
        parseStreams(JSON.stringify({ ...IPHONE, format: { format_name: 'mov', tags: { 'com.android.capture.fps': fps } } }))
          .taggedCaptureFps,
        null,
      );
  });

  it('about packets, without the lines that are none', () => {
    assert.deepEqual(parsePackets('0|0|-40|20|K_\n0|80|20|N/A|_D\n\nskip_samples\n1|N/A|7|1|__\n'), [
      { stream: 0, pts: 0, dts: -40, duration: 20, isDiscarded: false },
      { stream: 0, pts: 80, dts: 20, duration: 0, isDiscarded: true },
      { stream: 1, pts: null, dts: 7, duration: 1, isDiscarded: false },
    ]);
  });

  it('about the first pictures', () => {
    assert.deepEqual(parseFirstPictures('93600,1\n97200,1,\n\n100800,0\n'), { startTicks: 93_600, decoded: 3, interlaced: 2 });
    assert.deepEqual(parseFirstPictures('N/A,0\n'), { startTicks: null, decoded: 1, interlaced: 0 });
    assert.deepEqual(parseFirstPictures(''), { startTicks: null, decoded: 0, interlaced: 0 });
  });
});
