import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fragment, FragmentedFile } from './ladder-boxes.ts';
import { fragmentsByTime, groupFragments } from './ladder-cut.ts';
import { bandwidth, ladderPlaylists, type PictureTrack, type Track } from './ladder-playlists.ts';

const segment = (name: string, sizeBytes: number, durationTicks: number, stills: Track['segments'][number]['stills'] = []) => ({
  ...{ name, sizeBytes, durationTicks, stills },
  samples: durationTicks,
});

const pictures: PictureTrack = {
  ...{ name: 'v360', timescale: 30, codec: 'avc1.64001e', channels: 0, initName: 'v360-init.mp4', width: 640, height: 360 },
  segments: [
    segment('v360-00001.m4s', 50_000, 120, [
      { offset: 0, sizeBytes: 4000, durationTicks: 60 },
      { offset: 30_000, sizeBytes: 3000, durationTicks: 60 },
    ]),
    segment('v360-00002.m4s', 20_000, 75, [{ offset: 0, sizeBytes: 5000, durationTicks: 75 }]),
  ],
};

const sound: Track = {
  ...{ name: 'sound', timescale: 48_000, codec: 'mp4a.40.2', channels: 2, initName: 'sound-init.mp4' },
  segments: [segment('sound-00001.m4s', 64_000, 192_512), segment('sound-00002.m4s', 32_000, 119_488)],
};

const lines = (...some: string[]): string => `${some.join('\n')}\n`;

describe('the playlists of a ladder', () => {
  const playlists = ladderPlaylists({ pictures: [pictures], sound });

  it('name pictures, sound and what is wound through, with the rates of both together', () => {
    // 20 000 bytes in 2.5 s are 64 000 bits a second, 50 000 in 4 s 100 000; both 70 000 × 8 / 6.5
    // the sound: 64 000 × 8 / 4.010667 s and 96 000 × 8 / 6.5 s
    assert.equal(
      playlists.get('hls.m3u8'),
      lines(
        '#EXTM3U',
        '#EXT-X-VERSION:7',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="sound.m3u8"',
        `#EXT-X-STREAM-INF:BANDWIDTH=${String(100_000 + 127_660)},AVERAGE-BANDWIDTH=${String(86_154 + 118_154)},` +
          'CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=30.000,AUDIO="sound"',
        'v360.m3u8',
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=16000,AVERAGE-BANDWIDTH=14770,CODECS="avc1.64001e",RESOLUTION=640x360,URI="v360-iframes.m3u8"',
      ),
    );
  });

  it('name the rate of the fastest segment where frames are uneven', () => {
    // 4 s of 100 frames, then 2.5 s of 75
    const [slow, fast] = pictures.segments.map((one, at) => ({ ...one, samples: at === 0 ? 100 : 75 }));
    assert.ok(slow && fast);
    const uneven = ladderPlaylists({ pictures: [{ ...pictures, segments: [slow, fast] }], sound: null });
    assert.match(uneven.get('hls.m3u8') ?? '', /,FRAME-RATE=30\.000\n/);
  });

  it('list segments with one target duration for all', () => {
    assert.equal(
      playlists.get('v360.m3u8'),
      lines(
        ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:4', '#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD'],
        ...['#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-MAP:URI="v360-init.mp4"'],
        ...['#EXTINF:4.000000,', 'v360-00001.m4s', '#EXTINF:2.500000,', 'v360-00002.m4s', '#EXT-X-ENDLIST'],
      ),
    );
    assert.match(playlists.get('sound.m3u8') ?? '', /TARGETDURATION:4\n[^]*#EXTINF:4\.010667,\nsound-00001\.m4s\n#EXTINF:2\.489333,/);
  });

  it('list every picture that stands alone as a range of its segment, until the next one', () => {
    assert.equal(
      playlists.get('v360-iframes.m3u8'),
      lines(
        ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:3', '#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD'],
        ...['#EXT-X-I-FRAMES-ONLY', '#EXT-X-MAP:URI="v360-init.mp4"'],
        ...['#EXTINF:2.000000,', '#EXT-X-BYTERANGE:4000@0', 'v360-00001.m4s'],
        ...['#EXTINF:2.000000,', '#EXT-X-BYTERANGE:3000@30000', 'v360-00001.m4s'],
        ...['#EXTINF:2.500000,', '#EXT-X-BYTERANGE:5000@0', 'v360-00002.m4s', '#EXT-X-ENDLIST'],
      ),
    );
  });

  it('of a silent clip speak of no sound', () => {
    const silent = ladderPlaylists({ pictures: [pictures], sound: null });
    assert.deepEqual([...silent.keys()], ['hls.m3u8', 'v360.m3u8', 'v360-iframes.m3u8']);
    assert.doesNotMatch(silent.get('hls.m3u8') ?? '', /AUDIO|mp4a/);
  });
});

describe('the peak rate', () => {
  it('is that of neighbours together when one alone is too short to count', () => {
    // Alone the last second would be 80 000 bits a second; the last two segments together are 28 000 bytes in 5 s.
    const loads = [
      { bytes: 10_000, seconds: 4 },
      { bytes: 18_000, seconds: 4 },
      { bytes: 10_000, seconds: 1 },
    ];
    assert.deepEqual(bandwidth(loads, 4), { average: Math.ceil((38_000 * 8) / 9), peak: Math.ceil((28_000 * 8) / 5) });
  });

  it('of a clip shorter than any stretch is its average', () => {
    assert.deepEqual(bandwidth([{ bytes: 1000, seconds: 0.5 }], 4), { average: 16_000, peak: 16_000 });
  });
});

describe('cutting', () => {
  const at = (startTicks: number, samples = 10): Fragment => ({
    ...{ offset: startTicks, sizeBytes: 100, startTicks, durationTicks: 10, samples, firstSampleEnd: 20, startsWithSync: true },
  });
  const starts = (groups: Fragment[][]): number[][] => groups.map((group) => group.map(({ startTicks }) => startTicks));

  it('puts pictures into segments by the number of frames before them', () => {
    const groups = groupFragments([at(0), at(10), at(20), at(30)], (_, frame) => frame === 20);
    assert.deepEqual(starts(groups), [
      [0, 10],
      [20, 30],
    ]);
  });

  it('puts sound to the pictures it belongs to, and makes no empty segment where it pauses', () => {
    const file = { fragments: [at(0), at(10), at(20), at(70)], timescale: 10 } as const;
    const whole: FragmentedFile = { ...file, initBytes: 0, codec: '', channels: 1 };
    assert.deepEqual(starts(fragmentsByTime(whole, [0, 1.5, 4, 6])), [[0, 10], [20], [70]]);
    assert.deepEqual(starts(fragmentsByTime(whole, [0])), [[0, 10, 20, 70]]);
  });
});
