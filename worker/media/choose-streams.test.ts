import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseStreams } from './choose-streams.ts';
import type { AudioTrack, Packet, SourceFacts, VideoTrack } from './source-facts.ts';

const video = (index: number, more: Partial<VideoTrack> = {}): VideoTrack => ({
  ...{
    index,
    codec: 'h264',
    width: 640,
    height: 360,
    pixelAspect: { num: 1, den: 1 },
    pixelFormat: 'yuv420p',
    rotation: 0,
    isCoverArt: false,
  },
  color: { range: 'tv', space: 'bt709', transfer: 'bt709', primaries: 'bt709' },
  timeBase: { num: 1, den: 1000 },
  claimedRates: [],
  ...more,
});
const audio = (index: number, codec = 'aac', channels = 2): AudioTrack => ({ index, codec, channels });
const packets = (stream: number, count: number, isDiscarded = false): Packet[] =>
  Array.from({ length: count }, (_, n) => ({ stream, pts: n, dts: n, duration: 1, isDiscarded }));

const chosen = (tracks: { video?: VideoTrack[]; audio?: AudioTrack[] }, list: Packet[] = []): [number | undefined, number | undefined] => {
  const facts: SourceFacts = { container: 'mov', video: [], audio: [], taggedCaptureFps: null, ...tracks };
  const result = chooseStreams(facts, list);
  return [result.video?.index, result.audio?.index];
};

describe('choosing the tracks', () => {
  it('takes the first picture and the first sound', () => {
    assert.deepEqual(
      chosen({ video: [video(0), video(3)], audio: [audio(1), audio(4)] }, [...packets(0, 325), ...packets(3, 390)]),
      [0, 1],
    );
  });

  it('passes over a still of any size beside the moving picture', () => {
    const still = video(0, { width: 4096, height: 3072 });
    assert.deepEqual(chosen({ video: [still, video(1)] }, [...packets(0, 1), ...packets(1, 58)]), [1, undefined]);
    assert.deepEqual(chosen({ video: [video(0), video(1, { width: 4096 })] }, [...packets(0, 58), ...packets(1, 2)]), [0, undefined]);
  });

  it('counts only pictures that are shown', () => {
    assert.deepEqual(chosen({ video: [video(0), video(1)] }, [...packets(0, 90, true), ...packets(1, 30)]), [1, undefined]);
  });

  it('never takes cover art or a codec it does not decode', () => {
    assert.deepEqual(chosen({ video: [video(0, { isCoverArt: true, codec: 'mjpeg' })], audio: [audio(1)] }, packets(0, 1)), [undefined, 1]);
    assert.deepEqual(chosen({ video: [video(0, { codec: 'unknown' })] }, packets(0, 120)), [undefined, undefined]);
    assert.deepEqual(chosen({ video: [video(0, { codec: 'vvc' }), video(1)] }, [...packets(0, 120), ...packets(1, 120)]), [1, undefined]);
  });

  it('accepts a clip of one picture', () => {
    assert.deepEqual(chosen({ video: [video(0)] }, packets(0, 1)), [0, undefined]);
  });

  it('passes over sound without a description', () => {
    assert.deepEqual(chosen({ video: [video(0)], audio: [audio(1, 'unknown'), audio(2, 'aac', 0), audio(3)] }, packets(0, 9)), [0, 3]);
  });
});
